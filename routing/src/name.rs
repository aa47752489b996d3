//! The spelling rules that domains and host names share: RFC 1123 section 2.1 for the letters,
//! RFC 1035 section 2.3.4 for the lengths, UTS #46 for everything beyond ASCII.

use crate::domain::{Domain, DomainError};
use crate::typed::Typed;

/// Octets of a whole name in its text form, without the final dot (RFC 1035, 255 on the wire).
const NAME_OCTETS: usize = 253;
/// Octets between two dots.
const LABEL_OCTETS: usize = 63;
/// More than this is refused unread. UTS #46 may drop or join characters, so what is typed can be
/// longer than the name it means, but not by this much.
const TYPED_OCTETS: usize = 4096;

/// Where a text comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A person or a file: nothing is taken for granted.
    Typed,
    /// A serialised value, which was parsed before it was written. Only a build without feature
    /// `idna` makes use of that: it takes an `xn--` label as it stands, for it could not show a
    /// list from the server otherwise.
    Serialised,
}

/// The text, if it is the canonical form of a name of two labels or more, as nearly all texts of a list
/// are: [`parse`] would return just this, and no address looks like it. Of a few names that are one
/// (an A-label, a last label that begins with a digit) it says nothing.
pub(crate) fn canonical(text: &str) -> Option<Box<str>> {
    if text.len() > NAME_OCTETS {
        return None;
    }
    // All of them, for that is quicker than stopping at the first one that is not.
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    if !text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return None;
    }
    let (mut labels, mut last) = (0, b'0');
    for label in text.as_bytes().split(|byte| *byte == b'.') {
        let ends = [*label.first()?, *label.last()?];
        let pair = matches!(label, [_, _, b'-', b'-', ..]);
        if label.len() > LABEL_OCTETS || pair || ends.contains(&b'-') {
            return None;
        }
        (labels, last) = (labels + 1, ends[0]);
    }
    (labels > 1 && last.is_ascii_lowercase()).then(|| text.into())
}

/// Reads a trimmed text as a name: lower-case A-labels without the final dot, one label or more.
pub(crate) fn parse(text: &str, origin: Origin) -> Result<Box<str>, DomainError> {
    refuse_mistakes(text)?;
    refuse_hyphens(text)?;
    let mut name = if is_plain(text) {
        text.to_ascii_lowercase()
    } else {
        to_ascii(text, origin)?
    };
    if name.ends_with('.') {
        name.pop();
    }
    check_lengths(text, &name)?;
    if ends_in_number(&name) {
        return Err(DomainError::NumericTopLevel {
            typed: Typed::new(text),
        });
    }
    Ok(name.into_boxed_str())
}

/// Recognises what people paste instead of a name, and the characters no name has.
fn refuse_mistakes(text: &str) -> Result<(), DomainError> {
    let typed = || Typed::new(text);
    if text.len() > TYPED_OCTETS {
        return Err(DomainError::TooLong { octets: text.len() });
    }
    if text.contains(char::is_control) {
        return Err(DomainError::ControlCharacter { typed: typed() });
    }
    if text.contains(['/', '\\']) {
        return Err(DomainError::Url {
            typed: typed(),
            domain: domain_in_url(text),
        });
    }
    if let Some((_, after)) = text.rsplit_once('@') {
        return Err(DomainError::EmailAddress {
            typed: typed(),
            domain: Domain::parse(after.trim_end_matches('>')).ok(),
        });
    }
    if text.contains(char::is_whitespace) {
        return Err(DomainError::Space { typed: typed() });
    }
    if text.contains('*') {
        return Err(DomainError::Wildcard {
            typed: typed(),
            domain: text
                .strip_prefix("*.")
                .filter(|rest| !rest.contains('*'))
                .and_then(|rest| Domain::parse(rest).ok()),
        });
    }
    if let Some((before, port)) = text.split_once(':')
        && is_digits(port)
    {
        return Err(DomainError::Port {
            typed: typed(),
            domain: Domain::parse(before).ok(),
        });
    }
    if text.contains('_') {
        return Err(DomainError::Underscore { typed: typed() });
    }
    match foreign_ascii(text) {
        // In other texts UTS #46 may join it to what follows: "=" and U+0338 are one letter.
        Some(character) if text.is_ascii() => Err(DomainError::NotAllowed {
            typed: typed(),
            character,
        }),
        _ => Ok(()),
    }
}

/// The hyphen rules of UTS #46 (`CheckHyphens`), applied here too because they give a better
/// sentence, and because plain ASCII names never reach UTS #46.
fn refuse_hyphens(text: &str) -> Result<(), DomainError> {
    for label in text.split('.') {
        if label.starts_with('-') || label.ends_with('-') {
            return Err(DomainError::Hyphen {
                label: Typed::new(label),
            });
        }
        // Of a label beyond ASCII only UTS #46 knows the third character.
        if label.is_ascii() && label.get(2..4) == Some("--") && !is_a_label(label) {
            return Err(DomainError::HyphenPair {
                label: Typed::new(label),
            });
        }
    }
    Ok(())
}

fn check_lengths(text: &str, name: &str) -> Result<(), DomainError> {
    for label in name.split('.') {
        if label.is_empty() {
            return Err(DomainError::EmptyLabel {
                typed: Typed::new(text),
            });
        }
        if label.len() > LABEL_OCTETS {
            return Err(DomainError::LabelTooLong {
                label: Typed::new(label),
                octets: label.len(),
            });
        }
    }
    if name.len() > NAME_OCTETS {
        return Err(DomainError::TooLong { octets: name.len() });
    }
    Ok(())
}

/// Whether ASCII lower-casing is all that UTS #46 would do.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.split('.').any(is_a_label)
}

pub(crate) fn is_a_label(label: &str) -> bool {
    label
        .as_bytes()
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"xn--"))
}

/// The first ASCII character that no name has.
fn foreign_ascii(text: &str) -> Option<char> {
    text.chars()
        .find(|&c| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.'))
}

/// An address out of its brackets and the tag of RFC 5321 section 4.1.3: `[IPv6:2001:db8::1]`. Any
/// other text stays as it is.
pub(crate) fn without_brackets(text: &str) -> &str {
    let Some(inner) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    else {
        return text;
    };
    match inner.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => address,
        _ => inner,
    }
}

/// Whether a text is one ASCII digit or more.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether resolvers may take the name for an IPv4 address: the last label is a number, decimal or,
/// as `inet_aton(3)` reads it, hexadecimal. The URL standard draws the same line ("ends in a
/// number checker").
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    is_digits(last)
        || last
            .strip_prefix("0x")
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The host of `scheme://user@host:port/path`, with every part but the host optional.
fn domain_in_url(text: &str) -> Option<Domain> {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '\\', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Domain::parse(host.split(':').next()?).ok()
}

#[cfg(feature = "idna")]
fn to_ascii(text: &str, _: Origin) -> Result<String, DomainError> {
    use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
    // Lengths are checked afterwards, where the final dot is gone and the sentence is better.
    Uts46::new()
        .to_ascii(
            text.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::Check,
            DnsLength::Ignore,
        )
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| {
            let typed = Typed::new(text);
            match foreign_ascii(text) {
                Some(character) => DomainError::NotAllowed { typed, character },
                None => DomainError::Idna { typed },
            }
        })
}

#[cfg(not(feature = "idna"))]
fn to_ascii(text: &str, origin: Origin) -> Result<String, DomainError> {
    if origin == Origin::Serialised && text.is_ascii() {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(DomainError::NeedsServer)
    }
}

/// The Unicode form of a name, where it has one.
#[cfg(feature = "idna")]
pub(crate) fn to_unicode(name: &str) -> Option<String> {
    use idna::uts46::{AsciiDenyList, Hyphens, Uts46};
    if is_plain(name) {
        return None;
    }
    let (unicode, valid) =
        Uts46::new().to_unicode(name.as_bytes(), AsciiDenyList::STD3, Hyphens::Check);
    valid.ok().map(|()| unicode.into_owned())
}

/// Without UTS #46 nothing is known about other forms.
#[cfg(not(feature = "idna"))]
pub(crate) fn to_unicode(_: &str) -> Option<String> {
    None
}
