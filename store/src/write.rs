//! Adding, editing and deleting: the rules, the row and its entry in the log, in one transaction.

use std::collections::BTreeSet;

use routing::Host;
use rusqlite::Transaction;

use crate::{
    By, Deleted, Error, QueuedMail, Record, RowId, Saved, Selection, Store, Stored, Version,
    author::Author,
    change::{self, Entry},
    error::broke_a_rule,
    found,
    row::{self, Row},
    search, tombstone,
};

impl Store {
    /// Adds a row. Mail that a removed route holds for the same names follows it.
    ///
    /// # Errors
    /// [`Error::Exists`] if a row of the same list is in its way, [`Error::ManagedDomain`] or
    /// [`Error::Routed`] if one of the other list is, [`Error::Loop`] if a host is the gateway itself,
    /// [`Error::List`] if the hosts of a route do not go together.
    pub async fn add<T: Record>(&self, by: &By, value: T) -> Result<Saved<T>, Error> {
        self.refuse_loops(value.hosts())?;
        self.write_by(by, move |tx, by| add(tx, by, value)).await
    }

    /// Replaces what a row says. If it says that already, nothing changes and nothing is recorded.
    ///
    /// Mail that is queued for names which a route no longer stands for is held, by default
    /// ([`QueuedMail`]); mail that a removed route holds for its new names follows it.
    ///
    /// # Errors
    /// [`Error::Changed`] if the row is not as it was in the version that the person saw,
    /// [`Error::Gone`] if it does not exist, and those of [`Store::add`].
    pub async fn edit<T: Record>(
        &self,
        by: &By,
        id: RowId,
        seen: Version,
        value: T,
    ) -> Result<Saved<T>, Error> {
        self.refuse_loops(value.hosts())?;
        self.write_by(by, move |tx, by| edit(tx, by, id, seen, value))
            .await
    }

    /// Deletes all selected rows, or none, and returns them as they were. Mail that is queued for
    /// routes among them is held, by default ([`QueuedMail`]).
    ///
    /// # Errors
    /// [`Error::Changed`] or [`Error::Gone`] for the first of the named rows that is not as the
    /// person saw it; [`Error::SelectionChanged`] if a search does not find what the person saw.
    pub async fn delete<T: Record>(
        &self,
        by: &By,
        selection: Selection,
    ) -> Result<Deleted<T>, Error> {
        self.delete_with(by, selection, QueuedMail::default()).await
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
    ) -> Result<Deleted<T>, Error> {
        self.write_by(by, move |tx, by| delete(tx, by, selection, queued))
            .await
    }
}

impl Store {
    /// Refuses hosts that are the gateway itself.
    pub(crate) fn refuse_loops<'a>(
        &self,
        hosts: impl IntoIterator<Item = &'a Host>,
    ) -> Result<(), Error> {
        let mut hosts = hosts.into_iter();
        Ok(hosts.try_for_each(|host| self.own.check(host))?)
    }
}

fn add<T: Row>(tx: &Transaction<'_>, by: &Author, value: T) -> Result<Saved<T>, Error> {
    value.check(tx, None)?;
    tombstone::end(tx, by, &value.names())?;
    let version = by.next(tx)?;
    // The number of the change that adds a row is the name of the row.
    let id = RowId(version.0);
    record(tx, by, id, version, None, Some(&value))?;
    write(tx, T::INSERT, id, version, None, &value)?;
    saved(tx, by, Stored { id, version, value })
}

fn edit<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    id: RowId,
    seen: Version,
    value: T,
) -> Result<Saved<T>, Error> {
    let now = row::by_id::<T>(tx, id)?.ok_or_else(|| gone::<T>(tx, id))?;
    // Before the versions are compared: a form that is sent twice is no conflict.
    if now.value == value {
        return saved(tx, by, now);
    }
    let before = as_seen(tx, now, seen)?;
    value.check(tx, Some(id))?;
    let (was, is) = (before.value.names(), value.names());
    if was != is {
        tombstone::end(tx, by, &is)?;
    }
    let version = by.next(tx)?;
    record(tx, by, id, version, Some(&before.value), Some(&value))?;
    write(tx, T::UPDATE, id, version, Some(id), &value)?;
    if T::HOLDS && was != is {
        tombstone::leave(tx, by, id, (&was, Some(&is)), QueuedMail::default())?;
    }
    saved(tx, by, Stored { id, version, value })
}

fn delete<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    selection: Selection,
    queued: QueuedMail,
) -> Result<Deleted<T>, Error> {
    let rows = match selection {
        Selection::Rows(rows) => named::<T>(tx, rows)?,
        Selection::Matching {
            search,
            as_of,
            expected,
        } => matching(tx, search::given(&search), as_of, expected)?,
    };
    let sql = format!("DELETE FROM {} WHERE id = ?", T::TABLE);
    let mut statement = tx.prepare_cached(&sql)?;
    for row in &rows {
        record(tx, by, row.id, by.next(tx)?, Some(&row.value), None)?;
        statement.execute([row.id.0])?;
        if T::HOLDS {
            tombstone::leave(tx, by, row.id, (&row.value.names(), None), queued)?;
        }
    }
    Ok(Deleted {
        rows,
        act: by.done(tx)?,
    })
}

/// The named rows, all of them as they were seen.
fn named<T: Row>(
    tx: &Transaction<'_>,
    rows: Vec<(RowId, Version)>,
) -> Result<Vec<Stored<T>>, Error> {
    let rows: BTreeSet<_> = rows.into_iter().collect();
    let as_seen = |(id, seen)| {
        let now = row::by_id::<T>(tx, id)?.ok_or_else(|| gone::<T>(tx, id))?;
        as_seen(tx, now, seen)
    };
    rows.into_iter().map(as_seen).collect()
}

/// The rows that a search finds, if they are the ones it found when the person looked.
fn matching<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    as_of: Version,
    expected: u64,
) -> Result<Vec<Stored<T>>, Error> {
    // Counted first: reading a million rows only to refuse them would take long.
    let found = found::count::<T>(tx, search)?;
    let newer = found::count_newer::<T>(tx, search, as_of)?;
    if found != expected || newer > 0 {
        return Err(Error::SelectionChanged {
            expected,
            found,
            newer,
        });
    }
    found::all::<T>(tx, search)
}

/// The row, if it is as it was seen.
fn as_seen<T: Row>(
    tx: &Transaction<'_>,
    now: Stored<T>,
    seen: Version,
) -> Result<Stored<T>, Error> {
    if now.version == seen {
        return Ok(now);
    }
    match change::unseen(tx, T::KIND, now.id, seen, &now.value)? {
        Some(change) => Err(T::changed(now, change)),
        None => Err(Error::Corrupt {
            table: T::TABLE,
            id: Some(now.id),
            detail: "no change is recorded for this row".to_owned(),
        }),
    }
}

fn gone<T: Row>(tx: &Transaction<'_>, id: RowId) -> Error {
    match change::last_of(tx, T::KIND, id) {
        Ok(change) => Error::Gone {
            change: change.map(Box::new),
        },
        Err(error) => error,
    }
}

pub(crate) fn record<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    id: RowId,
    version: Version,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<(), Error> {
    let name = after.or(before).map(|value| value.names().to_string());
    let states = [before, after].map(|state| state.map(Row::state));
    if by.adds_line(
        tx,
        (T::KIND, id),
        name.as_deref().unwrap_or_default(),
        states,
    )? {
        return Ok(());
    }
    let json = |value: Option<&T>| value.map(serde_json::to_string).transpose();
    let (before, after) = (json(before)?, json(after)?);
    let entry = Entry {
        version,
        kind: T::KIND,
        object: id,
        name: name.as_deref().unwrap_or_default(),
        before: before.as_deref(),
        after: after.as_deref(),
    };
    change::append(tx, by, &entry)
}

pub(crate) fn write<T: Row>(
    tx: &Transaction<'_>,
    sql: &'static str,
    id: RowId,
    version: Version,
    replaces: Option<RowId>,
    value: &T,
) -> Result<(), Error> {
    let written = value.write(&mut tx.prepare_cached(sql)?, id, version);
    match written.and_then(|_| value.write_rest(tx, id)) {
        Ok(()) => Ok(()),
        // The schema has refused what the rules let pass. Ask the rules again, for they can say
        // which row is in the way; if they still see none, the engine's own words must do.
        Err(error) if broke_a_rule(&error) => {
            value.check(tx, replaces)?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn saved<T: Row>(tx: &Transaction<'_>, by: &Author, row: Stored<T>) -> Result<Saved<T>, Error> {
    let notes = row.value.notes(tx)?;
    Ok(Saved {
        row,
        notes,
        act: by.done(tx)?,
    })
}

#[cfg(test)]
mod tests;
