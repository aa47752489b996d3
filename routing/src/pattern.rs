//! What a route applies to: a domain and a scope.

use crate::domain::{Domain, DomainError};
use crate::scope::Scope;
use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a route applies to: a domain, the names below it, or both.
///
/// Displays as `example.com`, and as `.example.com` where only the names below are meant (the
/// notation of Postfix's transport(5)). For [`Scope::Both`] that is `example.com` too, so show the
/// scope beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pattern {
    /// The domain.
    pub domain: Domain,
    /// Which of its names.
    #[serde(default)]
    pub scope: Scope,
}

impl Pattern {
    /// Reads what was typed into the domain field. `.example.com` and `*.example.com` mean
    /// [`Scope::Subdomains`], whether `scope` says so or is left at [`Scope::Domain`].
    ///
    /// # Errors
    /// [`PatternError::Domain`] where no domain can be read; [`PatternError::Scope`] where the
    /// spelling says "subdomains only" and `scope` says both.
    pub fn parse(typed: &str, scope: Scope) -> Result<Self, PatternError> {
        let Some(rest) = below(typed) else {
            let domain = Domain::parse(typed)?;
            return Ok(Self { domain, scope });
        };
        let domain = Domain::parse(rest)?;
        if scope == Scope::Both {
            return Err(PatternError::Scope {
                typed: Typed::new(typed.trim()),
                domain,
            });
        }
        Ok(Self {
            domain,
            scope: Scope::Subdomains,
        })
    }

    /// Whether mail for `domain` falls under this pattern.
    #[must_use]
    pub fn matches(&self, domain: &Domain) -> bool {
        (self.scope.covers_domain() && *domain == self.domain)
            || (self.scope.covers_subdomains() && domain.is_subdomain_of(&self.domain))
    }
}

/// What follows a leading `.` or `*.`, where anything does.
pub(crate) fn below(typed: &str) -> Option<&str> {
    let text = typed.trim();
    text.strip_prefix("*.")
        .or_else(|| text.strip_prefix('.'))
        .filter(|rest| !rest.is_empty())
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scope == Scope::Subdomains {
            f.write_str(".")?;
        }
        f.write_str(self.domain.as_str())
    }
}

/// Why a text is no pattern. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The domain cannot be read.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// The spelling and the scope contradict each other.
    #[error(
        "{typed} means the subdomains only, but the scope is \"{}\". Type {domain}, or choose \
         \"{}\".",
        Scope::Both.label(),
        Scope::Subdomains.label()
    )]
    Scope {
        /// What was typed.
        typed: Typed,
        /// The domain without the mark before it.
        domain: Domain,
    },
}

#[cfg(test)]
mod tests {
    use super::{Pattern, PatternError, Scope};
    use crate::strategies;
    use proptest::prelude::*;

    #[test]
    fn reads_domains_and_marks() {
        use Scope::{Both, Domain, Subdomains};
        for (typed, scope, shown, read) in [
            ("Example.com.", Domain, "example.com", Domain),
            ("example.com", Subdomains, ".example.com", Subdomains),
            ("example.com", Both, "example.com", Both),
            (" .example.com ", Domain, ".example.com", Subdomains),
            ("*.example.com", Domain, ".example.com", Subdomains),
            ("*.Example.com.", Subdomains, ".example.com", Subdomains),
        ] {
            let pattern = Pattern::parse(typed, scope).unwrap();
            assert_eq!(
                (&*pattern.to_string(), pattern.scope),
                (shown, read),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn refuses_with_a_sentence() {
        for (typed, scope, sentence) in [
            ("", Scope::Domain, "Type a domain, such as example.com."),
            (
                "*.example.com",
                Scope::Both,
                r#""*.example.com" means the subdomains only, but the scope is "Domain and subdomains". Type example.com, or choose "Subdomains only"."#,
            ),
            (
                "*",
                Scope::Domain,
                r#""*" has a * in it. Type only one domain, such as example.com."#,
            ),
            (
                "*.",
                Scope::Subdomains,
                r#""*." has a * in it. Type only one domain, such as example.com."#,
            ),
            (
                "*.*.example.com",
                Scope::Domain,
                r#""*.example.com" has a * in it. Type example.com."#,
            ),
            (
                "..example.com",
                Scope::Domain,
                r#"".example.com" starts with a dot. Type example.com."#,
            ),
            (
                ".",
                Scope::Domain,
                r#""." has a dot too many. Type one dot between parts, as in example.com."#,
            ),
            (
                ".com",
                Scope::Both,
                r#""com" is one word. Type the whole domain, such as example.com."#,
            ),
        ] {
            let error = Pattern::parse(typed, scope).unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }

    #[test]
    fn matches_by_scope() {
        for (name, by_scope) in [
            ("example.com", [true, false, true]),
            ("a.example.com", [false, true, true]),
            ("a.b.example.com", [false, true, true]),
            ("badexample.com", [false, false, false]),
            ("example.net", [false, false, false]),
        ] {
            let name = name.parse().unwrap();
            let matches = Scope::ALL
                .map(|scope| Pattern::parse("example.com", scope).unwrap().matches(&name));
            assert_eq!(matches, by_scope, "{name}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_displays(pattern in strategies::pattern()) {
            let shown = pattern.to_string();
            let scope = if pattern.scope == Scope::Both { Scope::Both } else { Scope::Domain };
            prop_assert_eq!(Pattern::parse(&shown, scope), Ok(pattern));
        }

        #[test]
        fn never_panics(typed in strategies::name_like(), scope in strategies::scope()) {
            match Pattern::parse(&typed, scope) {
                Ok(pattern) => {
                    prop_assert_eq!(
                        pattern.matches(&pattern.domain),
                        pattern.scope.covers_domain()
                    );
                }
                Err(PatternError::Scope { .. }) => prop_assert_eq!(scope, Scope::Both),
                Err(PatternError::Domain(error)) => {
                    prop_assert!(!error.to_string().contains(char::is_control));
                }
            }
        }
    }
}
