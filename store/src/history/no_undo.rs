//! Why something cannot be taken back.

use crate::{Change, Error, show};

/// Why something cannot be taken back. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum NoUndo {
    /// There never was such a change.
    #[error("There is no change {0}. Nothing was undone.")]
    Unknown(i64),
    /// It is not in the history any more.
    #[error(
        "This cannot be undone any more: it was so long ago that it is not in the history. Nothing was \
         undone."
    )]
    Removed,
    /// It has been taken back already.
    #[error("This has been undone already. Nothing was changed.")]
    Already(Box<Change>),
    /// Its object is not as it left it.
    #[error("{} Undo that first, or make the change by hand. Nothing was undone.", show::done(.0, "since"))]
    Changed(Box<Change>),
    /// Its object is not as it left it, and the history does not say why.
    #[error("{0} is not as this change left it. Nothing was undone.")]
    Different(String),
    /// A rule refuses what would come of it.
    #[error("This cannot be undone. {0}")]
    Rule(Box<Error>),
    /// It changed a password, and nothing else.
    #[error(
        "A password cannot be brought back: the history does not keep any. Enter it again under Smart \
         host settings. Nothing was undone."
    )]
    Password,
    /// It removed somebody, whose password is not kept.
    #[error(
        "{0} cannot be brought back: neither passwords nor second factors are kept. Add them anew under \
         People. Nothing was undone."
    )]
    RemovedPerson(String),
    /// It changed a secret of somebody's, and nothing else.
    #[error(
        "What {0} had before cannot be brought back: neither passwords nor second factors are kept. \
         Nothing was undone."
    )]
    Secret(String),
    /// Mail would be held for names for which there is a rule again.
    #[error("There is a rule for {0} again, so no mail is held for it. Nothing was undone.")]
    Ruled(String),
    /// Mail would be held beyond its time.
    #[error("The time for which mail for {0} was to be held is over. Nothing was undone.")]
    Expired(String),
    /// It changed nothing that could be put back, as a sign-in does.
    #[error("This changed nothing that could be undone.")]
    Nothing,
}

impl From<NoUndo> for Error {
    fn from(why: NoUndo) -> Self {
        Self::NoUndo(why)
    }
}

/// The refusal of a rule, as a reason why something cannot be taken back. What is no refusal stays
/// what it is.
pub(super) fn because(error: Error) -> Error {
    match error {
        Error::Exists(_)
        | Error::ManagedDomain(_)
        | Error::Routed(_)
        | Error::Loop(_)
        | Error::SmartHost(_)
        | Error::List(_)
        | Error::ListBroken { .. }
        | Error::SmartHostUsed { .. }
        | Error::LastAdministrator(_) => NoUndo::Rule(Box::new(error)).into(),
        other => other,
    }
}
