//! Removed routes, while mail may still be queued for them.

use std::time::Duration;

use routing::{Domain, Pattern, Scope};
use rusqlite::{OptionalExtension, Params, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::{
    Error, ObjectKind, RowId, Stored, Timestamp, Version,
    author::Author,
    change::{self, Entry},
    row::Columns,
};

pub(crate) const TABLE: &str = "tombstones";
pub(crate) const COLUMNS: &str = "id, version, domain, scope, route, removed_at, removed_by, until";

/// Names for which a route was removed while mail may still be queued for it.
///
/// Postfix asks again where queued mail goes. Without the route it would be delivered by MX, past
/// the smart host; so where no other rule applies, mail for these names waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The names.
    #[serde(flatten)]
    pub pattern: Pattern,
    /// The route that was removed, or moved to other names. The log has what it said.
    pub route: RowId,
    /// When that was.
    pub removed_at: Timestamp,
    /// Who did it.
    pub removed_by: String,
    /// When mail stops waiting by itself.
    pub until: Timestamp,
}

/// What becomes of mail that may still be queued for a route that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuedMail {
    /// It waits for so long, unless it is released or there is a route again.
    Hold(Duration),
    /// It goes wherever the other rules send it: by MX, if none applies.
    Release,
}

impl QueuedMail {
    /// As long as Postfix keeps mail that cannot be delivered, unless told otherwise
    /// (`maximal_queue_lifetime` in postconf(5)): five days.
    pub const DEFAULT_HOLD: Duration = Duration::from_hours(5 * 24);
}

/// [`QueuedMail::Hold`] for [`QueuedMail::DEFAULT_HOLD`].
impl Default for QueuedMail {
    fn default() -> Self {
        Self::Hold(Self::DEFAULT_HOLD)
    }
}

/// A row of a statement that selects [`COLUMNS`].
pub(crate) fn stored(row: &rusqlite::Row<'_>) -> Result<Stored<Tombstone>, Error> {
    let columns = Columns::new(row, TABLE);
    Ok(Stored {
        id: columns.id()?,
        version: Version(columns.number(1)?),
        value: Tombstone {
            pattern: pattern(&columns)?,
            route: RowId(columns.number(4)?),
            removed_at: Timestamp(columns.number(5)?),
            removed_by: columns.parse(6)?,
            until: Timestamp(columns.number(7)?),
        },
    })
}

/// The names, from a row of [`COLUMNS`], whatever else it says.
pub(crate) fn pattern(columns: &Columns<'_>) -> Result<Pattern, Error> {
    Ok(Pattern {
        domain: columns.parse(2)?,
        scope: columns.parse(3)?,
    })
}

/// Those that a condition and what follows it (`WHERE …`) select.
pub(crate) fn all(
    tx: &Transaction<'_>,
    condition: &str,
    params: impl Params,
) -> Result<Vec<Stored<Tombstone>>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLE} {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(stored(row)?);
    }
    Ok(all)
}

/// Those of this domain: two at most.
pub(crate) fn of(tx: &Transaction<'_>, domain: &Domain) -> Result<Vec<Stored<Tombstone>>, Error> {
    all(tx, "WHERE domain = ? ORDER BY scope", [domain.as_str()])
}

/// Refuses to go on if a name is held twice, or held while a route of its domain stands for it.
pub(crate) fn check_all(tx: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT held.id FROM tombstones AS held WHERE EXISTS (
                   SELECT 1 FROM (
                       SELECT scope FROM tombstones AS other
                       WHERE other.domain = held.domain AND other.id <> held.id
                       UNION ALL SELECT scope FROM routes
                       WHERE routes.domain = held.domain AND enabled) AS other
                   WHERE other.scope = held.scope OR 'both' IN (other.scope, held.scope)) LIMIT 1";
    let found: Option<i64> = tx.query_row(sql, [], |row| row.get(0)).optional()?;
    found.map_or(Ok(()), |id| {
        Err(Error::Corrupt {
            table: TABLE,
            id: Some(RowId(id)),
            detail: "a route or another tombstone of this domain stands for the same names"
                .to_owned(),
        })
    })
}

/// Leaves one for the names that a route stood for, except those it still stands for.
pub(crate) fn leave(
    tx: &Transaction<'_>,
    by: &Author,
    route: RowId,
    (before, after): (&Pattern, Option<&Pattern>),
    queued: QueuedMail,
) -> Result<(), Error> {
    let kept = after.filter(|after| after.domain == before.domain);
    let scope = match kept {
        Some(kept) => without(before.scope, kept.scope),
        None => Some(before.scope),
    };
    let (Some(scope), QueuedMail::Hold(time)) = (scope, queued) else {
        return Ok(());
    };
    let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let tombstone = Tombstone {
        pattern: Pattern {
            domain: before.domain.clone(),
            scope,
        },
        route,
        removed_at: by.at,
        removed_by: by.actor.clone(),
        until: Timestamp(by.at.0.saturating_add(time)),
    };
    if tombstone.until > tombstone.removed_at {
        // There is none, unless another program has put the route beside it.
        end(tx, by, &tombstone.pattern)?;
        let id = RowId(by.next(tx)?.0);
        insert(tx, by, id, &tombstone)?;
    }
    Ok(())
}

/// Ends those, or the parts of those, that hold names which have a rule of their own again.
pub(crate) fn end(tx: &Transaction<'_>, by: &Author, names: &Pattern) -> Result<(), Error> {
    for row in of(tx, &names.domain)? {
        let scope = row.value.pattern.scope;
        match without(scope, names.scope) {
            Some(left) if left == scope => {}
            Some(left) => shrink(tx, by, &row, left)?,
            None => remove(tx, by, &row)?,
        }
    }
    Ok(())
}

/// Takes one away.
pub(crate) fn remove(
    tx: &Transaction<'_>,
    by: &Author,
    row: &Stored<Tombstone>,
) -> Result<(), Error> {
    record(tx, by, row.id, Some(&row.value), None)?;
    tx.prepare_cached("DELETE FROM tombstones WHERE id = ?")?
        .execute([row.id.0])?;
    Ok(())
}

fn shrink(
    tx: &Transaction<'_>,
    by: &Author,
    row: &Stored<Tombstone>,
    scope: Scope,
) -> Result<(), Error> {
    let mut after = row.value.clone();
    after.pattern.scope = scope;
    let version = record(tx, by, row.id, Some(&row.value), Some(&after))?;
    tx.prepare_cached("UPDATE tombstones SET scope = ?, version = ? WHERE id = ?")?
        .execute(params![scope.as_str(), version.0, row.id.0])?;
    Ok(())
}

/// Adds one under this id. None may hold its names, and no route of the domain stand for them.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    by: &Author,
    id: RowId,
    tombstone: &Tombstone,
) -> Result<(), Error> {
    let version = record(tx, by, id, None, Some(tombstone))?;
    let sql = "INSERT INTO tombstones (id, version, domain, scope, route, removed_at, removed_by,
                   until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    tx.prepare_cached(sql)?.execute(params![
        id.0,
        version.0,
        tombstone.pattern.domain.as_str(),
        tombstone.pattern.scope.as_str(),
        tombstone.route.0,
        tombstone.removed_at.0,
        tombstone.removed_by,
        tombstone.until.0,
    ])?;
    Ok(())
}

fn record(
    tx: &Transaction<'_>,
    by: &Author,
    id: RowId,
    before: Option<&Tombstone>,
    after: Option<&Tombstone>,
) -> Result<Version, Error> {
    let name = after
        .or(before)
        .map(|tombstone| tombstone.pattern.to_string());
    let json = |value: Option<&Tombstone>| value.map(serde_json::to_string).transpose();
    let (before, after) = (json(before)?, json(after)?);
    let version = by.next(tx)?;
    let entry = Entry {
        version,
        kind: ObjectKind::Tombstone,
        object: id,
        name: name.as_deref().unwrap_or_default(),
        before: before.as_deref(),
        after: after.as_deref(),
    };
    change::append(tx, by, &entry)?;
    Ok(version)
}

/// What is left of a scope when another one is taken from it.
pub(crate) const fn without(scope: Scope, other: Scope) -> Option<Scope> {
    let domain = scope.covers_domain() && !other.covers_domain();
    let subdomains = scope.covers_subdomains() && !other.covers_subdomains();
    match (domain, subdomains) {
        (true, true) => Some(Scope::Both),
        (true, false) => Some(Scope::Domain),
        (false, true) => Some(Scope::Subdomains),
        (false, false) => None,
    }
}
