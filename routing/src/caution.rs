//! What is allowed, yet worth a second look.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that an administrator should know about a name that is otherwise accepted.
///
/// Displays as a complete sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// A name that does not work like others in the public DNS.
    SpecialUse {
        /// The name.
        name: Box<str>,
        /// What it ends in.
        special: SpecialUse,
    },
    /// A name below which unrelated people register domains, such as `co.uk`
    /// (<https://publicsuffix.org/>).
    PublicSuffix {
        /// The name.
        name: Box<str>,
    },
    /// A host name without a dot.
    SingleLabelHost {
        /// The name.
        name: Box<str>,
    },
}

impl fmt::Display for Caution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SpecialUse { name, special } => {
                write!(
                    f,
                    "{name} ends in .{}, which is {}.",
                    special.suffix(),
                    special.meaning()
                )
            }
            Self::PublicSuffix { name } => write!(
                f,
                "{name} is a public suffix: unrelated organisations have their domains below it. \
                 Check that no part of the name is missing."
            ),
            Self::SingleLabelHost { name } => write!(
                f,
                "{name} is one word: Postfix looks it up without a search domain. A full name, \
                 such as {name}.example.com, is safer."
            ),
        }
    }
}

/// Endings with a special meaning: IANA's registry of special-use domain names (RFC 6761), the
/// infrastructure zone and the private-use zone.
///
/// `example.com`, `example.net` and `example.org` are left out on purpose: they are registered
/// names for documentation, and every tutorial uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialUse {
    /// `.alt`, RFC 9476.
    Alt,
    /// `.arpa`, RFC 3172.
    Arpa,
    /// `.example`, RFC 6761 section 6.5.
    Example,
    /// `home.arpa`, RFC 8375.
    HomeArpa,
    /// `.internal`, ICANN Board resolution 2024.07.29.06.
    Internal,
    /// `.invalid`, RFC 6761 section 6.4.
    Invalid,
    /// `.local`, RFC 6762.
    Local,
    /// `.localhost`, RFC 6761 section 6.3.
    Localhost,
    /// `.onion`, RFC 7686.
    Onion,
    /// `.test`, RFC 6761 section 6.2.
    Test,
}

impl SpecialUse {
    /// The longer of two endings first, so that the first match is the right one.
    const ALL: [Self; 10] = [
        Self::HomeArpa,
        Self::Arpa,
        Self::Alt,
        Self::Example,
        Self::Internal,
        Self::Invalid,
        Self::Local,
        Self::Localhost,
        Self::Onion,
        Self::Test,
    ];

    /// The ending, without the dot before it.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Alt => "alt",
            Self::Arpa => "arpa",
            Self::Example => "example",
            Self::HomeArpa => "home.arpa",
            Self::Internal => "internal",
            Self::Invalid => "invalid",
            Self::Local => "local",
            Self::Localhost => "localhost",
            Self::Onion => "onion",
            Self::Test => "test",
        }
    }

    /// What the ending is for, to be read after "which is".
    const fn meaning(self) -> &'static str {
        match self {
            Self::Alt => "for names outside the DNS (RFC 9476): no mail server finds it",
            Self::Arpa => "for the DNS's own infrastructure (RFC 3172): mail for it is unusual",
            Self::Example => "for examples (RFC 6761): it exists nowhere",
            Self::HomeArpa => "for home networks (RFC 8375): it means something else in each",
            Self::Internal => "for private networks: it means something else in each",
            Self::Invalid => "for names that must not work (RFC 6761): it exists nowhere",
            Self::Local => "for multicast DNS (RFC 6762): ordinary DNS may not find it",
            Self::Localhost => "this machine itself (RFC 6761)",
            Self::Onion => "for Tor (RFC 7686): ordinary DNS does not find it",
            Self::Test => "for tests (RFC 6761): it exists nowhere in public",
        }
    }
}

/// The caution that a domain by itself deserves; a canonical name is expected.
pub(crate) fn of_domain(name: &str) -> Option<Caution> {
    special_use(name)
        .or_else(|| is_public_suffix(name).then(|| Caution::PublicSuffix { name: name.into() }))
}

/// The caution that an ending with a special meaning deserves; a canonical name is expected.
pub(crate) fn special_use(name: &str) -> Option<Caution> {
    let special = SpecialUse::ALL.into_iter().find(|special| {
        name.strip_suffix(special.suffix())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })?;
    Some(Caution::SpecialUse {
        name: name.into(),
        special,
    })
}

#[cfg(feature = "public-suffix")]
fn is_public_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == name.as_bytes())
}

#[cfg(not(feature = "public-suffix"))]
fn is_public_suffix(_: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Caution, SpecialUse};
    use crate::Domain;

    fn cautions(name: &str) -> Vec<Caution> {
        Domain::parse(name).unwrap().cautions()
    }

    #[test]
    fn knows_special_use_names() {
        for special in SpecialUse::ALL {
            let name = format!("mail.{}", special.suffix());
            let [Caution::SpecialUse { special: found, .. }] = cautions(&name)[..] else {
                panic!("{name}");
            };
            assert_eq!(found, special, "{name}");
        }
        let sentences = cautions("mail.example.test");
        assert_eq!(
            sentences[0].to_string(),
            "mail.example.test ends in .test, which is for tests (RFC 6761): it exists nowhere in \
             public."
        );
        // The zone itself, and not only what lies below it.
        assert_eq!(cautions("home.arpa").len(), 1);
    }

    #[test]
    fn is_silent_about_ordinary_names() {
        for name in [
            "example.com",
            "example.net",
            "www.example.org",
            "contest.com",
            "a.contest",
            "a.thelocal",
            "latest.net",
            "a.co",
        ] {
            assert_eq!(cautions(name), [], "{name}");
        }
    }

    #[cfg(feature = "public-suffix")]
    #[test]
    fn knows_public_suffixes() {
        for (name, public) in [
            ("co.uk", true),
            ("example.co.uk", false),
            ("github.io", true),
            ("a.github.io", false),
            // A wildcard rule, and an exception to one.
            ("anything.ck", true),
            ("www.ck", false),
            // Not in the list at all.
            ("example.nosuchtop", false),
        ] {
            let expected = public.then(|| Caution::PublicSuffix { name: name.into() });
            assert_eq!(cautions(name), Vec::from_iter(expected), "{name}");
        }
        assert_eq!(
            cautions("co.uk")[0].to_string(),
            "co.uk is a public suffix: unrelated organisations have their domains below it. Check \
             that no part of the name is missing."
        );
    }

    #[cfg(all(feature = "public-suffix", feature = "idna"))]
    #[test]
    fn knows_international_public_suffixes() {
        assert_eq!(cautions("公司.cn").len(), 1);
        assert_eq!(cautions("example.公司.cn").len(), 0);
    }

    #[test]
    fn crosses_the_wire() {
        for caution in cautions("a.test").into_iter().chain(cautions("co.uk")) {
            let json = serde_json::to_string(&caution).unwrap();
            assert_eq!(serde_json::from_str::<Caution>(&json).unwrap(), caution);
        }
    }
}
