//! Deleting and changing many rows at once: all of them, or none.

use std::collections::BTreeSet;

use routing::{Comment, Host, Port};
use rusqlite::{Transaction, params_from_iter};

use crate::{
    By, Error, QueuedMail, Record, RowId, Selection, Store, Stored, Version,
    author::Author,
    bulk::Bulk,
    found,
    history::BatchKind,
    row::{self, Row},
    search, tombstone, write,
};

/// Up to so many rows each has an entry of its own; more are lines of one.
const FEW: usize = 100;

/// What is to become of many rows. What is not said stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The host that is tried first.
    pub host: Option<Host>,
    /// Its port.
    pub port: Option<Port>,
    /// The comment.
    pub comment: Option<Comment>,
    /// Whether they are enabled.
    pub enabled: Option<bool>,
}

/// What was done to many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Affected {
    /// How many rows are not as they were.
    pub rows: u64,
    /// The act by which it was done, for [`Store::undo`]; nothing if there was nothing to do.
    pub act: Option<i64>,
}

impl Store {
    /// Deletes all selected rows, or none. Mail that is queued for routes among them is held, by
    /// default ([`QueuedMail`]).
    ///
    /// Each row has an entry in the history, or a line of one entry if there are more than a hundred.
    ///
    /// # Errors
    /// [`Error::Changed`] or [`Error::Gone`] for the first of the named rows that is not as the
    /// person saw it; [`Error::SelectionChanged`] if a search does not find what the person saw.
    pub async fn delete<T: Record>(
        &self,
        by: &By,
        selection: Selection,
    ) -> Result<Affected, Error> {
        let queued = QueuedMail::default();
        self.delete_with::<T>(by, selection, queued).await
    }

    /// As [`Store::delete`], saying what becomes of mail that is queued for routes among the rows.
    /// For managed domains it says nothing: no mail is held for them.
    ///
    /// # Errors
    /// As for [`Store::delete`].
    pub async fn delete_with<T: Record>(
        &self,
        by: &By,
        selection: Selection,
        queued: QueuedMail,
    ) -> Result<Affected, Error> {
        self.write_by(by, move |tx, by| delete::<T>(tx, by, &selection, queued))
            .await
    }

    /// Changes all selected rows, or none. Rows that say it already stay as they are.
    ///
    /// In the history as [`Store::delete`].
    ///
    /// # Errors
    /// [`Error::Unfit`] for the first row that cannot be so, [`Error::Loop`] if the host is the gateway
    /// itself, and those of [`Store::delete`].
    pub async fn change_many<T: Record>(
        &self,
        by: &By,
        selection: Selection,
        changes: Changes,
    ) -> Result<Affected, Error> {
        self.refuse_loops(changes.host.iter())?;
        self.write_by(by, move |tx, by| change::<T>(tx, by, &selection, &changes))
            .await
    }
}

fn delete<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    selection: &Selection,
    queued: QueuedMail,
) -> Result<Affected, Error> {
    let ids = selected::<T>(tx, selection)?;
    if ids.len() > FEW {
        by.begin_batch(tx, BatchKind::Delete, T::KIND)?;
        let mut bulk = Bulk::<T>::begin(tx, by, ids.len() as u64)?;
        for &id in &ids {
            bulk.remove(id, &there::<T>(tx, id)?.value)?;
        }
        bulk.finish(queued)?;
        by.end_batch(tx, searched(selection))?;
    } else {
        for &id in &ids {
            delete_one(tx, by, &there::<T>(tx, id)?, queued)?;
        }
    }
    affected(tx, by, ids.len())
}

fn delete_one<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    row: &Stored<T>,
    queued: QueuedMail,
) -> Result<(), Error> {
    write::record(tx, by, row.id, by.next(tx)?, Some(&row.value), None)?;
    let sql = format!("DELETE FROM {} WHERE id = ?", T::TABLE);
    tx.prepare_cached(&sql)?.execute([row.id.0])?;
    match row.value.decides_about() {
        Some(names) if T::HOLDS => tombstone::leave(tx, by, row.id, (&names, None), queued),
        _ => Ok(()),
    }
}

fn change<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    selection: &Selection,
    changes: &Changes,
) -> Result<Affected, Error> {
    let ids = selected::<T>(tx, selection)?;
    let mut done = 0;
    if ids.len() > FEW {
        by.begin_batch(tx, BatchKind::Change, T::KIND)?;
        let mut bulk = Bulk::<T>::begin(tx, by, ids.len() as u64)?;
        each_changed::<T>(tx, &ids, changes, |now, want| {
            done += 1;
            bulk.change(now.id, &now.value, &want)
        })?;
        bulk.finish(QueuedMail::default())?;
        by.end_batch(tx, searched(selection))?;
    } else {
        each_changed::<T>(tx, &ids, changes, |now, want| {
            done += 1;
            write::replace(tx, by, &now, &want).map(drop)
        })?;
    }
    affected(tx, by, done)
}

/// Gives each row that is to be another, and what it is to be.
fn each_changed<T: Row>(
    tx: &Transaction<'_>,
    ids: &[RowId],
    changes: &Changes,
    mut found: impl FnMut(Stored<T>, T) -> Result<(), Error>,
) -> Result<(), Error> {
    for &id in ids {
        let now = there::<T>(tx, id)?;
        let unfit = |reason: String, now: Stored<T>| Error::Unfit {
            row: Box::new(T::existing(now)),
            reason,
        };
        let want = match now.value.with(changes) {
            Ok(want) if want == now.value => continue,
            Ok(want) => want,
            Err(reason) => return Err(unfit(reason, now)),
        };
        let row = now.clone();
        found(now, want).map_err(|error| match error {
            Error::List(error) => unfit(error.to_string(), row),
            error => error,
        })?;
    }
    Ok(())
}

fn affected(tx: &Transaction<'_>, by: &Author, rows: usize) -> Result<Affected, Error> {
    Ok(Affected {
        rows: rows as u64,
        act: by.done(tx)?,
    })
}

/// Under what the entry of many rows is found.
fn searched(selection: &Selection) -> &str {
    match selection {
        Selection::Rows(_) => "",
        Selection::Matching { search, .. } => search.trim(),
    }
}

fn there<T: Row>(tx: &Transaction<'_>, id: RowId) -> Result<Stored<T>, Error> {
    row::by_id::<T>(tx, id)?.ok_or_else(|| write::gone::<T>(tx, id))
}

/// The rows that are meant, if they are as the person saw them.
fn selected<T: Row>(tx: &Transaction<'_>, selection: &Selection) -> Result<Vec<RowId>, Error> {
    match selection {
        Selection::Rows(rows) => named::<T>(tx, rows),
        Selection::Matching {
            search,
            as_of,
            expected,
        } => matching::<T>(tx, search::given(search), *as_of, *expected),
    }
}

/// The named rows, all of them as they were seen.
fn named<T: Row>(tx: &Transaction<'_>, rows: &[(RowId, Version)]) -> Result<Vec<RowId>, Error> {
    let rows: BTreeSet<_> = rows.iter().copied().collect();
    let as_seen = |(id, seen)| {
        write::as_seen(tx, there::<T>(tx, id)?, seen)?;
        Ok(id)
    };
    rows.into_iter().map(as_seen).collect()
}

/// The rows that a search finds, if they are the ones it found when the person looked.
fn matching<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    as_of: Version,
    expected: u64,
) -> Result<Vec<RowId>, Error> {
    let found = found::count::<T>(tx, search)?;
    let newer = found::count_newer::<T>(tx, search, as_of)?;
    if found != expected || newer > 0 {
        return Err(Error::SelectionChanged {
            expected,
            found,
            newer,
        });
    }
    let mut statement = tx.prepare_cached(&found::ids_sql::<T>(search))?;
    let ids = statement.query_map(params_from_iter(search), |row| row.get(0).map(RowId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
