//! Names of accounts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name by which a person signs in: 1 to 64 of `a` to `z`, `0` to `9`, `.`, `_`, `-` and `@`, so
/// that a mail address can be one. Capitals are read as small letters: nobody can look like somebody
/// else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

/// The text can be no account name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNameError {
    /// There is none.
    Empty,
    /// It is too long.
    TooLong,
    /// It holds something else than names are made of.
    Character(char),
}

impl AccountName {
    /// The most characters that a name may have.
    pub const MAX: usize = 64;

    /// Reads a name; white space around it is left out.
    ///
    /// # Errors
    /// [`AccountNameError`] says what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, AccountNameError> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c);
        match name.chars().find(|c| !allowed(*c)) {
            _ if name.is_empty() => Err(AccountNameError::Empty),
            Some(other) => Err(AccountNameError::Character(other)),
            None if name.len() > Self::MAX => Err(AccountNameError::TooLong),
            None => Ok(Self(name)),
        }
    }

    /// The name as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccountName {
    type Err = AccountNameError;

    fn from_str(text: &str) -> Result<Self, AccountNameError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for AccountName {
    type Error = AccountNameError;

    fn try_from(text: String) -> Result<Self, AccountNameError> {
        Self::parse(&text)
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.0
    }
}

impl fmt::Display for AccountNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Type a name, such as anna or anna@example.com."),
            Self::TooLong => write!(
                f,
                "A name has at most {} characters; this one is longer.",
                AccountName::MAX
            ),
            Self::Character(' ') => f.write_str(
                "A name is made of the letters a to z, digits and . _ - @; it cannot hold a space.",
            ),
            Self::Character(other) => write!(
                f,
                "A name is made of the letters a to z, digits and . _ - @; it cannot hold \
                 \u{201c}{}\u{201d}.",
                other.escape_debug()
            ),
        }
    }
}

impl std::error::Error for AccountNameError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_without_regard_to_capitals() {
        for (typed, name) in [
            ("anna", "anna"),
            (" Anna.B@Example.COM ", "anna.b@example.com"),
            ("0_-", "0_-"),
        ] {
            assert_eq!(AccountName::parse(typed).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_refusal_says_what_would_be_right() {
        for (typed, words) in [
            ("", "Type a name"),
            ("  ", "Type a name"),
            ("anna b", "cannot hold a space"),
            ("\u{e4}nna", "a to z"),
            ("a\u{0}", "\\0"),
            (&"a".repeat(65), "at most 64"),
        ] {
            let error = AccountName::parse(typed).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(AccountName::parse(&"a".repeat(64)).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_is_a_name_is_read_as_itself(text in "\\PC{0,70}") {
            if let Ok(name) = AccountName::parse(&text) {
                prop_assert_eq!(AccountName::parse(name.as_str()), Ok(name.clone()));
                let json = serde_json::to_string(&name).unwrap();
                prop_assert_eq!(serde_json::from_str::<AccountName>(&json).unwrap(), name);
            }
        }
    }
}
