//! The log: one entry for every row that was ever changed.

use std::collections::BTreeMap;

use routing::NextHop;
use rusqlite::{OptionalExtension, Params, Row, Transaction, named_params, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    By, Error, Hash, RowId, Store, Timestamp, Version,
    author::Author,
    default_routing,
    history::{self, Fields, StateRef},
};

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A smart host route.
    Route,
    /// A managed domain.
    ManagedDomain,
    /// The default domain routing.
    DefaultRouting,
    /// The settings of a smart host.
    SmartHost,
    /// A removed route that holds queued mail.
    Tombstone,
    /// Somebody who may sign in. An entry never holds a hash, a seed or a token.
    User,
    /// What holds for everybody who signs in.
    Settings,
    /// Somebody signed in.
    SignIn,
    /// The history itself, of which old entries were removed.
    History,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Route,
        Self::ManagedDomain,
        Self::DefaultRouting,
        Self::SmartHost,
        Self::Tombstone,
        Self::User,
        Self::Settings,
        Self::SignIn,
        Self::History,
    ];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// Its name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::ManagedDomain => "managed_domain",
            Self::DefaultRouting => "default_routing",
            Self::SmartHost => "smart_host",
            Self::Tombstone => "tombstone",
            Self::User => "user",
            Self::Settings => "settings",
            Self::SignIn => "sign_in",
            Self::History => "history",
        }
    }
}

/// What was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// There was nothing before.
    Added,
    /// There was something before and after.
    Edited,
    /// There is nothing after.
    Deleted,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its number; it is the [`Version`] that the change led to.
    pub id: i64,
    /// The number of the first change that was made together with this one, all or none: together
    /// they are one act.
    pub act: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
    /// From where: the address of the browser, or [`By::HERE`].
    pub origin: String,
    /// The change that this one takes back.
    pub undoes: Option<i64>,
    /// What was changed.
    pub kind: ObjectKind,
    /// The row that was changed; 0 for the default domain routing, and for an entry that stands for
    /// many rows ([`Change::batch`]).
    pub object_id: RowId,
    /// What people call it.
    pub name: String,
    /// The row before, as it serialises; nothing if it was added.
    pub before: Option<Value>,
    /// The row after; nothing if it was deleted.
    pub after: Option<Value>,
    /// The hash over this change and all before it.
    pub hash: Hash,
}

impl Change {
    /// What was done.
    #[must_use]
    pub const fn action(&self) -> Action {
        match (&self.before, &self.after) {
            (None, _) => Action::Added,
            (Some(_), Some(_)) => Action::Edited,
            (Some(_), None) => Action::Deleted,
        }
    }
}

impl Store {
    /// At most `limit` changes that were made after the change of this number, oldest first.
    pub async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, Error> {
        let condition = "WHERE id > ? ORDER BY id LIMIT ?";
        self.read(move |tx| all(tx, condition, params![after, limit]))
            .await
    }
}

/// When these changes were made, as far as the log knows.
pub(crate) fn times(
    tx: &Transaction<'_>,
    versions: &[Version],
) -> Result<BTreeMap<Version, Timestamp>, Error> {
    let mut all = BTreeMap::new();
    for &version in versions {
        if let Some(at) = history::at_of(tx, version.0)? {
            all.insert(version, at);
        }
    }
    Ok(all)
}

/// The columns that [`read`] reads.
pub(crate) const COLUMNS: &str =
    "id, act, at, actor, origin, undoes, kind, object_id, name, before, after, hash";

/// The changes that a condition and what follows it (`WHERE …`) select.
pub(crate) fn all(
    tx: &Transaction<'_>,
    condition: &str,
    params: impl Params,
) -> Result<Vec<Change>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM changes {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(read(row)?);
    }
    Ok(changes)
}

/// The change that last wrote a row, or deleted it.
pub(crate) fn last_of(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    id: RowId,
) -> Result<Option<Change>, Error> {
    let condition = "WHERE kind = ? AND object_id = ? ORDER BY id DESC LIMIT 1";
    let entry = all(tx, condition, params![kind.as_str(), id.0])?.pop();
    match history::last_of(tx, kind, id)? {
        Some(line) if entry.as_ref().is_none_or(|entry| entry.id < line) => history::line(tx, line),
        _ => Ok(entry),
    }
}

/// The first change of a row after this one.
fn first_since(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    id: RowId,
    seen: Version,
) -> Result<Option<Change>, Error> {
    let condition = "WHERE kind = ? AND object_id = ? AND id > ? ORDER BY id LIMIT 1";
    let entry = all(tx, condition, params![kind.as_str(), id.0, seen.0])?.pop();
    match history::first_since(tx, kind, id, seen.0)? {
        Some(line) if entry.as_ref().is_none_or(|entry| line < entry.id) => history::line(tx, line),
        _ => Ok(entry),
    }
}

/// What became of a row since this version: its last change, but with `before` as it was then, so
/// that the two together show everything that has changed.
pub(crate) fn since(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    id: RowId,
    seen: Version,
) -> Result<Option<Change>, Error> {
    let Some(mut last) = last_of(tx, kind, id)? else {
        return Ok(None);
    };
    if let Some(first) = first_since(tx, kind, id, seen)? {
        last.before = first.before;
    }
    Ok(Some(last))
}

/// As [`since`], for a row that is there in a version that was not seen. If that change is not in the
/// log any more, it is told without saying who and what.
pub(crate) fn unseen(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    id: RowId,
    seen: Version,
    now: &impl Serialize,
) -> Result<Option<Change>, Error> {
    if let Some(change) = since(tx, kind, id, seen)? {
        return Ok(Some(change));
    }
    let start = history::start(tx)?;
    if start.removed < seen.0 {
        return Ok(None);
    }
    let now = serde_json::to_value(now)?;
    Ok(Some(Change {
        id: start.removed,
        act: start.removed,
        at: Timestamp(start.at),
        actor: By::LOCAL.to_owned(),
        origin: By::HERE.to_owned(),
        undoes: None,
        kind,
        object_id: id,
        name: name_of(kind, &now),
        before: Some(now.clone()),
        after: Some(now),
        hash: start.hash,
    }))
}

/// The number of the last change; 0 if there was none.
///
/// Taken from the counter, not from the entries, which may have been removed for their age.
pub(crate) fn latest(tx: &Transaction<'_>) -> Result<Version, Error> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'changes'";
    let latest = tx.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok(Version(latest.optional()?.unwrap_or(0)))
}

/// The number that the next change will have.
pub(crate) fn next(tx: &Transaction<'_>) -> Result<Version, Error> {
    latest(tx).map(|latest| Version(latest.0.saturating_add(1)))
}

/// What an entry is to say, apart from who and when.
pub(crate) struct Entry<'a> {
    /// The number of the entry: [`next`].
    pub(crate) version: Version,
    pub(crate) kind: ObjectKind,
    pub(crate) object: RowId,
    /// What people call the object.
    pub(crate) name: &'a str,
    /// JSON.
    pub(crate) before: Option<&'a str>,
    /// JSON.
    pub(crate) after: Option<&'a str>,
}

/// Writes an entry, as the next of the chain; or, while a batch is written, as its next line.
pub(crate) fn append(tx: &Transaction<'_>, by: &Author, entry: &Entry<'_>) -> Result<(), Error> {
    let states = [entry.before, entry.after].map(|state| state.map(StateRef::Json));
    let of = (entry.kind, entry.object);
    if by.adds_line(tx, of, entry.name, states)? {
        return Ok(());
    }
    let hash = Fields {
        id: entry.version.0,
        act: by.act().0,
        at: by.at.0,
        actor: by.actor.as_bytes(),
        origin: by.origin.as_bytes(),
        undoes: by.undoes(),
        kind: entry.kind.as_str().as_bytes(),
        object: entry.object.0,
        name: entry.name.as_bytes(),
        before: entry.before.map(str::as_bytes),
        after: entry.after.map(str::as_bytes),
    }
    .hash(by.head());
    let sql =
        "INSERT INTO changes (id, act, at, actor, origin, undoes, kind, object_id, name, before,
                   after, hash)
               VALUES (:id, :act, :at, :actor, :origin, :undoes, :kind, :object_id, :name, :before,
                   :after, :hash)";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":id": entry.version.0,
        ":act": by.act().0,
        ":at": by.at.0,
        ":actor": by.actor,
        ":origin": by.origin,
        ":undoes": by.undoes(),
        ":kind": entry.kind.as_str(),
        ":object_id": entry.object.0,
        ":name": entry.name,
        ":before": entry.before,
        ":after": entry.after,
        ":hash": hash.0,
    })?;
    by.moves_head(hash);
    Ok(())
}

/// What people call an object, from its state in the log.
pub(crate) fn name_of(kind: ObjectKind, state: &Value) -> String {
    let domain = || state.get("domain").and_then(Value::as_str).unwrap_or("");
    let below = || state.get("scope").and_then(Value::as_str) == Some("subdomains");
    match kind {
        ObjectKind::Route | ObjectKind::Tombstone if below() => format!(".{}", domain()),
        ObjectKind::Route | ObjectKind::Tombstone | ObjectKind::ManagedDomain => {
            domain().to_owned()
        }
        ObjectKind::DefaultRouting => default_routing::NAME.to_owned(),
        ObjectKind::SmartHost => {
            NextHop::deserialize(state).map_or_else(|_| String::new(), |hop| hop.to_string())
        }
        ObjectKind::User | ObjectKind::SignIn => {
            let name = state.get("name").or_else(|| state.get("user"));
            name.and_then(Value::as_str).unwrap_or("").to_owned()
        }
        ObjectKind::Settings | ObjectKind::History => kind.label().to_owned(),
    }
}

/// Reads a row of [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Change, Error> {
    let id = row.get(0)?;
    let corrupt = |detail: String| Error::Corrupt {
        table: "changes",
        id: Some(RowId(id)),
        detail,
    };
    let text = |column| {
        let text = row.get::<_, Option<String>>(column);
        text.map_err(|error| corrupt(error.to_string()))
    };
    let json = |column| {
        let value = text(column)?.map(|text| serde_json::from_str(&text));
        value
            .transpose()
            .map_err(|error| corrupt(error.to_string()))
    };
    let kind = text(6)?.unwrap_or_default();
    let known = ObjectKind::named(&kind);
    Ok(Change {
        id,
        act: row.get(1)?,
        at: Timestamp(row.get(2)?),
        actor: text(3)?.unwrap_or_default(),
        origin: text(4)?.unwrap_or_default(),
        undoes: row.get(5)?,
        kind: known.ok_or_else(|| corrupt(format!("\"{kind}\" is no kind of object")))?,
        object_id: RowId(row.get(7)?),
        name: text(8)?.unwrap_or_default(),
        before: json(9)?,
        after: json(10)?,
        hash: Hash(row.get(11).map_err(|error| corrupt(error.to_string()))?),
    })
}
