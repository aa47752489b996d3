//! Which names below a domain a route applies to.

use crate::typed::{Typed, choice};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which names a route for a domain applies to.
///
/// Written `domain`, `subdomains` and `both`, in files as in forms.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The domain itself and nothing below it.
    #[default]
    Domain,
    /// Everything below the domain, at any depth, and not the domain itself.
    Subdomains,
    /// The domain itself and everything below it.
    Both,
}

impl Scope {
    /// Every scope, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::Domain, Self::Subdomains, Self::Both];

    /// The written form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Subdomains => "subdomains",
            Self::Both => "both",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Domain => "This domain",
            Self::Subdomains => "Subdomains only",
            Self::Both => "Domain and subdomains",
        }
    }

    /// Whether the domain itself is meant.
    #[must_use]
    pub const fn covers_domain(self) -> bool {
        matches!(self, Self::Domain | Self::Both)
    }

    /// Whether the names below the domain are meant.
    #[must_use]
    pub const fn covers_subdomains(self) -> bool {
        matches!(self, Self::Subdomains | Self::Both)
    }

    /// Whether two routes for one domain would both apply to some name.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        (self.covers_domain() && other.covers_domain())
            || (self.covers_subdomains() && other.covers_subdomains())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no scope. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{typed} is no scope. Choose one of domain, subdomains, both.")]
pub struct ScopeError {
    typed: Typed,
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(typed: &str) -> Result<Self, ScopeError> {
        choice(Self::ALL, Self::as_str, typed).map_err(|typed| ScopeError { typed })
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn reads_what_it_displays() {
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(scope));
            assert_eq!(
                serde_json::to_string(&scope).unwrap(),
                format!("\"{scope}\"")
            );
        }
        assert_eq!(" BOTH ".parse(), Ok(Scope::Both));
        assert_eq!(
            "all\n".parse::<Scope>().unwrap_err().to_string(),
            r#""all" is no scope. Choose one of domain, subdomains, both."#
        );
        assert!("".parse::<Scope>().is_err());
    }

    #[test]
    fn covers_and_overlaps() {
        use Scope::{Both, Domain, Subdomains};
        assert_eq!(Scope::ALL.map(Scope::covers_domain), [true, false, true]);
        assert_eq!(
            Scope::ALL.map(Scope::covers_subdomains),
            [false, true, true]
        );
        for (one, two, overlap) in [
            (Domain, Domain, true),
            (Domain, Subdomains, false),
            (Domain, Both, true),
            (Subdomains, Subdomains, true),
            (Subdomains, Both, true),
            (Both, Both, true),
        ] {
            assert_eq!(one.overlaps(two), overlap, "{one} {two}");
            assert_eq!(two.overlaps(one), overlap, "{two} {one}");
        }
    }
}
