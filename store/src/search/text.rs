//! The lines of all routes, by domain and scope, in pieces that are never changed but replaced.

use std::{ops::Range, sync::Arc};

use memchr::{memchr, memmem::Finder, memrchr};

use super::line::{END, Key, Line};
use crate::SortBy;

/// Octets of a piece when it is made: few pieces to look through, little to copy for a change. A piece
/// is an allocation that goes back to the system when it is dropped.
const PIECE: usize = 256 * 1024;

/// A text to look through. Clones share the pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// None is empty.
    pieces: Vec<Arc<[u8]>>,
}

/// Where a line stands: its piece, and its octets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    piece: u32,
    start: u32,
    end: u32,
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
            self.text.pieces.push(self.piece.as_slice().into());
            self.piece.clear();
        }
        &mut self.piece
    }

    pub(super) fn finish(mut self) -> Text {
        self.text.pieces.extend(pieces(&self.piece));
        self.text
    }
}

impl Text {
    /// Every line that holds this, in their order.
    pub(super) fn find(&self, needle: &str) -> Vec<Place> {
        let finder = Finder::new(needle);
        let mut places = Vec::new();
        for (piece, number) in self.pieces.iter().zip(0..) {
            let mut from = 0;
            while let Some(found) = finder.find(&piece[from..]) {
                let line = line_at(piece, from + found);
                from = line.end + 1;
                places.push(Place {
                    piece: number,
                    start: octets(line.start),
                    end: octets(line.end),
                });
            }
        }
        places
    }

    /// The line at this place.
    pub(super) fn line(&self, place: &Place) -> Line<'_> {
        Line(&self.pieces[place.piece as usize][place.start as usize..place.end as usize])
    }

    /// Puts this line, with its end, in the place of the one that has this key; either may not be there.
    pub(super) fn replace(&mut self, key: Key<'_>, line: &[u8]) {
        // The last piece that does not begin beyond the key.
        let number = self.pieces.partition_point(|piece| first_key(piece) <= key);
        let number = number.saturating_sub(1);
        let Some(old) = self.pieces.get(number) else {
            self.pieces.extend(pieces(line));
            return;
        };
        let place = place_of(old, key);
        let new = [&old[..place.start], line, &old[place.end..]].concat();
        self.pieces.splice(number..=number, pieces(&new));
    }
}

fn first_key(piece: &[u8]) -> Key<'_> {
    Line(&piece[line_at(piece, 0)]).key(SortBy::Domain)
}

/// Whole lines as pieces, of the size that they should have.
fn pieces(lines: &[u8]) -> Vec<Arc<[u8]>> {
    let mut pieces = Vec::new();
    let mut rest = lines;
    // Up to twice the size, so that a piece is not cut at every change.
    while rest.len() > 2 * PIECE {
        let (piece, after) = rest.split_at(line_at(rest, PIECE).end + 1);
        pieces.push(piece.into());
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest.into());
    }
    pieces
}

/// The line around this octet, without its end.
fn line_at(piece: &[u8], at: usize) -> Range<usize> {
    let start = memrchr(END, &piece[..at]).map_or(0, |end| end + 1);
    let end = memchr(END, &piece[at..]).map_or(piece.len(), |end| at + end);
    start..end
}

/// The line of this key with its end, or the place between two lines where it would stand.
fn place_of(piece: &[u8], key: Key<'_>) -> Range<usize> {
    let mut at = 0;
    while at < piece.len() {
        let line = line_at(piece, at);
        let after = line.end + 1;
        match Line(&piece[line]).key(SortBy::Domain).cmp(&key) {
            std::cmp::Ordering::Less => at = after,
            std::cmp::Ordering::Equal => return at..after,
            std::cmp::Ordering::Greater => return at..at,
        }
    }
    at..at
}

/// A piece is far smaller than 4 GiB.
fn octets(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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
        text.pieces.concat()
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
        assert!(now.pieces.iter().all(|piece| piece.last() == Some(&END)));
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
}
