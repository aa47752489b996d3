//! That the server is told to stop, as connections and endless answers hear it.

use axum::http::Extensions;
use tokio::sync::watch;

/// Hears when the server is told to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(Option<watch::Receiver<bool>>);

impl Stopping {
    pub(super) fn new(stopping: watch::Receiver<bool>) -> Self {
        Self(Some(stopping))
    }

    /// What the connection of a request hears; a request that came by none hears nothing.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or(Self(None))
    }

    /// Returns when the server is told to stop.
    pub(crate) async fn told(&mut self) {
        match &mut self.0 {
            // An error means that whoever tells is gone, which is a reason to stop, too.
            Some(stopping) => drop(stopping.wait_for(|stopping| *stopping).await),
            None => std::future::pending().await,
        }
    }
}
