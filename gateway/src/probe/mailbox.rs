//! Addresses of senders and recipients, as MAIL FROM and RCPT TO take them.

use std::fmt;
use std::str::FromStr;

use routing::{Domain, Host, Typed};

/// Octets of a local part (RFC 5321 section 4.5.3.1.1).
const LOCAL_OCTETS: usize = 64;
/// Octets of an address between its angle brackets (section 4.5.3.1.3).
const ADDRESS_OCTETS: usize = 254;

/// An address, or for a sender none at all. Displays without angle brackets.
///
/// Its spelling is that of RFC 5321 section 4.1.2 with the letters of RFC 6531, so that it cannot
/// end the command it is put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox(String);

/// Why a text is no address. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// Nothing but white space.
    #[error("Type an address, such as postmaster@example.net.")]
    Empty,
    /// No `@`.
    #[error("{0} has no domain. Type an address, such as postmaster@example.net.")]
    NoDomain(Typed),
    /// What stands before the last `@` cannot be.
    #[error(
        "{0} has a local part that cannot be. Type an address without spaces and brackets, such \
         as postmaster@example.net."
    )]
    Local(Typed),
    /// What stands after the last `@` cannot be.
    #[error("{typed} has a domain that cannot be: {reason}")]
    Domain {
        /// What was typed.
        typed: Typed,
        /// Why not, as a sentence.
        reason: String,
    },
    /// Longer than any server need take.
    #[error("The address has {0} octets. At most {ADDRESS_OCTETS} are possible.")]
    TooLong(usize),
}

impl Mailbox {
    /// Reads an address, with or without angle brackets.
    ///
    /// # Errors
    /// [`MailboxError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, MailboxError> {
        let text = typed.trim();
        let text = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or(text);
        if text.is_empty() {
            return Err(MailboxError::Empty);
        }
        if text.len() > ADDRESS_OCTETS {
            return Err(MailboxError::TooLong(text.len()));
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(MailboxError::NoDomain(Typed::new(text)));
        };
        if !is_local(local) {
            return Err(MailboxError::Local(Typed::new(text)));
        }
        check_domain(domain).map_err(|reason| MailboxError::Domain {
            typed: Typed::new(text),
            reason,
        })?;
        Ok(Self(text.to_owned()))
    }

    /// Reads a sender: an address, or `<>` or nothing for the null sender of bounces (RFC 5321
    /// section 4.5.5).
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_sender(typed: &str) -> Result<Self, MailboxError> {
        match typed.trim() {
            "" | "<>" => Ok(Self(String::new())),
            text => Self::parse(text),
        }
    }

    /// The address without angle brackets; empty for the null sender.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the server must know SMTPUTF8 (RFC 6531) to take it.
    pub(super) fn needs_smtputf8(&self) -> bool {
        !self.0.is_ascii()
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Mailbox {
    type Err = MailboxError;

    fn from_str(typed: &str) -> Result<Self, MailboxError> {
        Self::parse(typed)
    }
}

/// A dot-string or a quoted string.
fn is_local(local: &str) -> bool {
    if local.is_empty() || local.len() > LOCAL_OCTETS {
        return false;
    }
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(content) => is_quoted(content),
        // Empty atoms are against the rules, but there are mailboxes with them, and no harm in them.
        None => local.chars().all(is_atom),
    }
}

fn is_atom(character: char) -> bool {
    match character {
        '.' => true,
        _ if character.is_ascii() => {
            character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character)
        }
        _ => !character.is_control() && !character.is_whitespace(),
    }
}

fn is_quoted(content: &str) -> bool {
    let mut characters = content.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '"' => return false,
            '\\' => match characters.next() {
                Some(escaped) => escaped,
                None => return false,
            },
            other => other,
        };
        if character.is_control() {
            return false;
        }
    }
    true
}

/// A domain, or an address in brackets.
fn check_domain(domain: &str) -> Result<(), String> {
    if domain.starts_with('[') {
        return match Host::parse(domain) {
            Ok(Host::V4(_) | Host::V6(_)) => Ok(()),
            Ok(Host::Name(_)) => Err("only an IP address can stand in brackets.".to_owned()),
            Err(error) => Err(error.to_string()),
        };
    }
    // Parsing a domain takes no notice of spaces around it.
    if domain.contains(|character: char| character.is_control() || character.is_whitespace()) {
        return Err("it has a space in it.".to_owned());
    }
    // The spelling stays as it is typed: Postfix, too, hands it on as it came.
    match Domain::parse(domain) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_what_mail_systems_take() {
        for typed in [
            "user@example.net",
            "user+tag@example.net",
            "a..b@example.net",
            "\"a b\\\"c\"@example.net",
            "user@[192.0.2.1]",
            "user@[IPv6:2001:db8::1]",
            "jörg@bücher.example",
        ] {
            assert_eq!(Mailbox::parse(typed).unwrap().as_str(), typed);
        }
        let bracketed = Mailbox::parse(" <user@example.net> ").unwrap();
        assert_eq!(bracketed.as_str(), "user@example.net");
        assert!(Mailbox::parse("jörg@example.net").unwrap().needs_smtputf8());
        for null in ["", "<>", " "] {
            assert_eq!(Mailbox::parse_sender(null).unwrap().as_str(), "");
        }
    }

    #[test]
    fn refuses_what_would_end_the_command() {
        for typed in [
            "",
            "user",
            "@example.net",
            "a b@example.net",
            "a>b@example.net",
            "a@example.net> BODY=8BITMIME",
            "a\r\nDATA\r\n@example.net",
            "\"a\r\n\"@example.net",
            "\"a\"b\"@example.net",
            "\"a\\\"@example.net",
            "a@exa mple.net",
            "a@example.net\r\nDATA",
            "a@[mail.example.net]",
            "a@[192.0.2.1",
            "a@",
        ] {
            assert!(Mailbox::parse(typed).is_err(), "{typed:?}");
        }
        assert!(Mailbox::parse(&format!("{}@example.net", "x".repeat(65))).is_err());
    }

    #[test]
    fn errors_are_sentences() {
        let error = Mailbox::parse("user").unwrap_err().to_string();
        assert_eq!(
            error,
            "\"user\" has no domain. Type an address, such as postmaster@example.net."
        );
    }

    proptest! {
        #[test]
        fn never_holds_what_would_end_the_command(typed in "[a-z@\"\\\\<> \r\n.\\[\\]]{0,30}") {
            if let Ok(mailbox) = Mailbox::parse(&typed) {
                prop_assert!(!mailbox.as_str().contains(['\r', '\n']));
                let outside = mailbox.as_str().rsplit('"').next().unwrap_or_default();
                prop_assert!(!outside.contains(['<', '>', ' ']));
            }
        }
    }
}
