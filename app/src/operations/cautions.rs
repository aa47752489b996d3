//! What DNS says against hosts that mail is to be sent to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use routing::NextHop;

use super::Backend;
use crate::wire::Notice;

type Answer = Pin<Box<dyn Future<Output = Vec<String>> + Send>>;

/// Who says what DNS has against hosts: a sentence for each that leads back to the gateway. Clones
/// ask the same one.
#[derive(Clone)]
pub struct Cautions(Arc<dyn Fn(Vec<NextHop>) -> Answer + Send + Sync>);

impl Cautions {
    /// One that asks like this, which must come to an end soon: a person waits for it.
    pub fn new<F>(ask: impl Fn(Vec<NextHop>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<String>> + Send + 'static,
    {
        Self(Arc::new(move |hops| Box::pin(ask(hops))))
    }

    /// One that has nothing against any host.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|_| std::future::ready(Vec::new()))
    }

    /// What is to be said of these.
    pub async fn about(&self, hops: Vec<NextHop>) -> Vec<String> {
        if hops.is_empty() {
            return Vec::new();
        }
        (self.0)(hops).await
    }
}

impl fmt::Debug for Cautions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cautions").finish_non_exhaustive()
    }
}

impl Backend {
    /// The notice, with what DNS says against the hosts that were saved.
    pub(super) async fn with_cautions(&self, mut notice: Notice, hops: Vec<NextHop>) -> Notice {
        notice.notes.extend(self.cautions.about(hops).await);
        notice
    }
}
