//! Who asks for something.

use access::Role;
use store::{By, RowId, SessionKey};

/// Who asks, as the check at the door has found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The name of the account, or [`By::LOCAL`].
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// From where: the address of the browser, or [`By::HERE`].
    pub origin: String,
    /// The account; nobody's on the command line.
    pub person: Option<RowId>,
    /// The session by which the person is signed in.
    pub session: Option<SessionKey>,
}

impl Who {
    /// Whoever sits at the machine itself.
    #[must_use]
    pub fn local() -> Self {
        Self {
            name: By::LOCAL.to_owned(),
            role: Role::Administrator,
            origin: By::HERE.to_owned(),
            person: None,
            session: None,
        }
    }
}
