//! What the server does for a person: the one way from the screen into the store.
//!
//! Server functions ([`crate::api`]) and forms posted without JavaScript ([`crate::forms`]) both
//! come through here, so they obey the same rules and say the same things.

mod cautions;
mod default_routing;
mod facts;
mod history;
mod list;
mod many;
mod merge;
mod open;
mod publication;
mod refusal;
mod rows;
mod sign_in;
mod who;

use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use store::{By, Store, Timestamp};

use crate::error::AppError;

pub use cautions::Cautions;
pub(crate) use default_routing::{read_default_routing, save_default_routing, set_default_routing};
pub(crate) use history::undo;
pub use history::{PASSWORDS_STAY, needed_to_undo};
pub(crate) use list::{Listed, delete_and_show, delete_rows, read_page, save_and_show, save_row};
pub use many::{change_rows, chosen, chosen_anew, read_changes};
pub use open::{Opened, open};
pub use publication::{NOT_YET, Publication};
pub(crate) use rows::read_rows;
pub(crate) use sign_in::sign_in;
pub use sign_in::{SignIn, SignInFuture, Typed};
pub use who::Who;

/// What operations work on; server functions find it as context.
#[derive(Clone)]
pub struct Backend {
    /// Where everything is kept.
    pub store: Store,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Who says what DNS has against the hosts that are saved.
    pub cautions: Cautions,
    /// Who asks.
    pub who: Who,
}

impl Backend {
    /// The author of a change made through the console.
    #[must_use]
    pub fn by(&self) -> By {
        By::new(self.who.name.as_str(), (self.now)()).from(self.who.origin.as_str())
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
