//! Texts that are stored in one form, and read in no other.

use std::{
    fmt::{self, Display, Write as _},
    str::FromStr,
};

use routing::{Comment, Domain, Host, Port, Scope, UserName};

/// A value whose text is stored in one form: two spellings of one domain would be two rows for it.
pub(crate) trait Canonical: FromStr<Err: Display> + Display {
    /// The value of a text that is plainly in that form, as nearly every one is. Nothing says nothing.
    fn plain(_text: &str) -> Option<Self> {
        None
    }
}

impl Canonical for Domain {
    fn plain(text: &str) -> Option<Self> {
        Self::canonical(text)
    }
}

impl Canonical for Host {
    fn plain(text: &str) -> Option<Self> {
        Self::canonical(text)
    }
}

impl Canonical for Scope {
    fn plain(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

impl Canonical for Comment {
    fn plain(text: &str) -> Option<Self> {
        text.is_empty().then(Self::default)
    }
}

impl Canonical for String {
    fn plain(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Canonical for Port {}
impl Canonical for UserName {}

/// Why a text is not taken. Displays as words for the log.
#[derive(Debug)]
pub(crate) enum Wrong<'a, E> {
    /// It is no such value.
    Invalid(E),
    /// It is one, in another form.
    OtherForm(&'a str),
}

impl<E: Display> Display for Wrong<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::OtherForm(text) => write!(f, "\"{text}\" is not in its canonical form"),
        }
    }
}

/// Reads a text that is to be in its one form.
pub(crate) fn read<T: Canonical>(text: &str) -> Result<T, Wrong<'_, T::Err>> {
    if let Some(value) = T::plain(text) {
        return Ok(value);
    }
    let value: T = text.parse().map_err(Wrong::Invalid)?;
    if shows(&value, text) {
        Ok(value)
    } else {
        Err(Wrong::OtherForm(text))
    }
}

/// Whether a value is written just so. Tells without writing it anywhere.
fn shows(value: &impl Display, text: &str) -> bool {
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// What is still to be written.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_its_one_form_only() {
        let domain = |text| read::<Domain>(text).map(|domain| domain.to_string());
        // Plain, and only so at a closer look.
        for text in ["example.com", "xn--bcher-kva.example", "example.4com"] {
            assert_eq!(domain(text).expect("a domain"), text);
        }
        for text in [
            "Example.com",
            "example.com.",
            " example.com",
            "bücher.example",
        ] {
            let wrong = domain(text).expect_err("no canonical form").to_string();
            assert!(wrong.ends_with("is not in its canonical form"), "{wrong}");
        }
        assert!(matches!(domain("-.com"), Err(Wrong::Invalid(_))));
        for (text, scope) in [("both", Some(Scope::Both)), ("BOTH", None), ("all", None)] {
            assert_eq!(read::<Scope>(text).ok(), scope);
        }
        for (text, same) in [("", true), ("a b", true), (" ", false), ("a ", false)] {
            assert_eq!(read::<Comment>(text).is_ok(), same, "{text}");
        }
        for (text, same) in [("25", true), ("025", false), ("0", false)] {
            assert_eq!(read::<Port>(text).is_ok(), same, "{text}");
        }
    }

    #[test]
    fn a_text_is_compared_with_what_a_value_would_be_written_as() {
        for (value, text, same) in [
            ("25", "25", true),
            ("25", "2", false),
            ("25", "255", false),
            ("", "", true),
            ("", "2", false),
        ] {
            assert_eq!(shows(&value, text), same, "{value} {text}");
        }
        // Written in several pieces.
        assert!(shows(
            &format_args!("{}:{}", "a.example", 25),
            "a.example:25"
        ));
        assert!(!shows(
            &format_args!("{}:{}", "a.example", 25),
            "a.example:26"
        ));
    }
}
