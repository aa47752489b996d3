//! As it was at a moment: what is otherwise now.
//!
//! The first change of an object after the moment says what it was then, the last one what it is now.
//! So a look back costs what has been changed since, however much there is.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Moment, batch, plan::Logged, setup::Setup, spans};
use crate::{Action, Error, ObjectKind, PageSize, RowId, Store, Version, change};

/// One object of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// What it is.
    pub kind: ObjectKind,
    /// Its row; 0 for the default domain routing.
    pub id: RowId,
}

impl ObjectKey {
    /// Their order.
    fn rank(self) -> (&'static str, RowId) {
        (self.kind.as_str(), self.id)
    }
}

/// An object that is otherwise now than it was then.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Which one.
    #[serde(flatten)]
    pub key: ObjectKey,
    /// What people call it.
    pub name: String,
    /// What it was, as in [`Change::before`](crate::Change::before); nothing if it was not there.
    pub then: Option<Value>,
    /// What it is; nothing if it is not there.
    pub now: Option<Value>,
}

impl Difference {
    /// What has been done to it since.
    #[must_use]
    pub const fn action(&self) -> Action {
        match (&self.then, &self.now) {
            (None, _) => Action::Added,
            (Some(_), Some(_)) => Action::Edited,
            (Some(_), None) => Action::Deleted,
        }
    }
}

/// How many objects are otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Those that were added since.
    pub added: u64,
    /// Those that were changed since.
    pub changed: u64,
    /// Those that were removed since.
    pub removed: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.added + self.changed + self.removed
    }

    pub(super) fn count(&mut self, was_there: bool, is_there: bool) {
        match (was_there, is_there) {
            (false, _) => self.added += 1,
            (true, true) => self.changed += 1,
            (true, false) => self.removed += 1,
        }
    }
}

/// What part of the difference is asked for.
#[derive(Clone, Copy, Debug)]
pub struct DifferenceQuery {
    /// The moment to look back at.
    pub moment: Moment,
    /// Those after this one; all from the first on, if there is none.
    pub after: Option<ObjectKey>,
    /// How many at most.
    pub size: PageSize,
}

/// Part of the difference between a moment and now.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferencePage {
    /// The last change before the moment: [`Moment::After`] it is the very same moment.
    pub change: i64,
    /// The last change to anything; "now" is after it.
    pub latest: Version,
    /// How many objects are otherwise, in all.
    pub counts: Counts,
    /// Some of them.
    pub rows: Vec<Difference>,
    /// Whether there are more after these.
    pub has_next: bool,
}

impl Store {
    /// What of routes, managed domains, default domain routing and smart host settings is otherwise
    /// now than at an earlier moment. Of passwords nothing is said: no earlier one is kept.
    ///
    /// # Errors
    /// [`Error::NoSuchMoment`] if the history does not reach back so far.
    pub async fn difference(&self, query: DifferenceQuery) -> Result<DifferencePage, Error> {
        self.read(move |tx| page(tx, &query)).await
    }
}

fn page(tx: &Transaction<'_>, query: &DifferenceQuery) -> Result<DifferencePage, Error> {
    let change = query.moment.change(tx)?;
    let mut page = DifferencePage {
        change,
        latest: change::latest(tx)?,
        counts: Counts::default(),
        rows: Vec::new(),
        has_next: false,
    };
    each(tx, change, |key, logged| {
        page.counts
            .count(logged.before.is_some(), logged.after.is_some());
        if query.after.is_some_and(|after| key.rank() <= after.rank()) {
            return Ok(());
        }
        if page.rows.len() == query.size.get() {
            page.has_next = true;
            return Ok(());
        }
        let read = |state| logged.read(state, |state| serde_json::from_str(state));
        page.rows.push(Difference {
            key,
            then: read(logged.before.as_ref())?,
            now: read(logged.after.as_ref())?,
            name: logged.name,
        });
        Ok(())
    })?;
    Ok(page)
}

/// Every object that is otherwise than after this change: `before` is what it was, `after` what it is,
/// `entry` the last change to it. Kind by kind, and by id.
pub(super) fn each(
    tx: &Transaction<'_>,
    change: i64,
    mut found: impl FnMut(ObjectKey, Logged) -> Result<(), Error>,
) -> Result<(), Error> {
    for kind in [
        ObjectKind::DefaultRouting,
        ObjectKind::ManagedDomain,
        ObjectKind::Route,
    ] {
        spans::each(tx, kind, change, |span| {
            let logged = between(tx, kind, span.first, span.last)?;
            if is_same(&logged)? {
                return Ok(());
            }
            let id = logged.object;
            found(ObjectKey { kind, id }, logged)
        })?;
    }
    for logged in smart_hosts(tx, change)? {
        let (kind, id) = (logged.kind, logged.object);
        found(ObjectKey { kind, id }, logged)?;
    }
    Ok(())
}

/// Those of smart hosts. They are what their host and port are, so one that was deleted and set up
/// anew is one object.
fn smart_hosts(tx: &Transaction<'_>, change: i64) -> Result<Vec<Logged>, Error> {
    let kind = ObjectKind::SmartHost;
    let sql = "SELECT min(id), max(id) FROM changes WHERE kind = ? AND id > ? GROUP BY name";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params![kind.as_str(), change])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let logged = between(tx, kind, row.get(0)?, row.get(1)?)?;
        if logged.before.is_none() && logged.after.is_none() {
            continue;
        }
        let (next_hop, [then, now, _]) = logged.setups(tx)?;
        let [then, now] = [then, now].map(|setup| Setup::applying(setup.as_ref(), &next_hop));
        if !then.is_same(&now) {
            all.push(logged);
        }
    }
    all.sort_by_key(|logged| logged.object);
    Ok(all)
}

/// What an object was before the first of these changes, and what it is after the last.
fn between(tx: &Transaction<'_>, kind: ObjectKind, first: i64, last: i64) -> Result<Logged, Error> {
    let mut logged = entry(tx, kind, last)?;
    if first != last {
        logged.before = entry(tx, kind, first)?.before;
    }
    Ok(logged)
}

/// An entry, or a line that would be one.
fn entry(tx: &Transaction<'_>, kind: ObjectKind, number: i64) -> Result<Logged, Error> {
    let sql = "SELECT object_id, name, before, after FROM changes WHERE id = ?";
    let mut statement = tx.prepare_cached(sql)?;
    let logged = statement.query_row([number], |row| {
        Ok(Logged {
            kind,
            object: RowId(row.get(0)?),
            entry: number,
            name: row.get(1)?,
            before: row.get(2)?,
            after: row.get(3)?,
        })
    });
    if let Some(logged) = logged.optional()? {
        return Ok(logged);
    }
    let line = batch::logged(tx, number)?;
    line.ok_or_else(|| Error::Corrupt {
        table: "changes",
        id: Some(RowId(number)),
        detail: "the entry is missing".to_owned(),
    })
}

fn is_same(logged: &Logged) -> Result<bool, Error> {
    if logged.before == logged.after {
        return Ok(true);
    }
    let read = |state| logged.read(state, |state| serde_json::from_str::<Value>(state));
    Ok(read(logged.before.as_ref())? == read(logged.after.as_ref())?)
}
