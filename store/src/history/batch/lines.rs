//! Reading the lines of batches from their table.

use rusqlite::{OptionalExtension, Transaction};

use super::{
    Header,
    line::{self, Line, Reader},
};
use crate::{Error, RowId};

/// Lines that lie together, not read yet.
pub(super) struct Chunk {
    pub(super) first: i64,
    pub(super) count: i64,
    pub(super) lines: Vec<u8>,
}

impl Chunk {
    /// All of them.
    pub(super) fn read(&self) -> Result<Vec<Line>, Error> {
        let mut reader = Reader(&self.lines);
        let mut all = Vec::new();
        let mut number = self.first;
        while !reader.is_at_end() {
            let line = reader.line().and_then(|bytes| line::read(number, bytes));
            all.push(line.map_err(|detail| corrupt(number, detail))?);
            number += 1;
        }
        if number == self.first.saturating_add(self.count) {
            Ok(all)
        } else {
            Err(corrupt(number, "a line is missing"))
        }
    }

    /// The one with this number.
    pub(super) fn line(&self, number: i64) -> Result<Line, Error> {
        let failed = |detail| corrupt(number, detail);
        let mut reader = Reader(&self.lines);
        for _ in self.first..number {
            reader.line().map_err(failed)?;
        }
        let bytes = reader.line().map_err(failed)?;
        line::read(number, bytes).map_err(failed)
    }
}

fn corrupt(line: i64, detail: &str) -> Error {
    Error::Corrupt {
        table: "batch_lines",
        id: Some(RowId(line)),
        detail: detail.to_owned(),
    }
}

/// The lines that lie together with the line of this number.
pub(super) fn chunk_with(tx: &Transaction<'_>, number: i64) -> Result<Option<Chunk>, Error> {
    let condition = "WHERE first <= ? ORDER BY first DESC LIMIT 1";
    let chunk = chunk(tx, condition, number)?;
    Ok(chunk.filter(|chunk| number - chunk.first < chunk.count))
}

/// The first lines that lie together from this number on.
pub(super) fn chunk_from(tx: &Transaction<'_>, number: i64) -> Result<Option<Chunk>, Error> {
    chunk(tx, "WHERE first >= ? ORDER BY first LIMIT 1", number)
}

fn chunk(tx: &Transaction<'_>, condition: &str, number: i64) -> Result<Option<Chunk>, Error> {
    let sql = format!("SELECT first, count, lines FROM batch_lines {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Chunk {
            first: row.get(0)?,
            count: row.get(1)?,
            lines: row.get(2)?,
        })
    };
    Ok(statement.query_row([number], read).optional()?)
}

/// Every line of a batch, in order.
pub(crate) fn each(
    tx: &Transaction<'_>,
    header: &Header,
    found: impl FnMut(Line) -> Result<(), Error>,
) -> Result<(), Error> {
    each_in(tx, header.first, header.change.id, found)
}

/// Every line with a number from `first` on and before `end`, in order. What the lines are used for may
/// write: they are read some hundred at a time.
pub(crate) fn each_in(
    tx: &Transaction<'_>,
    first: i64,
    end: i64,
    mut found: impl FnMut(Line) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut next = first;
    while next < end {
        let Some(chunk) = chunk_with(tx, next)? else {
            return Err(corrupt(next, "a line is missing"));
        };
        let past = chunk.first + chunk.count;
        for line in chunk.read()? {
            if (first..end).contains(&line.number) {
                found(line)?;
            }
        }
        next = past;
    }
    Ok(())
}

/// Removes lines up to this number, some hundreds, whose entry has been removed. Returns whether there
/// were any.
pub(crate) fn remove_some(tx: &Transaction<'_>, last: i64) -> Result<bool, Error> {
    const AT_ONCE: usize = 40;
    for removed in 0..AT_ONCE {
        let condition = "WHERE first <= ? ORDER BY first LIMIT 1";
        let Some(chunk) = chunk(tx, condition, last)? else {
            return Ok(removed > 0);
        };
        for line in chunk.read()? {
            if line.object.0 != line.number {
                let sql = "DELETE FROM batch_objects WHERE kind = ? AND object = ? AND line = ?";
                tx.prepare_cached(sql)?.execute((
                    line.kind.as_str(),
                    line.object.0,
                    line.number,
                ))?;
            }
        }
        tx.prepare_cached("DELETE FROM batch_lines WHERE first = ?")?
            .execute([chunk.first])?;
    }
    Ok(true)
}
