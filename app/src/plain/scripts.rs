//! The small scripts of pages that load no module.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use leptos::nonce::Nonce;
use leptos::prelude::*;

/// The random number with which an answer names its scripts, once its page has one.
#[derive(Clone, Debug, Default)]
pub struct Scripts(Arc<OnceLock<Nonce>>);

impl Scripts {
    /// The number, if the page has a script.
    #[must_use]
    pub fn nonce(&self) -> Option<Nonce> {
        self.0.get().cloned()
    }

    /// The number, from now on also the answer's.
    pub(crate) fn announced(&self) -> Nonce {
        self.0.get_or_init(Nonce::new).clone()
    }
}

/// The paths of the scripts that the page that is being made needs.
#[derive(Clone, Default)]
pub(super) struct Needed(Arc<Mutex<BTreeSet<&'static str>>>);

impl Needed {
    /// The scripts. To be asked once the content is made.
    pub(super) fn view(&self, scripts: &Scripts) -> impl IntoView + use<> {
        let paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let each = |path: &&'static str| {
            view! { <script type="module" src=*path nonce=scripts.announced()></script> }
        };
        paths.iter().map(each).collect_view()
    }
}

/// Says that the page that is being made needs the script at this path.
pub(super) fn need(path: &'static str) {
    if let Some(Needed(paths)) = use_context() {
        paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path);
    }
}
