//! Taking a batch back, as a batch: line by line, however many there are.

use routing::{ManagedDomain, Own, Route};
use rusqlite::Transaction;

use super::{
    NoUndo, Undone,
    batch::{self, BatchKind, Header, Line, State},
    no_undo::because,
    plan::Logged,
    undo::refusal,
};
use crate::{Error, ObjectKind, QueuedMail, RowId, author::Author, bulk::Bulk, row::Row};

/// Takes a batch back. Every row must be as the batch left it.
pub(super) fn undo(
    tx: &Transaction<'_>,
    by: &Author,
    own: &Own,
    header: &Header,
) -> Result<Undone, Error> {
    match header.change.kind {
        ObjectKind::ManagedDomain => undo_list::<ManagedDomain>(tx, by, own, header),
        _ => undo_list::<Route>(tx, by, own, header),
    }
}

/// Whether every row is as the batch left it, without taking anything back; returns how many there are.
pub(super) fn check(tx: &Transaction<'_>, own: &Own, header: &Header) -> Result<u64, Error> {
    match header.change.kind {
        ObjectKind::ManagedDomain => check_list::<ManagedDomain>(tx, own, header),
        _ => check_list::<Route>(tx, own, header),
    }
}

fn undo_list<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    own: &Own,
    header: &Header,
) -> Result<Undone, Error> {
    let objects = check_list::<T>(tx, own, header)?;
    by.takes_back(Some(header.change.id));
    by.begin_batch(tx, BatchKind::Undo, T::KIND)?;
    let mut bulk = Bulk::<T>::begin(tx, by, objects)?;
    each_row::<T>(tx, header, |row| match (&row.left, &row.want) {
        (Some(now), None) => bulk.remove(row.logged.object, now),
        _ => Ok(()),
    })?;
    each_row::<T>(tx, header, |row| {
        let Some(want) = &row.want else { return Ok(()) };
        let id = row.logged.object;
        let put = match &row.left {
            None => bulk.bring_back(id, want),
            Some(now) => bulk.change(id, now, want),
        };
        put.map_err(because)
    })?;
    bulk.finish(QueuedMail::default()).map_err(because)?;
    by.end_batch(tx, &header.change.name)?;
    by.takes_back(None);
    Ok(Undone {
        act: by.done(tx)?,
        objects,
        password_stays: false,
    })
}

fn check_list<T: Row>(tx: &Transaction<'_>, own: &Own, header: &Header) -> Result<u64, Error> {
    let mut objects = 0;
    each_row::<T>(tx, header, |row| {
        objects += 1;
        if row.logged.now::<T>(tx)? != row.left {
            return Err(refusal(tx, &row.logged));
        }
        let mut hosts = row.want.iter().flat_map(T::hosts);
        let allowed = hosts.try_for_each(|host| own.check(host));
        allowed.map_err(|error| because(error.into()))
    })?;
    if objects == 0 {
        return Err(NoUndo::Nothing.into());
    }
    Ok(objects)
}

/// A row as the batch left it, and as it is to be again.
struct Told<T> {
    logged: Logged,
    left: Option<T>,
    want: Option<T>,
}

fn each_row<T: Row>(
    tx: &Transaction<'_>,
    header: &Header,
    mut found: impl FnMut(Told<T>) -> Result<(), Error>,
) -> Result<(), Error> {
    batch::each(tx, header, |line| {
        // Held mail follows from the rows.
        if line.kind != T::KIND {
            return Ok(());
        }
        let name = line.name()?;
        let Line { before, after, .. } = line;
        let logged = Logged {
            kind: T::KIND,
            object: line.object,
            entry: line.number,
            name,
            before: None,
            after: None,
        };
        let of = |state: Option<State>| match state.map(T::of_state) {
            Some(None) => Err(Error::Corrupt {
                table: "batch_lines",
                id: Some(RowId(line.number)),
                detail: "a line tells of another list".to_owned(),
            }),
            of_it => Ok(of_it.flatten()),
        };
        found(Told {
            logged,
            left: of(after)?,
            want: of(before)?,
        })
    })
}
