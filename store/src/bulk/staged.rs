//! Adding the rows that an import has put aside. The engine copies them, many at a time, and asks a
//! function for the number of each, which writes its line of the history: that is a third less work than
//! reading each row and writing it.
//!
//! What is copied was written by the types of the rows, into a table that only the import's own
//! connection can see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{
    Transaction,
    functions::{Context, FunctionFlags},
    params,
};

use super::{Bulk, used::Used};
use crate::{
    Error, RowId,
    history::{StagedRoute, StateRef, Writer},
    row::{self, Row},
};

/// So many rows are copied at once.
const TOGETHER: u64 = 1_024;

/// The function that takes the columns of [`StagedRoute`] and returns the id of a row.
const ID: &str = "added_id";
const ID_COLUMNS: i32 = 7;
/// The function that returns the version of a row.
const VERSION: &str = "added_version";

/// What the function writes.
struct Adding {
    batch: Writer,
    /// The version of the next row, which is the number of its line. The engine may ask for it before or
    /// after it has asked for the id.
    version: i64,
    /// The number that follows those of the rows that were copied.
    told: i64,
    used: Used,
    /// The key of the last row.
    last: (String, String),
    /// Rows that have further hosts.
    further: Vec<(RowId, (String, String))>,
    /// What people call a row.
    name: String,
}

impl Adding {
    fn add<T: Row>(&mut self, route: StagedRoute<'_>) -> i64 {
        let number = self.batch.next();
        self.name.clear();
        if route.scope == routing::Scope::Subdomains.as_str() {
            self.name.push('.');
        }
        self.name.push_str(route.domain);
        self.batch
            .added(T::KIND, &self.name, StateRef::StagedRoute(route));
        self.used.count(route.host, route.port, 1);
        let (domain, scope) = &mut self.last;
        route.domain.clone_into(domain);
        route.scope.clone_into(scope);
        if route.further.is_some() {
            self.further.push((RowId(number), self.last.clone()));
        }
        number
    }

    fn next_version(&mut self) -> i64 {
        let version = self.version;
        self.version += 1;
        version
    }

    /// That the engine has asked once for each of these rows and for no others, as it does as long as it
    /// need not sort them: else the history would tell of rows that nobody has added.
    fn has_added(&mut self, rows: u64) -> Result<(), Error> {
        self.told += i64::try_from(rows).unwrap_or(i64::MAX);
        if self.batch.next() == self.told && self.version == self.told {
            Ok(())
        } else {
            Err(Error::Interrupted)
        }
    }
}

impl<T: Row> Bulk<'_, T> {
    /// Whether rows of an import can be added by [`Bulk::add_staged`].
    pub(crate) fn copies(&self) -> bool {
        self.beside.is_some() && T::COPY.is_some()
    }

    /// Adds those rows of an import, none of which is there yet, that a condition selects, by domain. Says
    /// after each piece how many rows it had, and at first that there are none yet.
    pub(crate) fn add_staged(
        &mut self,
        condition: &str,
        went_on: impl FnMut(u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.removal.flush(self.tx)?;
        let by = self.by;
        // Nothing but a fault of ours comes here without them: `copies` is asked first.
        let (Some(beside), Some(copy), Some(batch)) = (&mut self.beside, T::COPY, by.lend_batch())
        else {
            return Err(Error::Interrupted);
        };
        let sql = format!(
            "{copy} WHERE (domain, scope) > (?, ?) AND {condition} ORDER BY domain, scope LIMIT ?"
        );
        let adding = Arc::new(Mutex::new(Adding {
            version: batch.next(),
            told: batch.next(),
            batch,
            used: std::mem::take(&mut beside.used),
            last: <(String, String)>::default(),
            further: Vec::new(),
            name: String::new(),
        }));
        let asked = Asked::begin::<T>(self.tx, &adding)?;
        let rows = copy_all::<T>(self.tx, &sql, &adding, went_on)?;
        drop(asked);
        let adding = Arc::into_inner(adding).map(Mutex::into_inner);
        let Some(Ok(Adding { batch, used, .. })) = adding else {
            return Err(Error::Interrupted);
        };
        beside.used = used;
        beside.counted(i64::try_from(rows).unwrap_or(i64::MAX));
        by.take_batch_back(batch);
        Ok(())
    }
}

/// Copies all rows, piece by piece; returns how many there were.
fn copy_all<T: Row>(
    tx: &Transaction<'_>,
    sql: &str,
    adding: &Mutex<Adding>,
    mut went_on: impl FnMut(u64) -> Result<(), Error>,
) -> Result<u64, Error> {
    let mut copy = tx.prepare_cached(sql)?;
    let (mut all, mut piece) = (0, TOGETHER);
    went_on(0)?;
    while piece == TOGETHER {
        let (domain, scope) = lock(adding).last.clone();
        piece = copy.execute(params![domain, scope, TOGETHER])? as u64;
        all += piece;
        let adding = &mut *lock(adding);
        adding.has_added(piece)?;
        adding.batch.flush_full(tx)?;
        adding.used.write_if_much(tx)?;
        for (id, key) in adding.further.drain(..) {
            write_further::<T>(tx, id, &key)?;
        }
        went_on(piece)?;
    }
    Ok(all)
}

/// The functions, for as long as this is there.
struct Asked<'a>(&'a Transaction<'a>);

impl<'a> Asked<'a> {
    fn begin<T: Row>(tx: &'a Transaction<'a>, adding: &Arc<Mutex<Adding>>) -> Result<Self, Error> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        let (ids, versions) = (Arc::clone(adding), Arc::clone(adding));
        let asked = Self(tx);
        tx.create_scalar_function(ID, ID_COLUMNS, flags, move |context| {
            Ok(lock(&ids).add::<T>(route(context)?))
        })?;
        tx.create_scalar_function(VERSION, 0, flags, move |_| {
            Ok(lock(&versions).next_version())
        })?;
        Ok(asked)
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        // Fails only while a statement runs that asks them, and none does any more.
        let _ = self.0.remove_function(ID, ID_COLUMNS);
        let _ = self.0.remove_function(VERSION, 0);
    }
}

fn lock(adding: &Mutex<Adding>) -> MutexGuard<'_, Adding> {
    // The transaction of a thread that has panicked is rolled back.
    adding.lock().unwrap_or_else(PoisonError::into_inner)
}

fn route<'a>(context: &'a Context<'_>) -> rusqlite::Result<StagedRoute<'a>> {
    let text = |column| context.get_raw(column).as_str();
    Ok(StagedRoute {
        domain: text(0)?,
        scope: text(1)?,
        host: text(2)?,
        port: context.get(3)?,
        comment: text(4)?,
        further: context.get_raw(5).as_str_or_null()?,
        enabled: context.get(6)?,
    })
}

/// Writes what a row has in other tables.
fn write_further<T: Row>(
    tx: &Transaction<'_>,
    id: RowId,
    (domain, scope): &(String, String),
) -> Result<(), Error> {
    let columns = T::STAGED;
    let sql = format!("SELECT {columns} FROM temp.staged WHERE domain = ? AND scope = ?");
    if let Some(row) = row::one::<T>(tx, &sql, params![domain, scope])? {
        row.value.check_hosts(tx)?;
        row.value.write_rest(tx, id, None)?;
    }
    Ok(())
}
