//! What somebody asks about: an address in any form that Postfix may have it in, or a domain.

use std::fmt;

use routing::decision::Asked;
use routing::{Domain, Host, Typed, is_deceptive};

/// The most octets of an address that are read. RFC 5321 section 4.5.3.1 allows 64 and 255 around
/// the `@`; mail that is queued may have been less strict.
const LONGEST: usize = 1000;

/// What is asked about. Displays as it was typed, without white space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    text: String,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// With a domain after its last `@`.
    Address,
    /// A domain alone.
    Domain,
    /// `<>`.
    Null,
    /// A local part alone.
    Local,
}

/// Why a text cannot be asked about. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Nothing but white space.
    #[error("Type an address or a domain, such as ann@example.com or example.com.")]
    Empty,
    /// Too long for any mail system.
    #[error("The address has {0} octets. At most {LONGEST} are looked at.")]
    TooLong(usize),
    /// Something in it that no address has.
    #[error("{typed} is no address: {reason} Type one address, such as ann@example.com.")]
    Impossible {
        /// What was typed.
        typed: Typed,
        /// Why not, as a sentence.
        reason: String,
    },
    /// What stands after the last `@` cannot be.
    #[error("{typed} has a domain that cannot be: {reason}")]
    Domain {
        /// What was typed.
        typed: Typed,
        /// Why not, as a sentence.
        reason: String,
    },
}

impl Subject {
    /// Reads an address, with or without angle brackets, with an extension or a quoted local part,
    /// a local part alone, `<>` for the null sender (RFC 5321 section 4.5.5), or a domain.
    ///
    /// # Errors
    /// [`SubjectError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, SubjectError> {
        let text = typed.trim();
        if text == "<>" {
            return Ok(Self::new(text, Form::Null));
        }
        let text = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or(text);
        if text.is_empty() {
            return Err(SubjectError::Empty);
        }
        if text.len() > LONGEST {
            return Err(SubjectError::TooLong(text.len()));
        }
        if text.contains(is_deceptive) {
            return Err(impossible(
                text,
                "it has a character in it that cannot be seen.",
            ));
        }
        let (local, domain) = match text.rsplit_once('@') {
            // A quoted local part alone.
            Some(_) if text.ends_with('"') => (text, None),
            Some((local, domain)) => (local, Some(domain)),
            None => (text, None),
        };
        match domain {
            Some("") => Err(impossible(text, "nothing follows the @.")),
            Some(domain) => {
                check_local(local).map_err(|reason| impossible(text, reason))?;
                check_domain(domain).map_err(|reason| SubjectError::Domain {
                    typed: Typed::new(text),
                    reason,
                })?;
                // As in Postfix's tables: any address of the domain.
                if local.is_empty() {
                    return if is_domain(domain) {
                        Ok(Self::new(domain, Form::Domain))
                    } else {
                        Err(impossible(text, "nothing stands before the @."))
                    };
                }
                Ok(Self::new(text, Form::Address))
            }
            // With a dot it is a domain if it can be one.
            None if is_domain(text) => {
                check_domain(text).map_err(|reason| SubjectError::Domain {
                    typed: Typed::new(text),
                    reason,
                })?;
                Ok(Self::new(text, Form::Domain))
            }
            None => {
                check_local(local).map_err(|reason| impossible(text, reason))?;
                Ok(Self::new(text, Form::Local))
            }
        }
    }

    fn new(text: &str, form: Form) -> Self {
        Self {
            text: text.to_owned(),
            form,
        }
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What of it decides.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        match self.form {
            Form::Address => Asked::address(&self.text),
            Form::Domain => Asked::domain(&self.text),
            Form::Null | Form::Local => Asked::Nothing,
        }
    }

    /// Whether it is the null sender.
    pub(super) fn is_null(&self) -> bool {
        self.form == Form::Null
    }

    /// A recipient as Postfix asks for it; for a domain, one that it must have (RFC 5321 section
    /// 4.5.1). None where Postfix would complete what was typed, or asks for no such recipient.
    pub(super) fn recipient(&self) -> Option<String> {
        match self.form {
            Form::Address => Some(self.text.clone()),
            Form::Domain => Some(format!("postmaster@{}", self.text)),
            Form::Null | Form::Local => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Whether a text without `@` is meant as a domain.
fn is_domain(text: &str) -> bool {
    text.starts_with('[') || Domain::parse(text).is_ok()
}

fn impossible(text: &str, reason: &str) -> SubjectError {
    SubjectError::Impossible {
        typed: Typed::new(text),
        reason: reason.to_owned(),
    }
}

/// What stands before the `@`. In quotes it may hold anything (RFC 5321 section 4.1.2); Postfix asks
/// without them, too, so an `@` or a dot too many is no fault.
fn check_local(local: &str) -> Result<(), &'static str> {
    if local.starts_with('"') {
        return if local.len() > 1 && local.ends_with('"') {
            Ok(())
        } else {
            Err("its quotation mark is not closed.")
        };
    }
    match local
        .chars()
        .find(|c| c.is_whitespace() || "<>,;()".contains(*c))
    {
        Some(c) if c.is_whitespace() => Err("it has a space in it."),
        Some(_) => Err("it has a bracket, comma or semicolon in it."),
        None => Ok(()),
    }
}

/// What stands after the `@`: what a rule can be found for, or a name that only mail has, such as one
/// with an underscore.
fn check_domain(domain: &str) -> Result<(), String> {
    if domain.starts_with('[') {
        return match Host::parse(domain) {
            Ok(Host::V4(_) | Host::V6(_)) => Ok(()),
            Ok(Host::Name(_)) => Err("Only an IP address can stand in brackets.".to_owned()),
            Err(error) => Err(error.to_string()),
        };
    }
    let lax = |c: char| c.is_alphanumeric() || !c.is_ascii() || "-_.".contains(c);
    let name = domain.strip_suffix('.').unwrap_or(domain);
    let sound = domain.chars().all(lax)
        && !name.split('.').any(str::is_empty)
        && matches!(Asked::domain(domain), Asked::Name(name) if name.whole().is_some());
    if sound {
        return Ok(());
    }
    Err(match Domain::parse(domain) {
        Err(error) => error.to_string(),
        Ok(_) => "Type a domain, such as example.com.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(typed: &str) -> Option<String> {
        let subject = Subject::parse(typed).unwrap();
        match subject.asked() {
            Asked::Name(name) => name.whole().map(str::to_owned),
            Asked::Literal(literal) => Some(literal.to_owned()),
            Asked::Nothing => None,
        }
    }

    #[test]
    fn reads_what_postfix_may_ask_about() {
        for (typed, domain) in [
            ("ann@example.com", Some("example.com")),
            (" <Ann+x@Example.COM.> ", Some("example.com")),
            ("\"a b@c\"@example.com", Some("example.com")),
            ("a@b@example.com", Some("example.com")),
            ("ann@bücher.example", Some("xn--bcher-kva.example")),
            ("ann@XN--BCHER-KVA.example", Some("xn--bcher-kva.example")),
            ("jörg@a_b.example.com", Some("a_b.example.com")),
            ("ann@localhost", Some("localhost")),
            ("ann@[192.0.2.1]", Some("[192.0.2.1]")),
            ("ann@[IPv6:2001:db8::1]", Some("[IPv6:2001:db8::1]")),
            ("example.com", Some("example.com")),
            ("@example.com", Some("example.com")),
            ("ann", None),
            ("\"a@b\"", None),
            ("<>", None),
        ] {
            assert_eq!(name(typed).as_deref(), domain, "{typed}");
        }
        let recipient = |typed| Subject::parse(typed).unwrap().recipient();
        assert_eq!(
            recipient("Ann+x@Example.com").as_deref(),
            Some("Ann+x@Example.com")
        );
        assert_eq!(
            recipient("example.com").as_deref(),
            Some("postmaster@example.com")
        );
        assert_eq!((recipient("<>"), recipient("ann")), (None, None));
    }

    #[test]
    fn refuses_what_cannot_be_an_address() {
        for (typed, sentence) in [
            (
                "",
                "Type an address or a domain, such as ann@example.com or example.com.",
            ),
            (
                "ann@",
                "\"ann@\" is no address: nothing follows the @. Type one address, such as \
                 ann@example.com.",
            ),
            ("@ann", "nothing stands before the @."),
            ("a b@example.com", "it has a space in it."),
            ("a@example.com, b@example.com", "it has a bracket, comma"),
            (
                "a,b@example.com",
                "it has a bracket, comma or semicolon in it.",
            ),
            ("\"ann@example.com", "its quotation mark is not closed."),
            ("ann@exa mple.com", "has a domain that cannot be: "),
            ("ann@example..com", "has a dot too many"),
            ("ann@exam!ple.com", "has a domain that cannot be: "),
            (
                "ann@[mail.example.net]",
                "Only an IP address can stand in brackets.",
            ),
            (
                "ann\u{0}@example.com",
                "a character in it that cannot be seen",
            ),
            (
                "ann@exa\u{202e}mple.com",
                "a character in it that cannot be seen",
            ),
        ] {
            let error = Subject::parse(typed).unwrap_err().to_string();
            assert!(error.contains(sentence), "{typed:?}: {error}");
        }
        let long = format!("{}@example.com", "x".repeat(LONGEST));
        assert!(matches!(
            Subject::parse(&long),
            Err(SubjectError::TooLong(1012))
        ));
    }

    proptest! {
        #[test]
        fn reads_or_refuses_and_says_why(typed in "[a-zü@\"\\\\<> .\\[\\]_\\-:1\u{3002}\r\n]{0,24}") {
            match Subject::parse(&typed) {
                Ok(subject) => {
                    prop_assert!(!subject.as_str().contains(char::is_control));
                    prop_assert_eq!(Subject::parse(subject.as_str()), Ok(subject.clone()));
                }
                Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
            }
        }
    }
}
