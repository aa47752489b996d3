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

/// How many pages of lines are kept until the last of them are left out.
const AHEAD: usize = 4;

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
        let ascending = ascending(sort, direction);
        let mut lines = match sort.by {
            SortBy::Domain => self.first_by_domain(ascending, start, limit),
            by => first(self.beyond(by, ascending, start), ascending, limit),
        };
        if direction == Direction::Backwards {
            lines.reverse();
        }
        let rows = lines.into_iter().map(|line| read(tx, line));
        rows.filter_map(Result::transpose).collect()
    }

    /// Whether there are rows beyond a place, seen in this direction.
    pub(crate) fn go_on(&self, sort: Sort, direction: Direction, start: &Start) -> bool {
        let ascending = ascending(sort, direction);
        match sort.by {
            SortBy::Domain => !self.beyond_by_domain(ascending, Some(start)).is_empty(),
            by => self.beyond(by, ascending, Some(start)).next().is_some(),
        }
    }

    /// The lines beyond a place with their own, in no order.
    fn beyond(
        &self,
        by: SortBy,
        ascending: bool,
        start: Option<&Start>,
    ) -> impl Iterator<Item = Keyed<'_>> {
        let start = start.map(|start| (key(start, by), start.included));
        let lines = self.places.iter().map(|place| self.text.line(place));
        let lines = lines.map(move |line| (line.key(by), line));
        lines.filter(move |(key, _)| {
            start.is_none_or(|(start, included)| {
                (included && *key == start)
                    || (if ascending {
                        *key > start
                    } else {
                        *key < start
                    })
            })
        })
    }

    /// As [`Hits::beyond`]: by domain all are in order, so none need be looked at but for the place.
    fn beyond_by_domain(&self, ascending: bool, start: Option<&Start>) -> &[Place] {
        let Some(start) = start else {
            return &self.places;
        };
        let key = key(start, SortBy::Domain);
        // Whether the one that stands at the place is on its lesser side.
        let is_less = ascending != start.included;
        let (less, greater) = self.places.split_at(self.places.partition_point(|place| {
            let of_line = self.text.line(place).key(SortBy::Domain);
            of_line < key || (is_less && of_line == key)
        }));
        if ascending { greater } else { less }
    }

    fn first_by_domain(
        &self,
        ascending: bool,
        start: Option<&Start>,
        limit: usize,
    ) -> Vec<Line<'_>> {
        let places = self.beyond_by_domain(ascending, start).iter();
        let line = |place| self.text.line(place);
        if ascending {
            places.take(limit).map(line).collect()
        } else {
            places.rev().take(limit).map(line).collect()
        }
    }
}

/// Whether keys grow when the list is read in this direction.
const fn ascending(sort: Sort, direction: Direction) -> bool {
    sort.descending == matches!(direction, Direction::Backwards)
}

/// A line, and its place in the list.
type Keyed<'a> = (Key<'a>, Line<'a>);

/// The first of the lines in this order, in the order in which they are read. Of very many, only some are
/// put in order at a time: most are seen to come too late at the first look.
fn first<'a>(
    lines: impl Iterator<Item = Keyed<'a>>,
    ascending: bool,
    limit: usize,
) -> Vec<Line<'a>> {
    let order = |one: &Keyed<'_>, two: &Keyed<'_>| {
        let order = one.0.cmp(&two.0);
        if ascending { order } else { order.reverse() }
    };
    let limit = limit.max(1);
    let mut kept: Vec<Keyed<'a>> = Vec::with_capacity(AHEAD * limit);
    let mut last: Option<Keyed<'a>> = None;
    for line in lines {
        if last.is_some_and(|last| order(&line, &last).is_gt()) {
            continue;
        }
        kept.push(line);
        if kept.len() == AHEAD * limit {
            last = Some(*kept.select_nth_unstable_by(limit - 1, order).1);
            kept.truncate(limit);
        }
    }
    kept.sort_unstable_by(order);
    kept.truncate(limit);
    kept.into_iter().map(|(_, line)| line).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::line::{Columns, END};

    #[test]
    fn the_first_of_very_many_are_those_of_all_in_order() {
        let lines: Vec<Vec<u8>> = (0..1_000_u32).map(shuffled).collect();
        for by in [SortBy::Host, SortBy::Port] {
            for (ascending, limit) in [(true, 1), (true, 7), (false, 50), (false, 2_000)] {
                let keyed = lines.iter().map(|line| (Line(line).key(by), Line(line)));
                let mut expected: Vec<_> = keyed.clone().collect();
                expected.sort_by_key(|(key, _)| *key);
                if !ascending {
                    expected.reverse();
                }
                let expected: Vec<_> = expected
                    .into_iter()
                    .map(|(_, line)| line)
                    .take(limit)
                    .collect();
                assert_eq!(first(keyed, ascending, limit), expected, "{by:?} {limit}");
            }
        }
    }

    fn shuffled(number: u32) -> Vec<u8> {
        let number = number * 389 % 1_000;
        let mut line = Vec::new();
        let written = Columns {
            domain: &format!("d{number}.example"),
            scope: "domain",
            port: i64::from(number % 3 + 25),
            hosts: &format!("mail{}.example.net", number % 7),
            comment: "",
        }
        .write(&mut line);
        assert!(written);
        assert_eq!(line.pop(), Some(END));
        line
    }
}
