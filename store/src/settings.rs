//! What holds for everybody who signs in.

use rusqlite::{Transaction, params};
use serde_json::{Value, json};

use crate::{
    By, Error, ObjectKind, RowId, Store,
    author::Author,
    change::{self, Entry},
};

/// The one row.
const ID: RowId = RowId(0);

impl Store {
    /// Whether everybody must have a second factor.
    pub async fn second_factor_required(&self) -> Result<bool, Error> {
        self.read(second_factor_required).await
    }

    /// Says whether everybody must have a second factor. Those without one are to set it up when they
    /// next ask for anything. Returns the act; nothing if it was so already.
    pub async fn require_second_factor(
        &self,
        by: &By,
        required: bool,
    ) -> Result<Option<i64>, Error> {
        self.write_by(by, move |tx, by| {
            put_second_factor(tx, by, required)?;
            by.done(tx)
        })
        .await
    }
}

/// Says whether everybody must have a second factor.
pub(crate) fn put_second_factor(
    tx: &Transaction<'_>,
    by: &Author,
    required: bool,
) -> Result<(), Error> {
    let now = second_factor_required(tx)?;
    if now == required {
        return Ok(());
    }
    let said = |required: bool| json!({ "second_factor_required": required });
    record(tx, by, &said(now), &said(required))?;
    tx.execute("UPDATE settings SET second_factor = ?", params![required])?;
    Ok(())
}

pub(crate) fn second_factor_required(tx: &Transaction<'_>) -> Result<bool, Error> {
    let sql = "SELECT second_factor FROM settings";
    Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Records a change of the settings.
pub(crate) fn record(
    tx: &Transaction<'_>,
    by: &Author,
    before: &Value,
    after: &Value,
) -> Result<(), Error> {
    let version = change::next(tx)?;
    let (before, after) = (before.to_string(), after.to_string());
    let entry = Entry {
        version,
        kind: ObjectKind::Settings,
        object: ID,
        name: ObjectKind::Settings.label(),
        before: Some(&before),
        after: Some(&after),
    };
    change::append(tx, by, &entry)?;
    tx.execute("UPDATE settings SET version = ?", params![version.0])?;
    Ok(())
}
