//! Removing entries for their age.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Hash, Head, batch, pruning, start};
use crate::{By, Error, ObjectKind, Store, Timestamp};

/// How many entries are removed in one transaction: others write in between.
const AT_ONCE: i64 = 10_000;

impl Store {
    /// Removes the entries that were made before this moment, oldest first and only as far as none
    /// that is to be kept would be in between. Returns how many.
    ///
    /// That is recorded as an entry of its own. The chain then begins with the first entry that is
    /// left, and verifies as before. What was removed can neither be undone nor looked back at; rows
    /// keep their ids and versions.
    pub async fn prune_history(&self, by: &By, before: Timestamp) -> Result<u64, Error> {
        let Some(last) = self.read(move |tx| last_to_go(tx, before)).await? else {
            return Ok(0);
        };
        // First, and at once to the end: should the removal break off, it is as it was said to become.
        self.write_by(by, move |tx, by| match pruning::said(tx)? {
            Some(said) if said.id >= last.id => Ok(()),
            _ => pruning::record(tx, by, last),
        })
        .await?;
        let mut removed = 0;
        loop {
            let some = self.write(move |tx| remove_some(tx, last.id)).await?;
            removed += some;
            if some == 0 {
                break;
            }
        }
        // Lines whose entry is gone are found by nobody any more, so they can go bit by bit.
        while self
            .write(move |tx| batch::remove_some(tx, start(tx)?.removed))
            .await?
        {}
        Ok(removed)
    }
}

/// The last entry that is to go; nothing if none is, or only such as say that others have gone: that
/// they go would be recorded by another one, for ever.
fn last_to_go(tx: &Transaction<'_>, before: Timestamp) -> Result<Option<Head>, Error> {
    let Some(last) = last_before(tx, before)? else {
        return Ok(None);
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM changes WHERE id <= ? AND kind <> ?)";
    let mut statement = tx.prepare_cached(sql)?;
    let kind = ObjectKind::History.as_str();
    if !statement.query_row(params![last, kind], |row| row.get(0))? {
        return Ok(None);
    }
    let sql = "SELECT id, hash FROM changes WHERE id <= ? ORDER BY id DESC LIMIT 1";
    let head = |row: &rusqlite::Row<'_>| {
        let (id, hash) = (row.get(0)?, Hash(row.get(1)?));
        Ok(Head { id, hash })
    };
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row([last], head).optional()?)
}

/// The last entry that was made before. The changes of one act were made at the same moment, so either all
/// of them go or none.
fn last_before(tx: &Transaction<'_>, before: Timestamp) -> Result<Option<i64>, Error> {
    let sql = "SELECT ifnull((SELECT min(id) FROM changes INDEXED BY changes_by_time
                               WHERE at >= ?1) - 1,
                             (SELECT max(id) FROM changes))";
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row([before.0], |row| row.get(0))?)
}

fn first_after(tx: &Transaction<'_>, removed: i64) -> Result<Option<i64>, Error> {
    let sql = "SELECT min(id) FROM changes WHERE id > ?";
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row([removed], |row| row.get(0))?)
}

fn remove_some(tx: &Transaction<'_>, limit: i64) -> Result<u64, Error> {
    let start = start(tx)?;
    let last = limit.min(start.removed.saturating_add(AT_ONCE));
    // Far fewer if they stand for many rows, but one at least.
    let last = match first_after(tx, start.removed)? {
        Some(first) => last.max(first.min(limit)),
        None => last,
    };
    let sql = "SELECT id, at, hash FROM changes WHERE id <= ? ORDER BY id DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| {
        let columns: (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(columns)
    };
    let Some((id, at, hash)) = tx.prepare_cached(sql)?.query_row([last], read).optional()? else {
        return Ok(0);
    };
    let removed = tx
        .prepare_cached("DELETE FROM changes WHERE id <= ?")?
        .execute([id])?;
    tx.prepare_cached("UPDATE chain SET removed = ?, at = ?, hash = ?")?
        .execute(params![id, at, hash])?;
    Ok(removed as u64)
}
