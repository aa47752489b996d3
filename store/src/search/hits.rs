//! What a search has found, ready to be cut into pages.

use rusqlite::{Transaction, types::Value};

use super::{
    line::{Key, Lead, Line},
    text::{Place, Text},
};
use crate::{
    Error, Sort, SortBy, Stored,
    page::{Direction, Start},
    row::{self, Row},
};

/// The lines that a search has found, as of one moment.
#[derive(Debug)]
pub(crate) struct Hits {
    text: Text,
    /// By domain and scope.
    places: Vec<Place>,
}

impl Hits {
    pub(super) fn new(text: Text, needle: &str) -> Self {
        let places = text.find(needle);
        Self { text, places }
    }

    /// How many rows were found.
    pub(crate) fn count(&self) -> u64 {
        self.places.len() as u64
    }

    /// At most so many rows, in the order of the list whichever way they are read.
    pub(crate) fn rows<T: Row>(
        &self,
        tx: &Transaction<'_>,
        sort: Sort,
        direction: Direction,
        start: Option<&Start>,
        limit: usize,
    ) -> Result<Vec<Stored<T>>, Error> {
        let start = start.map(|start| (key(start, sort.by), start.included));
        let mut lines = self.beyond(sort, direction, start);
        cut(&mut lines, sort, direction, limit);
        if direction == Direction::Backwards {
            lines.reverse();
        }
        let rows = lines.into_iter().map(|line| read(tx, line));
        rows.filter_map(Result::transpose).collect()
    }

    /// The lines beyond a place, seen in this direction. By domain they are in the order of the list.
    fn beyond(
        &self,
        sort: Sort,
        direction: Direction,
        start: Option<(Key<'_>, bool)>,
    ) -> Vec<Line<'_>> {
        let ascending = ascending(sort, direction);
        let counts = |line: &Line<'_>| {
            start.is_none_or(|(start, included)| {
                let key = line.key(sort.by);
                (included && key == start) || (if ascending { key > start } else { key < start })
            })
        };
        let lines = self.places.iter().map(|place| self.text.line(place));
        lines.filter(counts).collect()
    }
}

/// Whether keys grow when the list is read in this direction.
const fn ascending(sort: Sort, direction: Direction) -> bool {
    sort.descending == matches!(direction, Direction::Backwards)
}

/// Leaves the first ones, seen in this direction, in the order in which they are read.
fn cut(lines: &mut Vec<Line<'_>>, sort: Sort, direction: Direction, limit: usize) {
    let ascending = ascending(sort, direction);
    if sort.by == SortBy::Domain {
        // They are in order already.
        if !ascending {
            lines.reverse();
        }
        lines.truncate(limit);
        return;
    }
    let order = |one: &Line<'_>, two: &Line<'_>| {
        let order = one.key(sort.by).cmp(&two.key(sort.by));
        if ascending { order } else { order.reverse() }
    };
    if limit < lines.len() {
        lines.select_nth_unstable_by(limit, order);
        lines.truncate(limit);
    }
    lines.sort_unstable_by(order);
}

fn key(start: &Start, by: SortBy) -> Key<'_> {
    let (by, rest) = match (by, start.key.as_slice()) {
        (SortBy::Host, [host, rest @ ..]) => (Lead::Host(text(Some(host))), rest),
        (SortBy::Port, [Value::Integer(port), rest @ ..]) => (Lead::Port(*port), rest),
        (_, rest) => (Lead::None, rest),
    };
    Key {
        by,
        domain: text(rest.first()),
        scope: text(rest.get(1)),
    }
}

fn text(value: Option<&Value>) -> &[u8] {
    match value {
        Some(Value::Text(text)) => text.as_bytes(),
        _ => &[],
    }
}

/// The row of a line; nothing if somebody has removed it behind the back of the log.
fn read<T: Row>(tx: &Transaction<'_>, line: Line<'_>) -> Result<Option<Stored<T>>, Error> {
    let key = line.key(SortBy::Domain);
    let text = |octets| String::from_utf8_lossy(octets).into_owned();
    let (columns, table, has_key) = (T::COLUMNS, T::TABLE, T::HAS_KEY);
    let sql = format!("SELECT {columns} FROM {table} WHERE {has_key}");
    row::one(tx, &sql, (text(key.domain), text(key.scope)))
}
