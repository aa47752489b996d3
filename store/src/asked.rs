//! How often Postfix has asked for a row.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use crate::{Error, RowId, Store, Timestamp};

/// How often Postfix has asked for a row, and when it last did.
///
/// Postfix asks several times for one message, and now and then without any, so this says whether a
/// row is in use rather than how much mail it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How often. Never 0.
    pub count: u64,
    /// The last time.
    pub last_at: Timestamp,
}

impl Store {
    /// Adds to the counts of these routes and managed domains, all in one transaction, and returns
    /// for how many. Rows that are gone are left out, and so are counts of 0.
    ///
    /// This is no change: it is not in the log, and no version comes of it.
    pub async fn add_asked(&self, asked: Vec<(RowId, Asked)>) -> Result<usize, Error> {
        if asked.is_empty() {
            return Ok(0);
        }
        self.write(move |tx| add(tx, &asked)).await
    }

    /// The counts of these rows, such as those of a page. Rows that were never asked for are left
    /// out.
    pub async fn asked(&self, ids: &[RowId]) -> Result<BTreeMap<RowId, Asked>, Error> {
        let ids = ids.to_owned();
        self.read(move |tx| read(tx, &ids)).await
    }
}

fn add(tx: &Transaction<'_>, asked: &[(RowId, Asked)]) -> Result<usize, Error> {
    // A sum that does not fit would become a floating-point number, which a STRICT table refuses.
    let sql = "INSERT INTO asked (id, count, last_at) SELECT ?1, ?2, ?3
               WHERE EXISTS (SELECT 1 FROM routes WHERE id = ?1)
                   OR EXISTS (SELECT 1 FROM managed_domains WHERE id = ?1)
               ON CONFLICT DO UPDATE SET
                   count = count + min(excluded.count, 9223372036854775807 - count),
                   last_at = max(last_at, excluded.last_at)";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = 0;
    for (id, asked) in asked.iter().filter(|(_, asked)| asked.count > 0) {
        let count = i64::try_from(asked.count).unwrap_or(i64::MAX);
        rows += statement.execute(params![id.0, count, asked.last_at.0])?;
    }
    Ok(rows)
}

pub(crate) fn read(tx: &Transaction<'_>, ids: &[RowId]) -> Result<BTreeMap<RowId, Asked>, Error> {
    let mut statement = tx.prepare_cached("SELECT count, last_at FROM asked WHERE id = ?")?;
    let mut all = BTreeMap::new();
    for &id in ids {
        let mut rows = statement.query([id.0])?;
        let Some(row) = rows.next()? else {
            continue;
        };
        let asked = row.get(0).and_then(|count| {
            let last_at = Timestamp(row.get(1)?);
            Ok(Asked { count, last_at })
        });
        all.insert(
            id,
            asked.map_err(|error| Error::Corrupt {
                table: "asked",
                id: Some(id),
                detail: error.to_string(),
            })?,
        );
    }
    Ok(all)
}
