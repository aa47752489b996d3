//! One act: all changes of one transaction.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction};

use super::{
    batch::{self, Header, containing},
    page, start,
};
use crate::{Change, Error, NoUndo, ObjectKind, Store, change};

/// How many of an act's changes are given.
const SHOWN: u32 = 100;

/// What was changed together, all or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Its number: that of its first change.
    pub number: i64,
    /// The entry, if it is one that stands for many rows.
    pub batch: Option<Change>,
    /// How many changes it has; of an entry that stands for many rows, how many lines.
    pub count: u64,
    /// The first of them, a hundred at most, oldest first. There are more in [`Store::lines`].
    pub entries: Vec<Change>,
    /// Those of these that have been taken back, and the act that did it.
    pub undone: BTreeMap<i64, i64>,
}

impl Store {
    /// The act to which a change belongs; nothing if there never was such a change, or if it has been
    /// removed for its age.
    pub async fn act(&self, change: i64) -> Result<Option<Act>, Error> {
        self.read(move |tx| read(tx, change)).await
    }

    /// The kinds of objects that an act has changed, named by one of its changes; none if there is no
    /// such change.
    pub async fn kinds_of_act(&self, change: i64) -> Result<Vec<ObjectKind>, Error> {
        self.read(move |tx| {
            let Some(number) = number_of(tx, change)? else {
                return Ok(Vec::new());
            };
            let sql = "SELECT DISTINCT kind FROM changes WHERE act = ?";
            let mut statement = tx.prepare_cached(sql)?;
            let kinds = statement.query_map([number], |row| row.get::<_, String>(0))?;
            let kinds: Vec<_> = kinds.collect::<Result<_, _>>()?;
            Ok(kinds
                .iter()
                .filter_map(|kind| ObjectKind::named(kind))
                .collect())
        })
        .await
    }

    /// One entry of the history, or one line of an entry that stands for many rows, as for
    /// [`Store::act`].
    pub async fn change(&self, id: i64) -> Result<Option<Change>, Error> {
        self.read(
            move |tx| match change::all(tx, "WHERE id = ?", [id])?.pop() {
                Some(entry) => Ok(Some(entry)),
                None => batch::line(tx, id),
            },
        )
        .await
    }
}

fn read(tx: &Transaction<'_>, change: i64) -> Result<Option<Act>, Error> {
    let Some(number) = number_of(tx, change)? else {
        return Ok(None);
    };
    if let Some(header) = containing(tx, change)? {
        return of_batch(tx, header).map(Some);
    }
    let sql = "SELECT count(*) FROM changes WHERE act = ?";
    let count = tx
        .prepare_cached(sql)?
        .query_row([number], |row| row.get(0))?;
    let condition = format!("WHERE act = ? ORDER BY id LIMIT {SHOWN}");
    let entries = change::all(tx, &condition, [number])?;
    Ok(Some(Act {
        number,
        batch: None,
        count,
        undone: page::undone(tx, &entries)?,
        entries,
    }))
}

fn of_batch(tx: &Transaction<'_>, header: Header) -> Result<Act, Error> {
    let entries = batch::some(tx, &header, None, SHOWN as usize)?;
    let mut undone = page::undone(tx, &entries)?;
    if let Some(by) =
        page::undone(tx, std::slice::from_ref(&header.change))?.remove(&header.change.id)
    {
        undone.insert(header.change.id, by);
        undone.extend(entries.iter().map(|entry| (entry.id, by)));
    }
    Ok(Act {
        number: header.change.act,
        count: header.batch.lines,
        entries,
        undone,
        batch: Some(header.change),
    })
}

fn number_of(tx: &Transaction<'_>, change: i64) -> Result<Option<i64>, Error> {
    let sql = "SELECT act FROM changes WHERE id = ?";
    let mut statement = tx.prepare_cached(sql)?;
    match statement.query_row([change], |row| row.get(0)).optional()? {
        Some(act) => Ok(Some(act)),
        None => Ok(containing(tx, change)?.map(|header| header.change.act)),
    }
}

/// The number of the act of a change that is to be taken back.
pub(super) fn to_take_back(tx: &Transaction<'_>, change: i64) -> Result<i64, Error> {
    match number_of(tx, change)? {
        Some(act) => Ok(act),
        None if change > 0 && change <= start(tx)?.removed => Err(NoUndo::Removed.into()),
        None => Err(NoUndo::Unknown(change).into()),
    }
}
