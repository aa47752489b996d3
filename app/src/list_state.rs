//! What a list shows, as it stands in the URL.
//!
//! Search, order, page size, place and open dialog are all in the query string, so that reload,
//! back, bookmarks and a page without JavaScript show the same thing. A value that cannot be read
//! falls back to its default: a mistyped URL still shows the list.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// Rows on a page unless the URL says otherwise.
pub const DEFAULT_SIZE: u16 = 50;

/// The page sizes that the console offers.
pub const SIZES: [u16; 4] = [25, DEFAULT_SIZE, 100, 500];

/// Longest search that is kept; a domain name has at most 253 octets.
const SEARCH_MAX_CHARS: usize = 300;

/// What may stand unescaped in a query value: RFC 3986 unreserved characters and the comma, which
/// separates the parts of a cursor.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':');

/// The column by which a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// By domain name, in its A-label form.
    #[default]
    Domain,
    /// By host name or address.
    Host,
    /// By port number.
    Port,
}

impl SortBy {
    /// The columns in the order in which they stand.
    pub const ALL: [SortBy; 3] = [SortBy::Domain, SortBy::Host, SortBy::Port];

    /// The heading of the column.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Domain => "Domain Name",
            Self::Host => "Host Name or IP Address",
            Self::Port => "Port",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Host => "host",
            Self::Port => "port",
        }
    }
}

/// A column and a direction; in the URL `host`, or `-host` for descending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub by: SortBy,
    /// From the last to the first.
    pub descending: bool,
}

impl Sort {
    fn parse(text: &str) -> Option<Self> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let by = SortBy::ALL.into_iter().find(|by| by.name() == name)?;
        Some(Self { by, descending })
    }

    /// The order after a click on the heading of `by`: that column, or its other direction.
    #[must_use]
    pub fn toggled(self, by: SortBy) -> Self {
        Self {
            by,
            descending: self.by == by && !self.descending,
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.descending { "-" } else { "" };
        write!(f, "{minus}{}", self.by.name())
    }
}

/// Which page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The first page.
    #[default]
    First,
    /// The last page.
    Last,
    /// The page after the row that the cursor names.
    After(String),
    /// The page before the row that the cursor names.
    Before(String),
    /// The page on which the row with this id stands.
    At(i64),
}

/// One row in one version: enough to act on just what a person saw.
///
/// In the URL and in forms it is written `id:version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowRef {
    /// The row.
    pub id: i64,
    /// The version that was shown.
    pub version: i64,
}

/// The text is not `id:version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARowRef;

impl FromStr for RowRef {
    type Err = NotARowRef;

    fn from_str(text: &str) -> Result<Self, NotARowRef> {
        let (id, version) = text.split_once(':').ok_or(NotARowRef)?;
        Ok(Self {
            id: id.parse().map_err(|_| NotARowRef)?,
            version: version.parse().map_err(|_| NotARowRef)?,
        })
    }
}

impl fmt::Display for RowRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.version)
    }
}

/// What is open on top of the list when the page comes from the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// Nothing.
    #[default]
    Nothing,
    /// A row is being edited.
    Edit(i64),
    /// The confirmation to delete these rows; none when nothing was ticked.
    Delete(Vec<RowRef>),
    /// The confirmation to delete every row that matches the search.
    DeleteMatching,
    /// The export dialog.
    Export,
}

/// What was just done, for the page that follows a form without JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The row that the page is placed at was added.
    Added,
    /// The row that the page is placed at was changed.
    Saved,
    /// This many rows were deleted.
    Deleted(u64),
    /// This many rows were changed.
    Changed(u64),
    /// The last change was taken back.
    Undone,
}

/// What a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListState {
    /// Part of a domain, host or comment; empty shows all.
    pub search: String,
    /// The order.
    pub sort: Sort,
    /// Rows on a page.
    pub size: u16,
    /// Which page.
    pub place: Place,
    /// What is open on top.
    pub open: Open,
    /// What was just done.
    pub done: Option<Done>,
    /// The change by which it was done.
    pub undo: Option<i64>,
}

impl Default for ListState {
    fn default() -> Self {
        Self {
            search: String::new(),
            sort: Sort::default(),
            size: DEFAULT_SIZE,
            place: Place::First,
            open: Open::Nothing,
            done: None,
            undo: None,
        }
    }
}

impl ListState {
    /// Reads the state from the query of a URL.
    pub fn from_query(query: &str) -> Self {
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8_lossy().into_owned()
        };
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self::from_pairs(pairs.map(|(name, value)| (decoded(name), decoded(value))))
    }

    /// Reads the state from decoded `name=value` pairs; what is unknown or unreadable is passed
    /// over.
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut state = Self::default();
        let mut ticked = Vec::new();
        let mut asks_delete = false;
        for (name, value) in pairs {
            let value = value.as_ref();
            match name.as_ref() {
                "q" => state.search = read_search(value),
                "sort" => state.sort = Sort::parse(value).unwrap_or_default(),
                "size" => state.size = read_size(value),
                "after" if !value.is_empty() => state.place = Place::After(value.to_owned()),
                "before" if !value.is_empty() => state.place = Place::Before(value.to_owned()),
                "page" if value == "last" => state.place = Place::Last,
                "at" => state.place = value.parse().map_or(Place::First, Place::At),
                "edit" => state.open = value.parse().map_or(Open::Nothing, Open::Edit),
                "delete" if value == "matching" => state.open = Open::DeleteMatching,
                "delete" => ticked.extend(value.parse::<RowRef>()),
                "ask" if value == "delete" => asks_delete = true,
                "ask" if value == "export" => state.open = Open::Export,
                "done" => state.done = read_done(value),
                "undo" => state.undo = value.parse().ok(),
                _ => {}
            }
        }
        if state.open == Open::Nothing && (asks_delete || !ticked.is_empty()) {
            state.open = Open::Delete(ticked);
        }
        state
    }

    /// The pairs that say what is not default, in a fixed order, undecoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.to_string()));
        }
        if self.size != DEFAULT_SIZE {
            pairs.push(("size", self.size.to_string()));
        }
        match &self.place {
            Place::First => {}
            Place::Last => pairs.push(("page", "last".to_owned())),
            Place::After(cursor) => pairs.push(("after", cursor.clone())),
            Place::Before(cursor) => pairs.push(("before", cursor.clone())),
            Place::At(id) => pairs.push(("at", id.to_string())),
        }
        match &self.open {
            Open::Nothing => {}
            Open::Edit(id) => pairs.push(("edit", id.to_string())),
            Open::Delete(rows) if rows.is_empty() => pairs.push(("ask", "delete".to_owned())),
            Open::Delete(rows) => {
                pairs.extend(rows.iter().map(|row| ("delete", row.to_string())));
            }
            Open::DeleteMatching => pairs.push(("delete", "matching".to_owned())),
            Open::Export => pairs.push(("ask", "export".to_owned())),
        }
        match self.done {
            None => {}
            Some(Done::Added) => pairs.push(("done", "added".to_owned())),
            Some(Done::Saved) => pairs.push(("done", "saved".to_owned())),
            Some(Done::Deleted(count)) => pairs.push(("done", format!("deleted-{count}"))),
            Some(Done::Changed(count)) => pairs.push(("done", format!("changed-{count}"))),
            Some(Done::Undone) => pairs.push(("done", "undone".to_owned())),
        }
        if let Some(change) = self.undo {
            pairs.push(("undo", change.to_string()));
        }
        pairs
    }

    /// The URL of a page that shows this.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let mut href = path.to_owned();
        for (index, (name, value)) in self.pairs().into_iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            let value = utf8_percent_encode(&value, VALUE);
            // Writing to a String cannot fail.
            let _ = write!(href, "{separator}{name}={value}");
        }
        href
    }

    /// The same list with nothing open on top and nothing just done.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self {
            open: Open::Nothing,
            done: None,
            undo: None,
            ..self.clone()
        }
    }

    /// The same list at another place.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self {
            place,
            ..self.plain()
        }
    }

    /// The same list, but not placed at a row, which may be gone or have moved.
    #[must_use]
    pub fn away_from_row(&self) -> Self {
        match &self.place {
            Place::At(_) => self.at(Place::First),
            place => self.at(place.clone()),
        }
    }

    /// The same list with something open on top.
    #[must_use]
    pub fn opening(&self, open: Open) -> Self {
        Self {
            open,
            ..self.plain()
        }
    }

    /// The first page for another search.
    #[must_use]
    pub fn searching(&self, search: &str) -> Self {
        Self {
            search: search.trim().to_owned(),
            ..self.at(Place::First)
        }
    }

    /// The same list without a search.
    #[must_use]
    pub fn without_search(&self) -> Self {
        Self {
            search: String::new(),
            ..self.clone()
        }
    }

    /// The row that must be on the page, because the page is placed at it or it is being edited. None
    /// where something was just undone, which may be that there is such a row.
    #[must_use]
    pub fn row(&self) -> Option<i64> {
        match (&self.open, &self.place) {
            _ if self.done == Some(Done::Undone) => None,
            (Open::Edit(id), _) | (_, Place::At(id)) => Some(*id),
            _ => None,
        }
    }

    /// Whether the other shows the same rows in the same order, on whichever page.
    #[must_use]
    pub fn same_list(&self, other: &Self) -> bool {
        (&self.search, self.sort, self.size) == (&other.search, other.sort, other.size)
    }

    /// The first page in another order.
    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self {
            sort,
            ..self.at(Place::First)
        }
    }
}

fn read_search(value: &str) -> String {
    let short: String = value.trim().chars().take(SEARCH_MAX_CHARS).collect();
    // It may have been cut before a space.
    short.trim_end().to_owned()
}

fn read_size(value: &str) -> u16 {
    value
        .parse()
        .ok()
        .filter(|size| SIZES.contains(size))
        .unwrap_or(DEFAULT_SIZE)
}

fn read_done(value: &str) -> Option<Done> {
    match value {
        "added" => Some(Done::Added),
        "saved" => Some(Done::Saved),
        "undone" => Some(Done::Undone),
        _ => match value.split_once('-')? {
            ("deleted", count) => count.parse().ok().map(Done::Deleted),
            ("changed", count) => count.parse().ok().map(Done::Changed),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::{collection, sample};

    use super::*;

    fn read(query: &[(&str, &str)]) -> ListState {
        ListState::from_pairs(query.iter().copied())
    }

    #[test]
    fn state_survives_the_way_through_the_url() {
        let states = [
            ListState::default(),
            ListState::default().searching("b\u{fc}cher & co"),
            ListState {
                sort: Sort {
                    by: SortBy::Port,
                    descending: true,
                },
                size: 500,
                place: Place::After("25,example.com,both".to_owned()),
                ..ListState::default()
            },
            ListState::default().opening(Open::Delete(vec![
                RowRef { id: 1, version: 7 },
                RowRef { id: 2, version: 9 },
            ])),
            ListState::default().opening(Open::Delete(Vec::new())),
            ListState::default().opening(Open::DeleteMatching),
            ListState::default().opening(Open::Edit(4)),
            ListState::default().opening(Open::Export),
            ListState {
                done: Some(Done::Deleted(3)),
                undo: Some(7),
                ..ListState::default().at(Place::At(12))
            },
        ];
        for state in states {
            assert_eq!(ListState::from_pairs(state.pairs()), state);
        }
    }

    #[test]
    fn what_cannot_be_read_falls_back() {
        let state = read(&[
            ("sort", "colour"),
            ("size", "7"),
            ("at", "x"),
            ("edit", "x"),
            ("delete", "1"),
            ("unknown", "1"),
        ]);
        assert_eq!(state, ListState::default());
    }

    /// Pairs as a person, a script or a cut-off address may send them.
    fn any_pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        let name = prop_oneof![
            "q|sort|size|after|before|page|at|edit|delete|ask|done",
            any::<String>(),
        ];
        let value = prop_oneof![
            any::<String>(),
            "[ a-z.:,0-9+-]{0,320}",
            "-?(domain|host|port)",
            "[+-]?[0-9]{1,20}(:[+-]?[0-9]{1,20})?",
            "matching|export|delete|last|added|saved|deleted-[0-9]{1,21}|25|500",
        ];
        collection::vec((name, value), 0..8)
    }

    proptest! {
        #[test]
        fn whatever_the_url_says_is_written_as_it_was_read(pairs in any_pairs()) {
            let state = ListState::from_pairs(pairs);
            prop_assert_eq!(&ListState::from_pairs(state.pairs()), &state);
            let href = state.href("/x");
            let query = href.split_once('?').map_or("", |(_, query)| query);
            prop_assert_eq!(ListState::from_query(query), state);
        }

        #[test]
        fn a_row_is_written_as_it_is_read(
            id in any::<i64>(),
            version in any::<i64>(),
            text in any::<String>(),
        ) {
            let row = RowRef { id, version };
            prop_assert_eq!(row.to_string().parse(), Ok(row));
            if let Ok(row) = text.parse::<RowRef>() {
                prop_assert_eq!(row.to_string().parse(), Ok(row));
            }
        }

        #[test]
        fn an_order_is_written_as_it_is_read(
            by in sample::select(SortBy::ALL.to_vec()),
            descending in any::<bool>(),
            text in any::<String>(),
        ) {
            let sort = Sort { by, descending };
            prop_assert_eq!(Sort::parse(&sort.to_string()), Some(sort));
            if let Some(sort) = Sort::parse(&text) {
                prop_assert_eq!(sort.to_string(), text);
            }
        }
    }

    #[test]
    fn the_url_is_escaped() {
        let state = ListState::default().searching("a&b=c #d");
        assert_eq!(state.href("/x"), "/x?q=a%26b%3Dc%20%23d");
    }

    #[test]
    fn a_heading_toggles_its_own_direction_only() {
        let by_host = Sort::default().toggled(SortBy::Host);
        assert_eq!(by_host.to_string(), "host");
        assert_eq!(by_host.toggled(SortBy::Host).to_string(), "-host");
        assert_eq!(
            by_host
                .toggled(SortBy::Host)
                .toggled(SortBy::Port)
                .to_string(),
            "port"
        );
    }
}
