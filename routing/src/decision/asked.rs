//! What Postfix asks about: the domain in an address, in the one form that rules have.

use crate::name::is_a_label;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::borrow::Cow;

/// A name longer than this is read from its end only. No rule's name has more than 253 octets, and a
/// Unicode name that becomes one is not this long.
const LONGEST: usize = 1024;

/// The dots that UTS #46 takes for one.
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// No domain: the null sender, a bare local part, Postfix's `*`.
    Nothing,
    /// An address literal (RFC 5321 section 4.1.3), with its brackets. No rule is for one.
    Literal(&'a str),
    /// A domain.
    Name(Name<'a>),
}

impl<'a> Asked<'a> {
    /// The domain of an address as Postfix sends it: in any case, with an extension, with a quoted
    /// local part, which may have an `@` inside, with or without its quotes.
    #[must_use]
    pub fn address(address: &'a str) -> Self {
        match address.rsplit_once('@') {
            // A quoted local part that has no domain after it.
            Some(_) if address.ends_with('"') => Self::Nothing,
            Some((_, domain)) => Self::domain(domain),
            None => Self::Nothing,
        }
    }

    /// A bare domain as Postfix sends it.
    #[must_use]
    pub fn domain(domain: &'a str) -> Self {
        if domain.starts_with('[') {
            return Self::Literal(domain);
        }
        Name::new(domain).map_or(Self::Nothing, Self::Name)
    }
}

/// A name in the form that rules have: lower-case A-labels without a final dot.
///
/// Unlike a [`Domain`](crate::Domain) it need not be valid: mail for `a_b.example.com` falls under a
/// route for the subdomains of `example.com`, for otherwise it would go by MX. Where only the end of
/// a name can be read, that end counts as what lies above the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    text: Cow<'a, str>,
    whole: bool,
}

impl<'a> Name<'a> {
    /// Reads a name; `None` where nothing of it can be read.
    fn new(typed: &'a str) -> Option<Self> {
        let mut rest = typed.strip_suffix('.').unwrap_or(typed);
        let mut whole = true;
        if rest.len() > LONGEST {
            whole = false;
            rest = end_of(rest)?;
        }
        loop {
            if rest.is_empty() {
                return None;
            }
            if let Some(text) = canonical(rest) {
                return Some(Self { text, whole });
            }
            whole = false;
            rest = rest.split_once(DOTS)?.1;
        }
    }

    /// The name, where all of it could be read.
    #[must_use]
    pub fn whole(&self) -> Option<&str> {
        self.whole.then_some(&self.text)
    }

    /// The domains above the name, nearest first, down to two labels: no rule has fewer.
    pub fn above(&self) -> impl Iterator<Item = &str> {
        let first = if self.whole {
            parent(&self.text)
        } else {
            Some(&*self.text).filter(|text| text.contains('.'))
        };
        std::iter::successors(first, |name| parent(name))
    }
}

/// What follows the first dot in the last octets of a text that is too long.
fn end_of(text: &str) -> Option<&str> {
    let earliest = text.len().checked_sub(LONGEST)?;
    let start = (earliest..text.len()).find(|&at| text.is_char_boundary(at))?;
    let (_, rest) = text.get(start..)?.split_once(DOTS)?;
    Some(rest)
}

fn parent(name: &str) -> Option<&str> {
    name.split_once('.')
        .map(|(_, rest)| rest)
        .filter(|rest| rest.contains('.'))
}

/// The canonical form. Laxer than for what a person types: a name that no rule can have does no
/// harm, since no rule is found under it.
fn canonical(text: &str) -> Option<Cow<'_, str>> {
    let plain = text.is_ascii() && !text.split('.').any(is_a_label);
    if plain {
        return Some(if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        });
    }
    let mapped = Uts46::new().to_ascii(
        text.as_bytes(),
        AsciiDenyList::EMPTY,
        Hyphens::Allow,
        DnsLength::Ignore,
    );
    let mut name = mapped.ok()?;
    // The final dot may have been another of the four.
    if let Some(short) = name.strip_suffix('.') {
        name = Cow::Owned(short.to_owned());
    }
    Some(name)
}
