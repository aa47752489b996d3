//! Lines of a file that comes piece by piece.

use super::LONGEST;

/// Takes a line: its number, the line or what is wrong with it, and what can be shown of it.
type TakeLine<'t> = dyn FnMut(usize, Result<&str, &'static str>, &str) + 't;

/// Lines, which end in LF or CRLF. The last one may have no end.
#[derive(Debug, Default)]
pub(super) struct Lines {
    number: usize,
    /// The beginning of a line.
    partial: Vec<u8>,
    /// Whether more of it has been left out.
    too_long: bool,
}

impl Lines {
    pub(super) fn push(&mut self, mut bytes: &[u8], take: &mut TakeLine<'_>) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            if self.partial.is_empty() && !self.too_long && line.len() <= LONGEST {
                self.number += 1;
                give(self.number, line, false, take);
            } else {
                self.keep(line);
                self.give(take);
            }
        }
        self.keep(bytes);
    }

    pub(super) fn finish(&mut self, take: &mut TakeLine<'_>) {
        if !self.partial.is_empty() {
            self.give(take);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.partial.len());
        self.too_long |= bytes.len() > room;
        self.partial
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn give(&mut self, take: &mut TakeLine<'_>) {
        self.number += 1;
        give(self.number, &self.partial, self.too_long, take);
        self.partial.clear();
        self.too_long = false;
    }
}

fn give(number: usize, line: &[u8], too_long: bool, take: &mut TakeLine<'_>) {
    // Editors and spreadsheets on Windows put a byte order mark before UTF-8.
    let bom = if number == 1 { "\u{feff}" } else { "" };
    let line = line.strip_prefix(bom.as_bytes()).unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if too_long {
        let shown = String::from_utf8_lossy(&line[..line.len().min(1_000)]);
        return take(
            number,
            Err("The line is longer than 64 KiB. Is this the right file?"),
            &shown,
        );
    }
    match std::str::from_utf8(line) {
        Ok(text) => take(number, Ok(text), text),
        Err(_) => take(
            number,
            Err("The line is not UTF-8. Save the file as UTF-8."),
            &String::from_utf8_lossy(line),
        ),
    }
}
