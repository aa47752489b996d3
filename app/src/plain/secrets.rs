//! Showing what is typed into a password field: a button beside it, which a small script brings to life.
//! Pages without such a field carry no script.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::nonce::Nonce;
use leptos::prelude::*;

/// The path of the script.
pub const SHOW_PASSWORD_PATH: &str = "/show-password.js";

/// The random number with which an answer names its scripts, once its page has one.
#[derive(Clone, Debug, Default)]
pub struct Scripts(Arc<OnceLock<Nonce>>);

impl Scripts {
    /// The number, if the page has a script.
    #[must_use]
    pub fn nonce(&self) -> Option<Nonce> {
        self.0.get().cloned()
    }

    fn announced(&self) -> Nonce {
        self.0.get_or_init(Nonce::new).clone()
    }
}

/// Whether the page that is being made has a field whose content can be shown.
#[derive(Clone, Default)]
pub(super) struct HasSecrets(Arc<AtomicBool>);

impl HasSecrets {
    /// The script, if it is needed. To be asked once the content is made.
    pub(super) fn script(&self, scripts: &Scripts) -> Option<impl IntoView + use<>> {
        let nonce = self
            .0
            .load(Ordering::Relaxed)
            .then(|| scripts.announced())?;
        Some(view! { <script type="module" src=SHOW_PASSWORD_PATH nonce=nonce></script> })
    }
}

/// A password field with the button that shows what is in it, hidden until the script is there. The
/// button is named by the field, for there may be several.
pub(super) fn can_be_shown(field: AnyView, label: &str) -> AnyView {
    let what = label.to_lowercase();
    if let Some(HasSecrets(are_there)) = use_context() {
        are_there.store(true, Ordering::Relaxed);
    }
    view! {
        <div class="field-secret">
            {field}
            <button type="button" class="button show-password" hidden>
                <span>"Show"</span>
                <span class="visually-hidden">" " {what}</span>
            </button>
        </div>
    }
    .into_any()
}
