//! Writing what an import was found to do.

use std::cell::Cell;

use rusqlite::Transaction;

use super::{
    ImportMode, Preview,
    check::check,
    work::{Phase, Work},
};
use crate::{
    By, Error, QueuedMail, RowId,
    author::Author,
    bulk::Bulk,
    change,
    history::BatchKind,
    row::{self, Row},
};

/// What an import has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// What was done.
    pub done: Preview,
    /// The act by which it was done, for [`Store::undo`](crate::Store::undo); nothing if there was
    /// nothing to do.
    pub act: Option<i64>,
}

/// What is to be written.
pub(super) struct Job {
    pub(super) by: By,
    pub(super) name: String,
    pub(super) mode: ImportMode,
    pub(super) staged: u64,
    pub(super) preview: Preview,
}

pub(super) fn commit<T: Row>(
    tx: &Transaction<'_>,
    work: &Work,
    job: &Job,
) -> Result<Imported, Error> {
    if change::latest(tx)? != job.preview.version {
        check_again::<T>(tx, work, job)?;
    }
    let by = Author::new(tx, &job.by)?;
    by.begin_batch(tx, BatchKind::Import, T::KIND)?;
    let Preview {
        added,
        changed,
        removed,
        ..
    } = job.preview;
    let rows = added + changed + removed;
    let mut bulk = Bulk::<T>::begin(tx, &by, rows)?;
    let done = Cell::new(0);
    let row = || work.row(Phase::Writing, done.replace(done.get() + 1), Some(rows));
    if removed > 0 {
        each_gone(tx, |id, now| {
            row()?;
            bulk.remove(id, now)
        })?;
    }
    if changed > 0 {
        each_changed(tx, |id, now, want| {
            row()?;
            bulk.change(id, now, want)
        })?;
    }
    if added > 0 && bulk.copies() {
        bulk.add_staged(&to_be_added(tx)?, |copied| {
            done.set(done.get() + copied);
            work.reached(Phase::Writing, done.get(), Some(rows))
        })?;
    } else if added > 0 {
        each_added(tx, |want| {
            row()?;
            bulk.add(want)
        })?;
    }
    work.reached(Phase::Finishing, 0, None)?;
    bulk.finish(QueuedMail::default())?;
    by.end_batch(tx, &job.name)?;
    work.go_on()?;
    Ok(Imported {
        done: job.preview,
        act: by.done(tx)?,
    })
}

/// What has changed since may make the file mean something else.
fn check_again<T: Row>(tx: &Transaction<'_>, work: &Work, job: &Job) -> Result<(), Error> {
    tx.execute_batch("CREATE TEMP TABLE seen AS SELECT * FROM temp.verdicts")?;
    check::<T>(tx, work, job.mode, job.staged)?;
    let sql = "SELECT EXISTS (SELECT * FROM temp.seen EXCEPT SELECT * FROM temp.verdicts)
                   OR EXISTS (SELECT * FROM temp.verdicts EXCEPT SELECT * FROM temp.seen)";
    if tx.query_row(sql, [], |row| row.get(0))? {
        return Err(Error::ImportOutdated);
    }
    tx.execute_batch("DROP TABLE temp.seen")?;
    Ok(())
}

fn each_gone<T: Row>(
    tx: &Transaction<'_>,
    mut found: impl FnMut(RowId, &T) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = tx.prepare("SELECT id FROM temp.gone ORDER BY domain, scope")?;
    let mut rows = statement.query([])?;
    while let Some(gone) = rows.next()? {
        let id = RowId(gone.get(0)?);
        found(id, &there(tx, id)?)?;
    }
    Ok(())
}

fn each_changed<T: Row>(
    tx: &Transaction<'_>,
    mut found: impl FnMut(RowId, &T, &T) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns = T::STAGED;
    let sql = format!(
        "SELECT {columns}, known.id AS known_id FROM temp.known AS known
         CROSS JOIN temp.staged AS staged USING (domain, scope)
         WHERE NOT known.same ORDER BY known.domain, known.scope"
    );
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(changed) = rows.next()? {
        let want = row::stored::<T>(changed)?.value;
        let id = RowId(changed.get("known_id")?);
        found(id, &there(tx, id)?, &want)?;
    }
    Ok(())
}

fn each_added<T: Row>(
    tx: &Transaction<'_>,
    mut found: impl FnMut(&T) -> Result<(), Error>,
) -> Result<(), Error> {
    let (columns, added) = (T::STAGED, to_be_added(tx)?);
    let sql =
        format!("SELECT {columns} FROM temp.staged AS staged WHERE {added} ORDER BY domain, scope");
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(added) = rows.next()? {
        found(&row::stored::<T>(added)?.value)?;
    }
    Ok(())
}

/// The condition for a row of the file to be one that is added.
fn to_be_added(tx: &Transaction<'_>) -> Result<String, Error> {
    let (known, barred) = (absent_from(tx, "known")?, absent_from(tx, "barred")?);
    Ok(format!("{known} AND {barred}"))
}

/// The condition for a row of the file not to be in one of the tables of the import. Looking a million
/// rows up in a table that is empty takes its time, too.
fn absent_from(tx: &Transaction<'_>, others: &str) -> Result<String, Error> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM temp.{others})");
    let any = tx.query_row(&sql, [], |row| row.get(0))?;
    let absent = || {
        format!(
            "NOT EXISTS (SELECT 1 FROM temp.{others} AS other
                 WHERE other.domain = staged.domain AND other.scope = staged.scope)"
        )
    };
    Ok(if any { absent() } else { "true".to_owned() })
}

/// A row that the check has found.
fn there<T: Row>(tx: &Transaction<'_>, id: RowId) -> Result<T, Error> {
    let row = row::by_id::<T>(tx, id)?;
    row.map(|row| row.value).ok_or(Error::ImportOutdated)
}
