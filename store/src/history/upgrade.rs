//! Bringing a log that has no chain into one.

use rusqlite::{Transaction, named_params, types::ValueRef};
use serde_json::Value;

use super::{Fields, Hash};
use crate::{By, ObjectKind, change};

/// Copies the entries of a log without a chain, which `schema/0006.sql` has put aside.
///
/// What was changed at the same moment by the same person is one act: a transaction has one moment,
/// and two of one person's were never within a millisecond.
pub(crate) fn chain_up(tx: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    let read = "SELECT id, at, actor, kind, object_id, before, after FROM changes_without_chain
                ORDER BY id";
    let write =
        "INSERT INTO changes (id, act, at, actor, origin, kind, object_id, name, before, after,
                     hash)
                 SELECT id, :act, at, actor, :origin, kind, object_id, :name, before, after, :hash
                 FROM changes_without_chain WHERE id = :id";
    let mut insert = tx.prepare(write)?;
    let mut statement = tx.prepare(read)?;
    let mut rows = statement.query([])?;
    let mut last: Option<(i64, i64, Vec<u8>, i64)> = None;
    let mut head = Hash::NONE;
    while let Some(row) = rows.next()? {
        let (id, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (actor, kind) = (row.get_ref(2)?.as_bytes()?, row.get_ref(3)?.as_bytes()?);
        let (before, after) = (bytes(row.get_ref(5)?), bytes(row.get_ref(6)?));
        let act = match &last {
            Some((last, then, who, act)) if (*last + 1, *then) == (id, at) && *who == actor => *act,
            Some(_) => id,
            None => {
                begin_after(tx, id - 1, at)?;
                id
            }
        };
        let name = name(kind, after.or(before));
        head = Fields {
            id,
            act,
            at,
            actor,
            origin: By::HERE.as_bytes(),
            undoes: None,
            kind,
            object: row.get(4)?,
            name: name.as_bytes(),
            before,
            after,
        }
        .hash(head);
        insert.execute(named_params! {
            ":id": id,
            ":act": act,
            ":origin": By::HERE,
            ":name": name,
            ":hash": head.0,
        })?;
        last = Some((id, at, actor.to_owned(), act));
    }
    if last.is_none() {
        begin_after(tx, counter(tx)?, 0)?;
    }
    // The counter, which may be ahead of the entries, goes over to the new table.
    tx.execute_batch(
        "DELETE FROM sqlite_sequence WHERE name = 'changes';
         UPDATE sqlite_sequence SET name = 'changes' WHERE name = 'changes_without_chain';",
    )?;
    drop(rows);
    drop(statement);
    drop(insert);
    tx.execute_batch("DROP TABLE changes_without_chain;")
}

/// Entries that are not there any more were removed before there was a chain.
fn begin_after(tx: &Transaction<'_>, removed: i64, at: i64) -> Result<(), rusqlite::Error> {
    tx.execute("UPDATE chain SET removed = ?, at = ?", [removed, at])?;
    Ok(())
}

fn counter(tx: &Transaction<'_>) -> Result<i64, rusqlite::Error> {
    let sql =
        "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'changes_without_chain'";
    tx.query_row(sql, [], |row| row.get(0))
}

fn bytes(value: ValueRef<'_>) -> Option<&[u8]> {
    value.as_bytes_or_null().ok().flatten()
}

fn name(kind: &[u8], state: Option<&[u8]>) -> String {
    let state: Option<Value> = state.and_then(|state| serde_json::from_slice(state).ok());
    let kind = std::str::from_utf8(kind).ok().and_then(ObjectKind::named);
    match (kind, state) {
        (Some(kind), Some(state)) => change::name_of(kind, &state),
        _ => String::new(),
    }
}
