//! User names.

use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A user name for signing in to a smart host: 1 to 255 bytes of UTF-8 (RFC 4616 section 2 lets a
/// server refuse more), trimmed, without colons and control characters.
///
/// Postfix takes user name and password from one text and splits it at the first colon (before
/// version 3.9 without exception, postconf(5) `smtp_sasl_password_maps`), so that a colon would send
/// a wrong name, and a part of it as the password.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(Box<str>);

impl UserName {
    /// The most bytes of UTF-8 that a user name may have.
    pub const MAX_BYTES: usize = 255;

    /// Trims and checks what was typed.
    ///
    /// # Errors
    /// [`UserNameError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, UserNameError> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(UserNameError::Empty);
        }
        if text.contains(char::is_control) {
            return Err(UserNameError::ControlCharacter);
        }
        if text.contains(':') {
            return Err(UserNameError::Colon {
                typed: Typed::new(text),
            });
        }
        if text.len() > Self::MAX_BYTES {
            return Err(UserNameError::TooLong { bytes: text.len() });
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(typed: &str) -> Result<Self, UserNameError> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for UserName {
    type Error = UserNameError;

    fn try_from(typed: String) -> Result<Self, UserNameError> {
        Self::parse(&typed)
    }
}

impl From<UserName> for String {
    fn from(user: UserName) -> Self {
        user.0.into()
    }
}

/// Why a text cannot be a user name. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserNameError {
    /// Nothing but white space.
    #[error("Type the user name that the smart host expects.")]
    Empty,
    /// A colon, at which Postfix would cut the name off.
    #[error(
        "{typed} has a colon in it, and Postfix takes what follows a colon for the password. Ask \
         the smart host's operator for a user name without one."
    )]
    Colon {
        /// What was typed.
        typed: Typed,
    },
    /// A control character, a line break included.
    #[error("The user name has a control character in it, perhaps from pasting. Type it by hand.")]
    ControlCharacter,
    /// Too long.
    #[error(
        "The user name is {bytes} bytes long. At most {} are possible.",
        UserName::MAX_BYTES
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}
