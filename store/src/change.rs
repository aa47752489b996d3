//! The log: one entry for every row that was ever changed.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{By, Error, RowId, Store, Timestamp, Version};

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
}

impl ObjectKind {
    const ALL: [Self; 8] = [
        Self::Route,
        Self::ManagedDomain,
        Self::DefaultRouting,
        Self::SmartHost,
        Self::Tombstone,
        Self::User,
        Self::Settings,
        Self::SignIn,
    ];

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
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
    /// What was changed.
    pub kind: ObjectKind,
    /// The row that was changed; 0 for the default domain routing.
    pub object_id: RowId,
    /// The row before, as it serialises; nothing if it was added.
    pub before: Option<Value>,
    /// The row after; nothing if it was deleted.
    pub after: Option<Value>,
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
        let sql = "SELECT id, at, actor, kind, object_id, before, after FROM changes
                   WHERE id > :after ORDER BY id LIMIT :limit";
        self.read(move |tx| {
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query(named_params! {":after": after, ":limit": limit})?;
            let mut changes = Vec::new();
            while let Some(row) = rows.next()? {
                changes.push(read(row)?);
            }
            Ok(changes)
        })
        .await
    }
}

impl Store {
    /// When these changes were made. Those that are not in the log any more are left out.
    pub async fn changed_at(
        &self,
        versions: &[Version],
    ) -> Result<BTreeMap<Version, Timestamp>, Error> {
        let versions = versions.to_owned();
        self.read(move |tx| {
            let mut statement = tx.prepare_cached("SELECT at FROM changes WHERE id = ?")?;
            let mut all = BTreeMap::new();
            for version in versions {
                let at = statement.query_row([version.0], |row| row.get(0));
                if let Some(at) = at.optional()? {
                    all.insert(version, Timestamp(at));
                }
            }
            Ok(all)
        })
        .await
    }
}

/// The change that last wrote a row, or deleted it.
pub(crate) fn last_of(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    id: RowId,
) -> Result<Option<Change>, Error> {
    let sql = "SELECT id, at, actor, kind, object_id, before, after FROM changes
               WHERE object_id = :id AND kind = :kind ORDER BY id DESC LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(named_params! {":id": id.0, ":kind": kind.as_str()})?;
    rows.next()?.map(read).transpose()
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
    let sql = "SELECT id, at, actor, kind, object_id, before, after FROM changes
               WHERE object_id = :id AND kind = :kind AND id > :seen ORDER BY id LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let of = named_params! {":id": id.0, ":kind": kind.as_str(), ":seen": seen.0};
    let mut rows = statement.query(of)?;
    if let Some(first) = rows.next()?.map(read).transpose()? {
        last.before = first.before;
    }
    Ok(Some(last))
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
    /// JSON.
    pub(crate) before: Option<&'a str>,
    /// JSON.
    pub(crate) after: Option<&'a str>,
}

/// Writes an entry.
pub(crate) fn append(tx: &Transaction<'_>, by: &By, entry: &Entry<'_>) -> Result<(), Error> {
    let sql = "INSERT INTO changes (id, at, actor, kind, object_id, before, after)
               VALUES (:id, :at, :actor, :kind, :object_id, :before, :after)";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":id": entry.version.0,
        ":at": by.at.0,
        ":actor": by.actor,
        ":kind": entry.kind.as_str(),
        ":object_id": entry.object.0,
        ":before": entry.before,
        ":after": entry.after,
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Change, Error> {
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
    let kind = text(3)?.unwrap_or_default();
    let known = ObjectKind::ALL
        .into_iter()
        .find(|known| known.as_str() == kind);
    Ok(Change {
        id,
        at: Timestamp(row.get(1)?),
        actor: text(2)?.unwrap_or_default(),
        kind: known.ok_or_else(|| corrupt(format!("\"{kind}\" is no kind of object")))?,
        object_id: RowId(row.get(4)?),
        before: json(5)?,
        after: json(6)?,
    })
}
