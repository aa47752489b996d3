//! What the server does for a person: the one way from the screen into the store.
//!
//! Server functions ([`crate::api`]) and forms posted without JavaScript ([`crate::forms`]) both
//! come through here, so they obey the same rules and say the same things.

mod default_routing;
mod facts;
mod history;
mod list;
mod publication;
mod refusal;

use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use store::{By, Store, Timestamp, Version};

use crate::error::AppError;

pub(crate) use default_routing::{open_default_routing, save_default_routing};
pub(crate) use history::undo;
pub(crate) use list::{
    Listed, delete_and_show, delete_rows, open_list, read_page, save_and_show, save_row,
};
pub use publication::{NOT_YET, Publication};

/// What operations work on; the server provides it to every request as context.
#[derive(Clone)]
pub struct Backend {
    /// Where everything is kept.
    pub store: Store,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Backend {
    /// The change up to which Postfix is answered; nothing if nobody answers it, or if that cannot
    /// be found out.
    async fn published(&self) -> Option<Version> {
        let folder = self.store.path().parent()?.to_owned();
        match gateway::lookup::published::known(folder).await {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%error, "what is published to Postfix cannot be read");
                None
            }
        }
    }

    /// The author of a change made through the console.
    #[must_use]
    pub fn by(&self) -> By {
        By::new(By::LOCAL, (self.now)())
    }
}

/// The backend of the request being served.
pub(crate) fn backend() -> Result<Backend, AppError> {
    use_context::<Backend>().ok_or(AppError::Internal)
}

/// Sets the status code that belongs to a refusal; leptos would answer 500 to each.
pub(crate) fn answer<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    result.inspect_err(set_status)
}

/// Sets the status code of an error.
pub(crate) fn set_status(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = error.status().try_into()
    {
        response.set_status(status);
    }
}
