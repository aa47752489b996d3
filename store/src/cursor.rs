//! A place in a sorted list.

use std::{fmt, str::FromStr};

use rusqlite::types::Value;

use crate::SortBy;

/// A place in a list: the key of the row that stands there, or stood there once.
///
/// As text it can be read and goes into a URL as it is: the values of the key's columns with
/// commas between them, such as `mail.example.net,example.com,both`. It belongs to the list and
/// the column it was made for; a list that cannot use it starts at its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(Box<str>);

/// A text that is no place in any list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is no place in a list. Start at its first page.")]
pub struct CursorError;

/// Long enough for a host, a domain and a scope, and no longer.
const MAX_LENGTH: usize = 253 + 1 + 253 + 1 + "subdomains".len();

impl Cursor {
    pub(crate) fn new(columns: &[&str]) -> Self {
        Self(columns.join(",").into())
    }

    /// The values to compare with, if they are as many as the key has columns and of their types.
    pub(crate) fn key(&self, by: SortBy, columns: usize) -> Option<Vec<Value>> {
        let mut key = Vec::with_capacity(columns);
        for (index, text) in self.0.split(',').enumerate() {
            key.push(match (index, by) {
                (0, SortBy::Port) => Value::Integer(text.parse::<u16>().ok()?.into()),
                _ => Value::Text(text.to_owned()),
            });
        }
        (key.len() == columns).then_some(key)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let possible = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b',');
        if (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(possible) {
            Ok(Self(text.into()))
        } else {
            Err(CursorError)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for columns in [
            &["example.com"][..],
            &["2001:db8::1", "example.com", "subdomains"],
            &["", "example.com"],
        ] {
            let cursor = Cursor::new(columns);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_as_it_was(
            text in "\\PC*|[a-z0-9.:,-]{0,540}",
            columns in 1..4_usize,
        ) {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
                for by in [SortBy::Domain, SortBy::Host, SortBy::Port] {
                    let key = cursor.key(by, columns);
                    prop_assert!(key.is_none_or(|key| key.len() == columns));
                }
            }
        }
    }

    #[test]
    fn refuses_what_no_list_writes() {
        let long = "a".repeat(MAX_LENGTH + 1);
        for text in ["", "exa mple", "EXAMPLE.com", "'", "%00", "ü", &long] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }

    #[test]
    fn a_key_of_another_list_is_not_used() {
        let cursor = Cursor::new(&["mail.example.net", "example.com"]);
        assert_eq!(cursor.key(SortBy::Host, 3), None);
        assert_eq!(cursor.key(SortBy::Port, 2), None);
        assert!(cursor.key(SortBy::Host, 2).is_some());
    }
}
