//! How a record lies in its table. What a list can do is written once, over this trait.

mod canonical;
mod cells;
mod columns;
mod managed_domain;
mod route;

use std::fmt::Debug;

use routing::{Host, NextHop, Pattern};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use self::{
    canonical::{Canonical, read as read_canonical},
    cells::Cells,
    columns::Columns,
    route::HOSTS,
};
use crate::{
    Change, Changes, Cursor, Error, Existing, Note, ObjectKind, RowId, SortBy, Stored, Version,
    history::{State, StateRef},
};

/// How a record lies in its table. Every constant is a piece of SQL; no piece is ever made of input.
pub trait Row:
    Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + Sized + 'static
{
    /// What names a record among people.
    type Key: Clone + Send + Sync + 'static;

    /// Its name in the log.
    const KIND: ObjectKind;
    /// The table.
    const TABLE: &'static str;
    /// The columns that [`Row::read`] reads.
    const COLUMNS: &'static str;
    /// The condition for a key, with the parameters of [`Row::key`].
    const HAS_KEY: &'static str;
    /// The condition for being found by the search text that is its parameter.
    const FOUND: &'static str;
    /// Whether the texts that a search looks through are kept in memory.
    const IN_MEMORY: bool;
    /// Adds a row, with the parameters of [`Row::write`].
    const INSERT: &'static str;
    /// Edits a row, with the parameters of [`Row::write`].
    const UPDATE: &'static str;

    /// The columns that [`Row::read`] reads, of a row of an import or of [`Row::LIVE`].
    const STAGED: &'static str;
    /// All rows, in the columns of an import.
    const LIVE: &'static str;
    /// As [`Row::FOUND`], of the same rows as [`Row::STAGED`].
    const FOUND_STAGED: &'static str;

    /// Where in an import those rows are that may break a rule: where all others stay if it is to be
    /// `merged`. Few, in all.
    fn suspects(merged: bool) -> &'static [&'static str];

    /// Refuses a row of an import that contradicts another row than the one it replaces.
    fn check_import(
        &self,
        tx: &Transaction<'_>,
        replaces: Option<RowId>,
        merged: bool,
    ) -> Result<(), Error>;

    /// What names it among the rows of an import.
    fn staged_key(&self) -> (&str, &str);

    /// Puts it aside for an import.
    fn stage(&self, connection: &Connection, line: usize) -> rusqlite::Result<()>;

    /// It, as a line of a file.
    fn to_line(&self) -> String;

    /// What names it among people.
    fn key_of(&self) -> Self::Key;

    /// The columns that put the rows into this order, each row into a place of its own. There is an
    /// index on just these columns.
    fn order(by: SortBy) -> &'static [&'static str];

    /// The values of the columns of [`Row::order`].
    fn cursor(&self, by: SortBy) -> Cursor;

    /// The parameters of [`Row::HAS_KEY`].
    fn key(key: &Self::Key) -> impl Params + '_;

    /// Reads a row, trusting nothing in it.
    fn read(columns: &Columns<'_>) -> Result<Self, Error>;

    /// Runs [`Row::INSERT`] or [`Row::UPDATE`].
    fn write(
        &self,
        statement: &mut CachedStatement<'_>,
        id: RowId,
        version: Version,
    ) -> rusqlite::Result<usize>;

    /// The beginning of a statement that adds rows of an import, as [`Bulk`](crate::bulk::Bulk) has it
    /// done; nothing where each is read and written.
    const COPY: Option<&'static str> = None;

    /// Whether what is kept beside the table can be made anew as a whole.
    const MADE_ANEW: bool = false;

    /// The next hop by which the row is counted; nothing if it is not.
    fn counted_hop(&self) -> Option<&NextHop> {
        None
    }

    /// Refuses hosts that do not go together.
    fn check_hosts(&self, _tx: &Transaction<'_>) -> Result<(), Error> {
        Ok(())
    }

    /// Writes what the record has in other tables, after its row, which said this before; nothing if it
    /// is new.
    fn write_rest(
        &self,
        _tx: &Transaction<'_>,
        _id: RowId,
        _before: Option<&Self>,
    ) -> rusqlite::Result<()> {
        Ok(())
    }

    /// What it says, as a line of a batch holds it.
    fn state(&self) -> StateRef<'_>;

    /// What a line of a batch says, if it is of this list.
    fn of_state(state: State) -> Option<Self>;

    /// The names that it stands for.
    fn names(&self) -> Pattern;

    /// The names about which it decides: all that it stands for, or none.
    fn decides_about(&self) -> Option<Pattern> {
        Some(self.names())
    }

    /// Whether mail is held for its names once it no longer decides about them.
    const HOLDS: bool;
    /// Every host that the record sends mail to.
    fn hosts(&self) -> impl Iterator<Item = &Host>;

    /// Refuses a record that contradicts another row than the one it replaces.
    fn check(&self, tx: &Transaction<'_>, replaces: Option<RowId>) -> Result<(), Error>;

    /// What the writer should know about the record, once it is stored.
    fn notes(&self, tx: &Transaction<'_>) -> Result<Vec<Note>, Error>;

    /// The record with some of what it says changed; or what is wrong with that, as a sentence.
    fn with(&self, changes: &Changes) -> Result<Self, String>;

    /// The row as one of either list.
    fn existing(row: Stored<Self>) -> Existing;

    /// The refusal of an edit or delete of a row that someone else has changed.
    fn changed(now: Stored<Self>, change: Change) -> Error {
        Error::Changed {
            now: Self::existing(now),
            change: Box::new(change),
        }
    }
}

/// A next hop with what is said of host and port.
fn changed(hop: &NextHop, changes: &Changes) -> NextHop {
    NextHop {
        host: changes.host.as_ref().unwrap_or(&hop.host).clone(),
        port: changes.port.unwrap_or(hop.port),
    }
}

/// The first row that the statement finds.
pub(crate) fn one<T: Row>(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Result<Option<Stored<T>>, Error> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(stored).transpose()
}

/// All rows that the statement finds.
pub(crate) fn all<T: Row>(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Result<Vec<Stored<T>>, Error> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(stored(row)?);
    }
    Ok(all)
}

/// A row of a statement that selects [`Row::COLUMNS`].
pub(crate) fn stored<T: Row>(row: &rusqlite::Row<'_>) -> Result<Stored<T>, Error> {
    let columns = Columns::new(row, T::TABLE);
    Ok(Stored {
        id: columns.id()?,
        version: Version(columns.number(1)?),
        value: T::read(&columns)?,
    })
}

/// The row of this name.
pub(crate) fn by_id<T: Row>(tx: &Transaction<'_>, id: RowId) -> Result<Option<Stored<T>>, Error> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?", T::COLUMNS, T::TABLE);
    one(tx, &sql, params![id.0])
}

/// The row of this key.
pub(crate) fn by_key<T: Row>(
    tx: &Transaction<'_>,
    key: &T::Key,
) -> Result<Option<Stored<T>>, Error> {
    let sql = format!(
        "SELECT {} FROM {} WHERE {}",
        T::COLUMNS,
        T::TABLE,
        T::HAS_KEY
    );
    one(tx, &sql, T::key(key))
}

/// Whether a search shows the row of this name.
pub(crate) fn is_found<T: Row>(
    tx: &Transaction<'_>,
    id: RowId,
    search: &str,
) -> Result<bool, Error> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?", T::FOUND, T::TABLE);
    let found = tx
        .prepare_cached(&sql)?
        .query_row(params![search, id.0], |row| row.get(0));
    Ok(found.optional()?.unwrap_or(false))
}
