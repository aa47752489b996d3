//! What has changed since a version.

use std::collections::BTreeSet;

use routing::{ManagedDomain, Route};
use rusqlite::Transaction;

use super::{
    Event,
    fed::{self, Fed},
    given::Given,
};
use crate::{Error, ObjectKind, RowId, Tombstone, Version, default_routing, history};

/// From how many changes on everything is given instead: looking up single rows costs several times
/// what reading them in a line does, and all that has changed must be kept in mind meanwhile.
const MOST: i64 = 100_000;

/// The objects that have changed, each once, however often it was.
#[derive(Debug, Default)]
pub(super) struct Since {
    routes: BTreeSet<RowId>,
    managed_domains: BTreeSet<RowId>,
    tombstones: BTreeSet<RowId>,
    default_routing: bool,
}

impl Since {
    /// What has changed since a version, from the log; nothing if the log cannot tell, or has too
    /// much to tell.
    pub(super) fn read(
        tx: &Transaction<'_>,
        since: Version,
        latest: Version,
    ) -> Result<Option<Self>, Error> {
        match latest.0.checked_sub(since.0) {
            Some(0..=MOST) => {}
            _ => return Ok(None),
        }
        let sql = "SELECT id, kind, object_id FROM changes WHERE id > ? ORDER BY id";
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query([since.0])?;
        let mut changed = Self::default();
        let mut reached = since.0;
        while let Some(row) = rows.next()? {
            reached = reached.saturating_add(1);
            let id = row.get(0)?;
            if id != reached {
                // Numbers follow each other, but for those of the lines of a batch.
                let header = history::header_of(tx, id)?;
                let Some(header) = header.filter(|header| header.first == reached) else {
                    return Ok(None);
                };
                history::each(tx, &header, |line| {
                    changed.note(Some(line.kind.as_str().as_bytes()), line.object);
                    Ok(())
                })?;
                reached = id;
                continue;
            }
            changed.note(row.get_ref(1)?.as_bytes().ok(), RowId(row.get(2)?));
        }
        Ok((reached == latest.0).then_some(changed))
    }

    fn note(&mut self, kind: Option<&[u8]>, id: RowId) {
        let is = |known: ObjectKind| kind == Some(known.as_str().as_bytes());
        if is(ObjectKind::Route) {
            self.routes.insert(id);
        } else if is(ObjectKind::ManagedDomain) {
            self.managed_domains.insert(id);
        } else if is(ObjectKind::Tombstone) {
            self.tombstones.insert(id);
        } else if is(ObjectKind::DefaultRouting) {
            self.default_routing = true;
        }
        // Anything else has no say in where mail goes.
    }
}

/// Gives what has changed: first what is there, then what is gone.
pub(super) fn send(tx: &Transaction<'_>, changed: &Since, given: &mut Given) -> Result<(), Error> {
    if changed.default_routing {
        given.give(Event::DefaultRouting(default_routing::readable(tx)?))?;
    }
    let mut gone = send_there::<ManagedDomain>(tx, &changed.managed_domains, given)?;
    gone.extend(send_there::<Route>(tx, &changed.routes, given)?);
    gone.extend(send_there::<Tombstone>(tx, &changed.tombstones, given)?);
    gone.into_iter().try_for_each(|event| given.give(event))
}

/// Gives those rows that have a say, and returns the events for the others.
fn send_there<T: Fed>(
    tx: &Transaction<'_>,
    ids: &BTreeSet<RowId>,
    given: &mut Given,
) -> Result<Vec<Event>, Error> {
    let (columns, table, decides) = (T::COLUMNS, T::TABLE, T::DECIDES);
    let sql = format!("SELECT {columns} FROM {table} WHERE id = ? AND {decides}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut gone = Vec::new();
    for &id in ids {
        let mut rows = statement.query([id.0])?;
        let Some(row) = rows.next()? else {
            gone.push(T::gone(id));
            continue;
        };
        if let Some(event) = fed::event::<T>(row)? {
            given.give(event)?;
        }
    }
    Ok(gone)
}
