//! Adding and editing a row: the rules, the row and its entry in the log, in one transaction.

use routing::Host;
use rusqlite::{CachedStatement, Transaction};

use crate::{
    By, Error, QueuedMail, Record, RowId, Saved, Store, Stored, Version,
    author::Author,
    change::{self, Entry},
    error::broke_a_rule,
    row::{self, Row},
    tombstone,
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
    /// ([`QueuedMail`]); mail that a removed route holds for its new names follows it. While a route is
    /// disabled, it stands for none.
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
    if let Some(names) = value.decides_about() {
        tombstone::end(tx, by, &names)?;
    }
    let version = by.next(tx)?;
    // The number of the change that adds a row is the name of the row.
    let id = RowId(version.0);
    record(tx, by, id, version, None, Some(&value))?;
    write(tx, (id, version), None, None, &value)?;
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
    let version = replace(tx, by, &before, &value)?;
    saved(tx, by, Stored { id, version, value })
}

/// Replaces what a row says, and returns the version that it has then.
pub(crate) fn replace<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    before: &Stored<T>,
    value: &T,
) -> Result<Version, Error> {
    let id = before.id;
    value.check(tx, Some(id))?;
    let (was, is) = (before.value.decides_about(), value.decides_about());
    if let Some(is) = is.as_ref().filter(|is| was.as_ref() != Some(is)) {
        tombstone::end(tx, by, is)?;
    }
    let version = by.next(tx)?;
    record(tx, by, id, version, Some(&before.value), Some(value))?;
    write(tx, (id, version), Some(id), Some(&before.value), value)?;
    if let Some(was) = was.filter(|was| T::HOLDS && is.as_ref() != Some(was)) {
        tombstone::leave(tx, by, id, (&was, is.as_ref()), QueuedMail::default())?;
    }
    Ok(version)
}

/// The row, if it is as it was seen.
pub(crate) fn as_seen<T: Row>(
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

pub(crate) fn gone<T: Row>(tx: &Transaction<'_>, id: RowId) -> Error {
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

/// Writes a row which said this before; nothing if it is new. To the rules it is one that replaces the
/// row of this id, or none.
pub(crate) fn write<T: Row>(
    tx: &Transaction<'_>,
    of: (RowId, Version),
    replaces: Option<RowId>,
    before: Option<&T>,
    value: &T,
) -> Result<(), Error> {
    let mut statement = tx.prepare_cached(before.map_or(T::INSERT, |_| T::UPDATE))?;
    write_by(tx, &mut statement, of, replaces, before, value)
}

/// As [`write`], by [`Row::INSERT`] or [`Row::UPDATE`], prepared.
pub(crate) fn write_by<T: Row>(
    tx: &Transaction<'_>,
    statement: &mut CachedStatement<'_>,
    (id, version): (RowId, Version),
    replaces: Option<RowId>,
    before: Option<&T>,
    value: &T,
) -> Result<(), Error> {
    let written = value.write(statement, id, version);
    match written.and_then(|_| value.write_rest(tx, id, before)) {
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
