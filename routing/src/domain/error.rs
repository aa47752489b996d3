//! Why a text is no domain.

use super::Domain;
use crate::typed::Typed;

/// Why a text is no domain, or no host name: the two share their spelling rules, so the sentences
/// speak of a name wherever both can meet them.
///
/// Displays as a complete sentence. Where the domain that was meant can be seen in what was typed,
/// the sentence names it, and `domain` holds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Nothing but white space.
    #[error("Type a domain, such as example.com.")]
    Empty,
    /// White space inside.
    #[error("{typed} has a space in it. Type one name, without spaces.")]
    Space {
        /// What was typed.
        typed: Typed,
    },
    /// A control character inside, a line break among them.
    #[error(
        "{typed} has a control character in it, perhaps from pasting. Type the name by hand, or \
         paste one line."
    )]
    ControlCharacter {
        /// What was typed.
        typed: Typed,
    },
    /// A mail address.
    #[error("{typed} is a mail address. Type {}.", only(domain.as_ref(), "the part after the @"))]
    EmailAddress {
        /// What was typed.
        typed: Typed,
        /// The part after the last `@`, where it is a domain.
        domain: Option<Domain>,
    },
    /// A URL or a path.
    #[error("{typed} is a web address or a path. Type {}.", only(domain.as_ref(), "its host name"))]
    Url {
        /// What was typed.
        typed: Typed,
        /// The host, where it is a domain.
        domain: Option<Domain>,
    },
    /// `name:port`.
    #[error(
        "{typed} ends in a port, which has a field of its own. Type {} here.",
        only(domain.as_ref(), "the name")
    )]
    Port {
        /// What was typed.
        typed: Typed,
        /// The part before the colon, where it is a domain.
        domain: Option<Domain>,
    },
    /// An IPv4 or IPv6 address, with or without brackets.
    #[error("{typed} is an IP address. Type a domain, such as example.com.")]
    IpAddress {
        /// What was typed.
        typed: Typed,
    },
    /// `localhost`.
    #[error("localhost is this machine, not a mail domain. Type a domain, such as example.com.")]
    Localhost,
    /// An asterisk where a plain name is wanted.
    #[error("{typed} has a * in it. Type {}.", only(domain.as_ref(), "one domain, such as example.com"))]
    Wildcard {
        /// What was typed.
        typed: Typed,
        /// The part after a leading `*.`, where it is a domain.
        domain: Option<Domain>,
    },
    /// A dot at the start where a plain name is wanted.
    #[error("{typed} starts with a dot. Type {}.", only(domain.as_ref(), "the name without it"))]
    LeadingDot {
        /// What was typed.
        typed: Typed,
        /// What follows the dot, where it is a domain.
        domain: Option<Domain>,
    },
    /// An underscore, which service records have and mail domains have not.
    #[error("{typed} has an underscore in it. Names have letters, digits, hyphens and dots only.")]
    Underscore {
        /// What was typed.
        typed: Typed,
    },
    /// One label only.
    #[error("{typed} is one word. Type the whole domain, such as example.com.")]
    SingleLabel {
        /// What was typed.
        typed: Typed,
    },
    /// The last label is a number, so that resolvers may take the name for an IPv4 address.
    #[error("{typed} ends in a number. The last part of a name has letters, as in example.com.")]
    NumericTopLevel {
        /// What was typed.
        typed: Typed,
    },
    /// A label of more than 63 octets (RFC 1035 section 2.3.4).
    #[error("The part {label} is {octets} characters long. At most 63 may stand between two dots.")]
    LabelTooLong {
        /// The label, as an A-label.
        label: Typed,
        /// Its length.
        octets: usize,
    },
    /// A name of more than 253 octets (RFC 1035 section 2.3.4).
    #[error("The name is {octets} characters long. At most 253 are possible.")]
    TooLong {
        /// Its length.
        octets: usize,
    },
    /// A hyphen at the edge of a label (RFC 1123 section 2.1).
    #[error(
        "The part {label} starts or ends with a hyphen. Hyphens stand between letters or digits \
         only."
    )]
    Hyphen {
        /// The label.
        label: Typed,
    },
    /// Hyphens in third and fourth place, which are reserved for `xn--` (RFC 5891 section 4.2.3.1).
    #[error(
        "The part {label} has hyphens in third and fourth place, which only a name that starts \
         with xn-- may have. Check the spelling."
    )]
    HyphenPair {
        /// The label.
        label: Typed,
    },
    /// Two dots in a row, or nothing but dots.
    #[error("{typed} has a dot too many. Type one dot between parts, as in example.com.")]
    EmptyLabel {
        /// What was typed.
        typed: Typed,
    },
    /// A character no name has.
    #[error(
        "{typed} has the character {} in it. Names have letters, digits, hyphens and dots only.",
        Typed::new(character.encode_utf8(&mut [0; 4]))
    )]
    NotAllowed {
        /// What was typed.
        typed: Typed,
        /// The first such character.
        character: char,
    },
    /// Letters beyond ASCII, or an `xn--` label, that UTS #46 refuses.
    #[error(
        "{typed} is no valid international domain name. Check its letters, or type the form that \
         the registrar shows, such as xn--bcher-kva.example."
    )]
    Idna {
        /// What was typed.
        typed: Typed,
    },
    /// An international name in a build without feature `idna`. Not a refusal: ask the server.
    #[error("Only the server can check this international name.")]
    NeedsServer,
}

/// What to type instead: the domain where it is known, else a description of it.
fn only(domain: Option<&Domain>, otherwise: &str) -> String {
    domain.map_or_else(|| format!("only {otherwise}"), Domain::to_string)
}
