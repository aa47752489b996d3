//! The domain of a mail address.

mod error;
#[cfg(test)]
mod tests;

pub use error::DomainError;

use crate::caution::{self, Caution};
use crate::name::{self, Origin, without_brackets};
use crate::typed::Typed;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Borrow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A domain name in its one canonical form: lower-case A-labels (RFC 5890), two labels or more, at
/// most 253 octets, without a final dot. Two spellings of a domain are equal once parsed.
///
/// Orders by its text, as the stored list does. Serialises as a string; deserialising parses again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Box<str>);

impl Domain {
    /// Reads what was typed: white space around it and one final dot are dropped, then UTS #46
    /// (non-transitional, STD3 rules, hyphen checks) and the DNS lengths apply.
    ///
    /// # Errors
    /// [`DomainError`] says what is wrong, as a sentence.
    ///
    /// ```
    /// use routing::Domain;
    /// assert_eq!(Domain::parse(" Example.COM. ")?.as_str(), "example.com");
    /// # Ok::<(), routing::DomainError>(())
    /// ```
    pub fn parse(typed: &str) -> Result<Self, DomainError> {
        Self::read(typed, Origin::Typed)
    }

    fn read(typed: &str, origin: Origin) -> Result<Self, DomainError> {
        if let Some(domain) = Self::canonical(typed) {
            return Ok(domain);
        }
        let text = typed.trim();
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if is_ip_address(text) {
            return Err(DomainError::IpAddress {
                typed: Typed::new(text),
            });
        }
        let bare = text.trim_start_matches('.');
        if bare.len() < text.len() && !bare.is_empty() {
            return Err(DomainError::LeadingDot {
                typed: Typed::new(text),
                domain: Self::read(bare, origin).ok(),
            });
        }
        let name = name::parse(text, origin)?;
        if &*name == "localhost" {
            return Err(DomainError::Localhost);
        }
        if !name.contains('.') {
            return Err(DomainError::SingleLabel {
                typed: Typed::new(text),
            });
        }
        Ok(Self(name))
    }

    /// The domain of this text, if it is in its canonical form as nearly every one is; [`Domain::parse`]
    /// would return just this. Nothing says nothing: of a few canonical names only a closer look tells.
    #[must_use]
    pub fn canonical(text: &str) -> Option<Self> {
        name::canonical(text).map(Self)
    }

    /// The canonical text: lower-case A-labels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Unicode form, where it differs from the canonical one. Always `None` without feature
    /// `idna`.
    #[must_use]
    pub fn to_unicode(&self) -> Option<String> {
        name::to_unicode(&self.0)
    }

    /// The domain one level up; `None` above two labels, for a single label is no mail domain.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        parent(&self.0)
    }

    /// All domains above this one, nearest first: `a.b.example.com` has `b.example.com` and
    /// `example.com`.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(self.parent(), |name| parent(name))
    }

    /// Whether this domain lies below `other`. No domain lies below itself.
    #[must_use]
    pub fn is_subdomain_of(&self, other: &Self) -> bool {
        self.0
            .strip_suffix(&*other.0)
            .is_some_and(|below| below.ends_with('.'))
    }

    /// What an administrator should know before relying on this domain; empty for most.
    #[must_use]
    pub fn cautions(&self) -> Vec<Caution> {
        caution::of_domain(&self.0).into_iter().collect()
    }
}

fn parent(name: &str) -> Option<&str> {
    name.split_once('.')
        .map(|(_, rest)| rest)
        .filter(|rest| rest.contains('.'))
}

/// Whether a text is an address of any kind that people write: in brackets, with a zone, with a
/// prefix length, with a final dot.
fn is_ip_address(text: &str) -> bool {
    let text = without_brackets(text);
    let text = text.split(['%', '/']).next().unwrap_or(text);
    let text = text.strip_suffix('.').unwrap_or(text);
    text.parse::<IpAddr>().is_ok()
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(typed: &str) -> Result<Self, DomainError> {
        Self::parse(typed)
    }
}

impl AsRef<str> for Domain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Equality, order and hash are those of the text, so a map keyed by `Domain` can be asked for any
/// of [`Domain::parents`].
impl Borrow<str> for Domain {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Domain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text, Origin::Serialised).map_err(de::Error::custom)
    }
}
