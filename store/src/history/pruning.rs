//! That old entries were removed is an entry itself: it says up to which one, and that one's hash. So
//! nobody can remove what is in their way and have the chain begin behind it.

use rusqlite::{OptionalExtension, Transaction};

use super::{Head, start};
use crate::{
    By, Error, ObjectKind, RowId, Timestamp,
    author::Author,
    change::{self, Entry},
};

/// The last entry that is said to be removed; nothing if none ever was.
pub(super) fn said(tx: &Transaction<'_>) -> Result<Option<Head>, Error> {
    let sql = "SELECT after ->> 'removed', after ->> 'hash' FROM changes
               WHERE kind = ? ORDER BY id DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let said: Option<(i64, String)> = tx
        .prepare_cached(sql)?
        .query_row([ObjectKind::History.as_str()], read)
        .optional()?;
    // What cannot be read says nothing, and so does not explain why others are missing.
    Ok(said.and_then(|(id, hash)| {
        let hash = hash.parse().ok()?;
        Some(Head { id, hash })
    }))
}

/// Records that the entries up to this one are removed.
pub(super) fn record(tx: &Transaction<'_>, by: &Author, last: Head) -> Result<(), Error> {
    let after = serde_json::json!({ "removed": last.id, "hash": last.hash }).to_string();
    let entry = Entry {
        version: change::next(tx)?,
        kind: ObjectKind::History,
        object: RowId(0),
        name: ObjectKind::History.label(),
        before: None,
        after: Some(&after),
    };
    change::append(tx, by, &entry)
}

/// Records what was removed before that was recorded.
pub(crate) fn record_start(tx: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    let recorded = || {
        let start = start(tx)?;
        if start.removed == 0 {
            return Ok(());
        }
        let sql = "SELECT ifnull(max(at), ?) FROM changes";
        let at = tx.query_row(sql, [start.at], |row| row.get(0))?;
        let by = Author::new(tx, &By::new("smart-hosts", Timestamp(at)))?;
        let last = Head {
            id: start.removed,
            hash: start.hash,
        };
        record(tx, &by, last)
    };
    recorded().map_err(|error: Error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
