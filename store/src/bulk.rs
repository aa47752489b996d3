//! Changing many rows of a list in one transaction: their entries are lines of a batch, and where they
//! are a good part of the table, what is kept beside it is made anew at the end instead of row by row.

mod beside;
mod held;
mod left_out;
mod removal;
mod staged;
mod unchecked;
mod used;

use rusqlite::{CachedStatement, Transaction};

use self::{beside::Beside, held::Held, removal::Removal, unchecked::Unchecked};
use crate::{Error, QueuedMail, RowId, Version, author::Author, found, row::Row, rules, write};

/// From how many rows on it is worth while to make anew what is kept beside the table.
const MANY: u64 = 2_000;

/// Rows of one list that are being changed, each at most once. A batch is being written meanwhile.
///
/// A change never gives a row other names. Rows that go are to be removed first, for their names may be
/// taken by others.
pub(crate) struct Bulk<'a, T> {
    tx: &'a Transaction<'a>,
    by: &'a Author,
    /// What is made anew at the end; nothing where triggers and indexes do their work row by row.
    beside: Option<Beside>,
    unchecked: Option<Unchecked<'a>>,
    removal: Removal<T>,
    /// Whether any row no longer decides about names that it decided about before.
    leaves: bool,
    /// [`Row::INSERT`] and [`Row::UPDATE`], once they are needed.
    insert: Option<CachedStatement<'a>>,
    update: Option<CachedStatement<'a>>,
}

impl<'a, T: Row> Bulk<'a, T> {
    /// Begins to change about so many rows.
    pub(crate) fn begin(tx: &'a Transaction<'a>, by: &'a Author, rows: u64) -> Result<Self, Error> {
        let total = found::total::<T>(tx)?;
        let many = T::MADE_ANEW && rows >= MANY && rows >= total / 4;
        Ok(Self {
            tx,
            by,
            beside: many.then(|| Beside::begin(tx)).transpose()?,
            unchecked: many.then(|| Unchecked::begin(tx)).transpose()?,
            removal: Removal::default(),
            leaves: false,
            insert: None,
            update: None,
        })
    }

    /// Adds a new row.
    pub(crate) fn add(&mut self, want: &T) -> Result<(), Error> {
        let version = self.by.next(self.tx)?;
        self.insert(RowId(version.0), version, want)
    }

    /// Brings a row back that had this id.
    pub(crate) fn bring_back(&mut self, id: RowId, want: &T) -> Result<(), Error> {
        let version = self.by.next(self.tx)?;
        self.insert(id, version, want)
    }

    /// Removes a row.
    pub(crate) fn remove(&mut self, id: RowId, now: &T) -> Result<(), Error> {
        let version = self.by.next(self.tx)?;
        write::record(self.tx, self.by, id, version, Some(now), None)?;
        self.leaves = true;
        self.removal.push(self.tx, id)?;
        if let Some(beside) = &mut self.beside {
            beside.counted(-1);
            beside.used.count_hop(self.tx, now.counted_hop(), -1)?;
        }
        Ok(())
    }

    /// Changes what a row says, but not its names.
    pub(crate) fn change(&mut self, id: RowId, now: &T, want: &T) -> Result<(), Error> {
        self.removal.flush(self.tx)?;
        let version = self.by.next(self.tx)?;
        write::record(self.tx, self.by, id, version, Some(now), Some(want))?;
        self.leaves |= now.decides_about() != want.decides_about();
        want.check_hosts(self.tx)?;
        let statement = prepared(self.tx, &mut self.update, T::UPDATE)?;
        write::write_by(self.tx, statement, (id, version), Some(id), Some(now), want)?;
        if let Some(beside) = &mut self.beside {
            beside.used.count_hop(self.tx, now.counted_hop(), -1)?;
            beside.used.count_hop(self.tx, want.counted_hop(), 1)?;
        }
        Ok(())
    }

    fn insert(&mut self, id: RowId, version: Version, want: &T) -> Result<(), Error> {
        self.removal.flush(self.tx)?;
        write::record(self.tx, self.by, id, version, None, Some(want))?;
        want.check_hosts(self.tx)?;
        let statement = prepared(self.tx, &mut self.insert, T::INSERT)?;
        write::write_by(self.tx, statement, (id, version), Some(id), None, want)?;
        if let Some(beside) = &mut self.beside {
            beside.counted(1);
            beside.used.count_hop(self.tx, want.counted_hop(), 1)?;
        }
        Ok(())
    }

    /// Makes anew what is kept beside the table, checks the rules that nothing has checked yet, and lets
    /// held mail follow; `queued` says what becomes of mail for routes that are gone. The batch can be ended then.
    pub(crate) fn finish(mut self, queued: QueuedMail) -> Result<(), Error> {
        let (tx, by) = (self.tx, self.by);
        self.removal.flush(tx)?;
        let many = self.beside.is_some();
        if let Some(beside) = self.beside {
            beside.finish(tx)?;
            rules::check_all(tx)?;
        }
        let held = Held::begin(tx, many)?;
        held::follow::<T>(tx, by, queued, self.leaves)?;
        held.finish(tx)?;
        self.unchecked.map_or(Ok(()), Unchecked::finish)
    }
}

/// The statement, prepared if that has not been done yet.
fn prepared<'a, 's>(
    tx: &'a Transaction<'a>,
    statement: &'s mut Option<CachedStatement<'a>>,
    sql: &str,
) -> Result<&'s mut CachedStatement<'a>, Error> {
    match statement {
        Some(statement) => Ok(statement),
        None => Ok(statement.insert(tx.prepare_cached(sql)?)),
    }
}
