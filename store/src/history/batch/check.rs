//! Whether the lines of a batch are as they were written.

use rusqlite::Transaction;

use super::{Batch, line::Line, lines::chunk_from, writer::LinesHash};
use crate::{Error, history::batch::Header};

/// What was found in the lines of a batch.
pub(crate) struct Checked {
    /// How many of them tell of an object that was there before.
    pub(crate) objects: u64,
}

impl Header {
    /// Reads all lines; nothing if any is not as it was written.
    pub(crate) fn check(&self, tx: &Transaction<'_>) -> Result<Option<Checked>, Error> {
        let mut hash = LinesHash::new();
        let mut checked = Checked { objects: 0 };
        let mut next = self.first;
        while next < self.change.id {
            let Some(chunk) = chunk_from(tx, next)?.filter(|chunk| chunk.first == next) else {
                return Ok(None);
            };
            hash.update(chunk.first, chunk.count, &chunk.lines);
            let Ok(lines) = chunk.read() else {
                return Ok(None);
            };
            if !is_found(tx, chunk.first, &lines)? {
                return Ok(None);
            }
            let before = lines.iter().filter(|line| line.object.0 != line.number);
            checked.objects += before.count() as u64;
            next += chunk.count;
        }
        let Batch { hash: written, .. } = self.batch;
        let whole = next == self.change.id && hash.finish() == written;
        Ok(whole.then_some(checked))
    }
}

/// Whether the lines are found by name and by object.
fn is_found(tx: &Transaction<'_>, first: i64, lines: &[Line]) -> Result<bool, Error> {
    let names: Result<Vec<_>, _> = lines.iter().map(Line::name).collect();
    let Ok(names) = names else { return Ok(false) };
    let sql = "SELECT min_name = ? AND max_name = ? FROM batch_lines WHERE first = ?";
    let mut statement = tx.prepare_cached(sql)?;
    let by_name = statement.query_row((names.iter().min(), names.iter().max(), first), |row| {
        row.get(0)
    });
    if !by_name? {
        return Ok(false);
    }
    let sql =
        "SELECT EXISTS (SELECT 1 FROM batch_objects WHERE kind = ? AND object = ? AND line = ?)";
    let mut statement = tx.prepare_cached(sql)?;
    for line in lines.iter().filter(|line| line.object.0 != line.number) {
        let key = (line.kind.as_str(), line.object.0, line.number);
        if !statement.query_row(key, |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many objects are found by the lines after a number.
pub(crate) fn count_objects(tx: &Transaction<'_>, after: i64) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM batch_objects WHERE line > ?";
    Ok(tx.query_row(sql, [after], |row| row.get(0))?)
}
