//! Writing a batch, line by line.

use rusqlite::{Transaction, params};
use sha2::{Digest, Sha256};

use super::{
    Batch, BatchKind, StateRef,
    line::{self, write_number},
};
use crate::{Error, Hash, ObjectKind, RowId};

/// Lines that lie together: few enough to find one of them quickly, enough that a million take few rows.
const TOGETHER: i64 = 256;

/// Begins what is hashed, so that a hash of lines is never the hash of anything else.
const CONTEXT: &[u8] = b"smart-hosts batch 1\0";

/// A hash over lines, as they lie together.
pub(super) struct LinesHash(Sha256);

impl LinesHash {
    pub(super) fn new() -> Self {
        Self(Sha256::new_with_prefix(CONTEXT))
    }

    /// The lines that come next: the number of the first, how many, and their bytes.
    pub(super) fn update(&mut self, first: i64, count: i64, lines: &[u8]) {
        self.0.update(first.to_be_bytes());
        self.0.update(count.to_be_bytes());
        self.0.update((lines.len() as u64).to_be_bytes());
        self.0.update(lines);
    }

    pub(super) fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Lines that lie together.
#[derive(Default)]
struct Lines {
    count: i64,
    /// What is the first and what the last in the alphabet.
    names: Option<(String, String)>,
    octets: Vec<u8>,
}

impl Lines {
    fn push(&mut self, name: &str, line: &[u8]) {
        write_number(line.len() as u64, &mut self.octets);
        self.octets.extend_from_slice(line);
        match &mut self.names {
            None => self.names = Some((name.to_owned(), name.to_owned())),
            Some((_, max)) if name > max.as_str() => name.clone_into(max),
            Some((min, _)) if name < min.as_str() => name.clone_into(min),
            Some(_) => {}
        }
        self.count += 1;
    }
}

/// A batch that is being written.
pub(crate) struct Writer {
    what: BatchKind,
    /// Of the list whose rows are counted.
    kind: ObjectKind,
    first: i64,
    next: i64,
    hash: LinesHash,
    counts: [u64; 3],
    /// Lines that are not in the table yet: as many as lie together, and those that are fewer still.
    full: Vec<Lines>,
    begun: Lines,
    /// One line.
    scratch: Vec<u8>,
}

impl Writer {
    /// A batch whose first line has this number.
    pub(crate) fn new(what: BatchKind, kind: ObjectKind, first: i64) -> Self {
        Self {
            what,
            kind,
            first,
            next: first,
            hash: LinesHash::new(),
            counts: [0; 3],
            full: Vec::new(),
            begun: Lines::default(),
            scratch: Vec::new(),
        }
    }

    /// The list whose rows are counted.
    pub(crate) fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// The number of the first line.
    pub(crate) fn first(&self) -> i64 {
        self.first
    }

    /// The number of the next line or, if there is none, of the entry.
    pub(crate) fn next(&self) -> i64 {
        self.next
    }

    /// Writes the next line.
    pub(crate) fn push(
        &mut self,
        tx: &Transaction<'_>,
        (kind, object): (ObjectKind, RowId),
        name: &str,
        states: [Option<StateRef<'_>>; 2],
    ) -> Result<(), Error> {
        if object.0 != self.next {
            let sql = "INSERT INTO batch_objects (kind, object, line) VALUES (?, ?, ?)";
            tx.prepare_cached(sql)?
                .execute(params![kind.as_str(), object.0, self.next])?;
        }
        self.add(kind, object, name, states);
        self.flush_full(tx)
    }

    /// The next line, of an object that it adds. [`Writer::flush_full`] is to follow from time to time.
    pub(crate) fn added(&mut self, kind: ObjectKind, name: &str, state: StateRef<'_>) {
        self.add(kind, RowId(self.next), name, [None, Some(state)]);
    }

    fn add(
        &mut self,
        kind: ObjectKind,
        object: RowId,
        name: &str,
        states: [Option<StateRef<'_>>; 2],
    ) {
        self.scratch.clear();
        line::write(self.next, kind, object, states, &mut self.scratch);
        self.begun.push(name, &self.scratch);
        if kind == self.kind {
            let what = match states {
                [None, _] => 0,
                [Some(_), Some(_)] => 1,
                [Some(_), None] => 2,
            };
            self.counts[what] += 1;
        }
        self.next += 1;
        if self.begun.count == TOGETHER {
            self.full.push(std::mem::take(&mut self.begun));
        }
    }

    /// Puts the lines that wait into the table, so that they can be read.
    pub(crate) fn flush(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        self.full.push(std::mem::take(&mut self.begun));
        self.flush_full(tx)
    }

    /// Puts those lines into the table that are as many as lie together.
    pub(crate) fn flush_full(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        if self.full.is_empty() {
            return Ok(());
        }
        let waiting: i64 = self.full.iter().map(|lines| lines.count).sum();
        let mut first = self.next - self.begun.count - waiting;
        let sql = "INSERT INTO batch_lines (first, count, min_name, max_name, lines)
                   VALUES (?, ?, ?, ?, ?)";
        let mut insert = tx.prepare_cached(sql)?;
        for Lines {
            count,
            names,
            octets,
        } in self.full.drain(..)
        {
            let Some((min, max)) = names else { continue };
            self.hash.update(first, count, &octets);
            insert.execute(params![first, count, min, max, octets])?;
            first += count;
        }
        Ok(())
    }

    /// Writes the last lines, and returns what the entry is to say; nothing if there are no lines.
    pub(crate) fn finish(mut self, tx: &Transaction<'_>) -> Result<Option<Batch>, Error> {
        self.flush(tx)?;
        let lines = u64::try_from(self.next - self.first).unwrap_or_default();
        let [added, changed, removed] = self.counts;
        Ok((lines > 0).then(|| Batch {
            batch: self.what,
            added,
            changed,
            removed,
            lines,
            hash: self.hash.finish(),
        }))
    }
}
