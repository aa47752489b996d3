//! The one error that crosses the wire between server and browser.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use routing::{Field, FieldError, Input};
use serde::{Deserialize, Serialize};

use crate::codec::JsonText;
use crate::wire::Row;

/// Why the server did not do what was asked.
///
/// Every variant carries sentences for the person at the screen and nothing else; technical detail
/// is logged on the server, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// What was typed breaks a rule: 422.
    Invalid(Vec<Problem>),
    /// What was typed is right in itself but clashes with what is stored: 409.
    Conflict(Vec<Problem>),
    /// The row was changed since it was shown; it is now as given: 409.
    Changed {
        /// What changed, in one sentence.
        message: String,
        /// The row as it is now, boxed because it is rare and large.
        now: Box<Row>,
        /// What an editor is to hold now: what was typed into a field, and what is stored where nothing
        /// was.
        merged: Box<Input>,
    },
    /// What was asked for no longer fits what is stored, as the sentence says: 409.
    Outdated(String),
    /// It is not there (any more), as the sentence says: 404.
    NotFound(String),
    /// The request could not be understood: 400.
    BadRequest(String),
    /// Nobody is signed in (any more): 401.
    SignedOut,
    /// Name, password or code are not right, as the sentence says: 401.
    Refused(String),
    /// Who is signed in may not do it, as the sentence says: 403.
    Forbidden(String),
    /// It was tried too often, as the sentence says: 429.
    TooOften(String),
    /// The store cannot be used just now: 503.
    Unavailable(String),
    /// A fault of ours: 500.
    Internal,
    /// No answer came; made by the browser, never sent.
    Unreachable,
}

/// What is wrong with one field, and the row that stands in the way if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field beside which the message belongs.
    pub field: Field,
    /// What is wrong and what would be right.
    pub message: String,
    /// A row to look at.
    pub link: Option<Link>,
}

/// A link in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// A path on this server.
    pub href: String,
    /// What the link is called.
    pub text: String,
    /// The row stands in another list than the one that was typed into.
    #[serde(default)]
    pub other_list: bool,
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self {
            field: error.field,
            message: error.message,
            link: None,
        }
    }
}

impl From<Vec<FieldError>> for AppError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors.into_iter().map(Problem::from).collect())
    }
}

impl AppError {
    /// The HTTP status code of the error.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::SignedOut | Self::Refused(_) => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) | Self::Changed { .. } | Self::Outdated(_) => 409,
            Self::Invalid(_) => 422,
            Self::TooOften(_) => 429,
            Self::Internal => 500,
            Self::Unavailable(_) | Self::Unreachable => 503,
        }
    }

    /// The problems that belong beside fields; empty for an error of the whole form.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid(problems) | Self::Conflict(problems) => problems,
            _ => &[],
        }
    }

    /// What to say where no field is at fault.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Invalid(problems) | Self::Conflict(problems) => problems
                .iter()
                .map(|problem| problem.message.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            Self::Changed { message, .. }
            | Self::Outdated(message)
            | Self::NotFound(message)
            | Self::BadRequest(message)
            | Self::Refused(message)
            | Self::Forbidden(message)
            | Self::TooOften(message)
            | Self::Unavailable(message) => message.clone(),
            Self::SignedOut => {
                "You are signed out: the session has ended. What you typed is kept; sign in and try again."
                    .to_owned()
            }
            Self::Internal => {
                "The server could not do this because of a fault of its own; nothing was changed. \
                 Its log says more."
                    .to_owned()
            }
            Self::Unreachable => {
                "The server does not answer. What you typed is kept; try again when it is back."
                    .to_owned()
            }
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            // In the browser: no connection, or an answer that is not ours (a proxy's error page).
            // To the person it is the same, the server was not reached.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_)
                if cfg!(feature = "hydrate") =>
            {
                Self::Unreachable
            }
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::BadRequest(
                "The request was not understood. Reload the page and try again.".to_owned(),
            ),
            _ => Self::Internal,
        };
        #[cfg(feature = "ssr")]
        crate::operations::set_status(&error);
        error
    }
}
