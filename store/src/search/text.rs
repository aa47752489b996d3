//! The lines of all routes, by domain and scope, in pieces that are never changed but replaced.

use std::{
    cmp::Ordering,
    ops::Range,
    panic::resume_unwind,
    sync::{Arc, LazyLock},
    thread,
};

use memchr::{memchr, memchr_iter, memmem::Finder};

use super::line::{END, Key, Line};
use crate::SortBy;

/// Octets of a piece when it is made: few pieces to look through, little to copy for a change. A piece
/// is an allocation that goes back to the system when it is dropped.
const PIECE: usize = 256 * 1024;
/// How many look through a long text at most: as many as there are processors, or eight.
static LOOKERS: LazyLock<usize> = LazyLock::new(|| {
    thread::available_parallelism().map_or(1, |processors| processors.get().min(8))
});
/// Fewer pieces than this are sooner looked through than handed to somebody else.
const SHARE: usize = 8;

/// A text to look through. Clones share the pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// None is empty.
    pieces: Vec<Arc<Piece>>,
}

/// Whole lines.
#[derive(Debug)]
struct Piece {
    octets: Box<[u8]>,
    /// Where each line ends: looking for that again after each hit would be half of a search that finds
    /// every line.
    ends: Box<[u32]>,
}

/// Where a line stands: its piece, and the number that it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    piece: u32,
    line: u32,
}

/// Makes a [`Text`] of lines that come in its order.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: Text,
    piece: Vec<u8>,
}

impl Writer {
    /// Where the next lines are to be appended, each with its end.
    pub(super) fn lines(&mut self) -> &mut Vec<u8> {
        if self.piece.len() >= PIECE {
            self.text.pieces.push(Piece::new(&self.piece));
            self.piece.clear();
        }
        &mut self.piece
    }

    pub(super) fn finish(mut self) -> Text {
        self.text.pieces.extend(pieces(&self.piece));
        self.text
    }
}

impl Piece {
    fn new(lines: &[u8]) -> Arc<Self> {
        Arc::new(Self {
            octets: lines.into(),
            ends: memchr_iter(END, lines).map(short).collect(),
        })
    }

    /// Where a line begins, or would begin after the last one.
    fn start(&self, number: usize) -> usize {
        let before = number.checked_sub(1);
        before.map_or(0, |before| self.ends[before] as usize + 1)
    }

    /// The octets of a line, without its end.
    fn line(&self, number: usize) -> Range<usize> {
        self.start(number)..self.ends[number] as usize
    }

    fn key(&self, number: usize) -> Key<'_> {
        Line(&self.octets[self.line(number)]).key(SortBy::Domain)
    }

    /// The numbers of all lines that hold what is looked for, in their order.
    fn find(&self, finder: &Finder<'_>, mut found: impl FnMut(usize)) {
        let (mut from, mut line) = (0, 0);
        while let Some(hit) = finder.find(&self.octets[from..]) {
            let at = from + hit;
            // Where many are found, it is mostly the very next one.
            if (self.ends[line] as usize) < at {
                line += self.ends[line..].partition_point(|end| (*end as usize) < at);
            }
            found(line);
            from = self.ends[line] as usize + 1;
            line += 1;
        }
    }

    /// The line of this key with its end, or the place between two lines where it would stand.
    fn place_of(&self, key: Key<'_>) -> Range<usize> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.key(middle).cmp(&key) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return self.start(middle)..self.start(middle + 1),
                Ordering::Greater => high = middle,
            }
        }
        let start = self.start(low);
        start..start
    }
}

impl Text {
    /// Every line that holds this, in their order. A long text is looked through by all processors: somebody
    /// waits for each letter of a search.
    pub(super) fn find(&self, needle: &str) -> Vec<Place> {
        let finder = &Finder::new(needle);
        let share = self.pieces.len().div_ceil(*LOOKERS).max(SHARE);
        let mut shares = (0..).step_by(share).zip(self.pieces.chunks(share));
        let Some(first) = shares.next() else {
            return Vec::new();
        };
        thread::scope(|scope| {
            let others = shares.map(|share| {
                let looker = thread::Builder::new();
                let looker = looker.spawn_scoped(scope, move || find(share, finder));
                looker.map_err(|_| share)
            });
            let others: Vec<_> = others.collect();
            let mut places = find(first, finder);
            for other in others {
                places.append(&mut match other {
                    Ok(looker) => looker.join().unwrap_or_else(|panic| resume_unwind(panic)),
                    // The system has no thread to spare.
                    Err(share) => find(share, finder),
                });
            }
            places
        })
    }

    /// The line at this place.
    pub(super) fn line(&self, place: &Place) -> Line<'_> {
        let piece = &self.pieces[place.piece as usize];
        Line(&piece.octets[piece.line(place.line as usize)])
    }

    /// Puts this line, with its end, in the place of the one that has this key; either may not be there.
    pub(super) fn replace(&mut self, key: Key<'_>, line: &[u8]) {
        // The last piece that does not begin beyond the key.
        let number = self.pieces.partition_point(|piece| piece.key(0) <= key);
        let number = number.saturating_sub(1);
        let Some(old) = self.pieces.get(number) else {
            self.pieces.extend(pieces(line));
            return;
        };
        let place = old.place_of(key);
        let new = [&old.octets[..place.start], line, &old.octets[place.end..]].concat();
        self.pieces.splice(number..=number, pieces(&new));
    }
}

/// Every line that holds what is looked for, in some pieces of which the first has this number.
fn find((first, pieces): (usize, &[Arc<Piece>]), finder: &Finder<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for (piece, number) in pieces.iter().zip(first..) {
        piece.find(finder, |line| {
            places.push(Place {
                piece: short(number),
                line: short(line),
            });
        });
    }
    places
}

/// Whole lines as pieces, of the size that they should have.
fn pieces(lines: &[u8]) -> Vec<Arc<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = lines;
    // Up to twice the size, so that a piece is not cut at every change.
    while rest.len() > 2 * PIECE {
        let end = memchr(END, &rest[PIECE..]).map_or(rest.len(), |end| PIECE + end + 1);
        let (piece, after) = rest.split_at(end);
        pieces.push(Piece::new(piece));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::new(rest));
    }
    pieces
}

/// A piece is far smaller than 4 GiB, and there are fewer of them.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::search::line::{Columns, Lead};

    fn line(domain: &str, comment: &str) -> Vec<u8> {
        let mut line = Vec::new();
        let columns = Columns {
            domain,
            scope: "domain",
            port: 25,
            hosts: "mail.example.net",
            comment,
        };
        assert!(columns.write(&mut line));
        line
    }

    fn key(domain: &str) -> Key<'_> {
        Key {
            by: Lead::None,
            domain: domain.as_bytes(),
            scope: b"domain",
        }
    }

    fn text(lines: &BTreeMap<String, Vec<u8>>) -> Text {
        let mut writer = Writer::default();
        for line in lines.values() {
            writer.lines().extend(line);
        }
        writer.finish()
    }

    fn all(text: &Text) -> Vec<u8> {
        let pieces = text.pieces.iter().map(|piece| &*piece.octets);
        pieces.collect::<Vec<_>>().concat()
    }

    #[test]
    fn what_is_replaced_is_what_is_written_anew() {
        // Enough for several pieces.
        let comment = "x".repeat(200);
        let names = (0..8000).map(|number| format!("d{:05}.example", number * 2));
        let mut lines: BTreeMap<_, _> = names
            .map(|name| (name.clone(), line(&name, &comment)))
            .collect();
        let mut now = text(&lines);
        let pieces = now.pieces.len();
        assert!(pieces > 3);
        for number in (0..16_002).step_by(37) {
            let name = format!("d{number:05}.example");
            // Gone, there as before, or otherwise: whether there was one or not.
            let new = match number % 3 {
                0 => Vec::new(),
                1 => line(&name, "new"),
                _ => line(&name, &comment.repeat(1000)),
            };
            now.replace(key(&name), &new);
            lines.insert(name, new);
        }
        assert_eq!(all(&now), all(&text(&lines)));
        assert!(now.pieces.len() > pieces);
        assert!(
            now.pieces
                .iter()
                .all(|piece| piece.octets.last() == Some(&END))
        );
    }

    #[test]
    fn a_text_can_be_emptied_and_filled() {
        let mut text = Text::default();
        assert!(text.find("a").is_empty());
        text.replace(key("a.example"), &[]);
        text.replace(key("b.example"), &line("b.example", ""));
        text.replace(key("a.example"), &line("a.example", ""));
        let found = text.find("example");
        let found = found
            .iter()
            .map(|place| text.line(place).key(SortBy::Domain));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [key("a.example"), key("b.example")]
        );
        for name in ["a.example", "b.example"] {
            text.replace(key(name), &[]);
        }
        assert!(text.find("e").is_empty() && text.pieces.is_empty());
    }

    #[test]
    fn a_line_is_found_once_however_often_it_holds_the_words() {
        let mut text = Text::default();
        text.replace(key("aaaa.example"), &line("aaaa.example", "aa aa"));
        assert_eq!(text.find("aa").len(), 1);
    }

    #[test]
    fn lines_are_found_in_order_whoever_looks_for_them() {
        let comment = "x".repeat(1000);
        let names = (0..8_000_u32).map(|number| format!("d{number:05}.example"));
        let lines = names.map(|name| (name.clone(), line(&name, &comment)));
        let lines: BTreeMap<_, _> = lines.collect();
        let text = text(&lines);
        assert!(text.pieces.len() > 3 * SHARE);
        let found = text.find("7.example");
        let found = found.iter().map(|place| text.line(place).0);
        let expected = lines.iter().filter(|(name, _)| name.contains("7.example"));
        let expected = expected.map(|(_, line)| &line[..line.len() - 1]);
        assert!(found.eq(expected));
    }

    /// Where a line was found, the next one is looked for behind it, near or far.
    #[test]
    fn just_those_lines_are_found_that_hold_the_words() {
        for step in [1, 2, 97, 4_999] {
            let names = (0..15_000_u32).map(|number| {
                let mark = if number.is_multiple_of(step) {
                    "marked"
                } else {
                    ""
                };
                (format!("d{number:05}.example"), mark)
            });
            let lines = names.map(|(name, mark)| (name.clone(), line(&name, mark)));
            let lines: BTreeMap<_, _> = lines.collect();
            let text = text(&lines);
            assert!(text.pieces.len() > 2);
            let found = text.find("marked");
            let found: Vec<_> = found.iter().map(|place| text.line(place).0).collect();
            let with_mark = lines.values().step_by(step as usize);
            let expected: Vec<_> = with_mark.map(|line| &line[..line.len() - 1]).collect();
            assert_eq!(found, expected, "every {step}");
        }
    }
}
