//! Which rows a list asks for, and in which order.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Cursor, RowId};

/// The column that a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The domain name, as text.
    #[default]
    Domain,
    /// The host name or address, as text; default routing first.
    Host,
    /// The port, as a number; default routing first.
    Port,
}

impl SortBy {
    /// Every column that a list can be sorted by, in their order on screen.
    pub const ALL: [Self; 3] = [Self::Domain, Self::Host, Self::Port];

    const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Port => "port",
        }
    }
}

/// An order of a list. Rows that are equal in its column follow each other by domain.
///
/// As text: the column's name, with a minus sign before it if descending (`-host`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column that decides.
    pub by: SortBy,
    /// Greatest first.
    pub descending: bool,
}

/// A text that names no order of a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A list is sorted by domain, host or port, or by -domain, -host or -port.")]
pub struct SortError;

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.descending { "-" } else { "" };
        write!(f, "{minus}{}", self.by.name())
    }
}

impl FromStr for Sort {
    type Err = SortError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let by = SortBy::ALL.into_iter().find(|by| by.name() == name);
        by.map(|by| Self { by, descending }).ok_or(SortError)
    }
}

/// How many rows a page holds: 1 to 500, 50 unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u16);

impl PageSize {
    /// The greatest page.
    pub const MAX: Self = Self(500);

    /// The size nearest to the one asked for.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        let rows = u16::try_from(rows).unwrap_or(u16::MAX);
        Self(rows.clamp(1, Self::MAX.0))
    }

    /// The number of rows.
    #[must_use]
    pub fn get(self) -> usize {
        self.0.into()
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

/// Where in the list a page lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// It begins with the first row.
    #[default]
    First,
    /// It ends with the last row.
    Last,
    /// It begins with the row after this place; where none follows, as [`Position::Last`].
    After(Cursor),
    /// It ends with the row before this place; where none precedes, as [`Position::First`].
    Before(Cursor),
    /// It begins with this row or, if too few follow, is the last page and holds it.
    ///
    /// If the search would hide the row, the search is dropped. If the row is gone, as
    /// [`Position::First`].
    At(RowId),
}

/// What a list asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Any part of a domain, host or comment, in any case; domains and hosts in either form, `xn--`
    /// or Unicode. Spaces around it do not count; nothing finds all.
    pub search: String,
    /// The order.
    pub sort: Sort,
    /// How many rows at most.
    pub size: PageSize,
    /// Where.
    pub position: Position,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_reads_what_it_writes() {
        for by in SortBy::ALL {
            for descending in [false, true] {
                let sort = Sort { by, descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        for text in ["", "-", "Domain", "--host", "comment"] {
            assert_eq!(text.parse::<Sort>(), Err(SortError), "{text}");
        }
    }

    #[test]
    fn page_size_is_kept_in_bounds() {
        assert_eq!(PageSize::default().get(), 50);
        assert_eq!(PageSize::new(0).get(), 1);
        assert_eq!(PageSize::new(100).get(), 100);
        assert_eq!(PageSize::new(usize::MAX).get(), 500);
    }
}
