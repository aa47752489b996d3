//! Removed routes that still hold mail: which there are, and their end.

use routing::{Domain, Pattern, Scope};
use rusqlite::{OptionalExtension, Transaction, params_from_iter, types::Value};

use crate::{
    By, Error, PageSize, RowId, Store, Stored,
    author::Author,
    search,
    tombstone::{self, Tombstone},
};

/// Which removed routes to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldQuery {
    /// Any part of a domain, as in [`Query::search`](crate::Query::search).
    pub search: String,
    /// Those after this one; all from the first on, if there is none.
    pub after: Option<Pattern>,
    /// How many rows at most.
    pub size: PageSize,
}

/// Some removed routes, by domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPage {
    /// The rows.
    pub rows: Vec<Stored<Tombstone>>,
    /// How many the search finds.
    pub matching: u64,
    /// Whether it finds some after these.
    pub has_next: bool,
}

/// Which removed routes to release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// These; those that hold nothing any more are left out.
    Rows(Vec<RowId>),
    /// All.
    All,
}

/// What has been released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// What held the mail, as it was.
    pub rows: Vec<Stored<Tombstone>>,
    /// The act by which it was released; nothing if there was nothing to release.
    pub act: Option<i64>,
}

impl Store {
    /// Removed routes that still hold mail, by domain.
    pub async fn held(&self, query: HeldQuery) -> Result<HeldPage, Error> {
        self.read(move |tx| page(tx, &query)).await
    }

    /// Those of just this domain: one for its own name, one for its subdomains, or one for both.
    pub async fn held_of(&self, domain: &Domain) -> Result<Vec<Stored<Tombstone>>, Error> {
        let domain = domain.clone();
        self.read(move |tx| tombstone::of(tx, &domain)).await
    }

    /// Those of these names, by id; those that hold nothing any more are left out.
    pub async fn held_rows(&self, ids: &[RowId]) -> Result<Vec<Stored<Tombstone>>, Error> {
        let ids = ids.to_owned();
        self.read(move |tx| these(tx, ids)).await
    }

    /// Stops holding mail and returns what is released by it. The mail goes where the other rules
    /// send it, at Postfix's next attempt.
    pub async fn release(&self, by: &By, release: Release) -> Result<Released, Error> {
        self.write_by(by, move |tx, by| {
            let rows = match release {
                Release::All => tombstone::all(tx, "ORDER BY domain, scope", [])?,
                Release::Rows(ids) => these(tx, ids)?,
            };
            let rows = remove(tx, by, rows)?;
            let act = by.done(tx)?;
            Ok(Released { rows, act })
        })
        .await
    }

    /// Releases those whose time has come at the moment of the change, and returns them.
    pub async fn release_expired(&self, by: &By) -> Result<Vec<Stored<Tombstone>>, Error> {
        let at = by.at.0;
        let condition = "WHERE until <= ? ORDER BY domain, scope";
        // Looked for first without the lock of a writer, since mostly there are none.
        let due = "SELECT 1 FROM tombstones WHERE until <= ? LIMIT 1";
        let due = self.read(move |tx| {
            let due = tx.prepare_cached(due)?.query_row([at], |_| Ok(()));
            Ok(due.optional()?.is_some())
        });
        if !due.await? {
            return Ok(Vec::new());
        }
        self.write_by(by, move |tx, by| {
            let rows = tombstone::all(tx, condition, [at])?;
            remove(tx, by, rows)
        })
        .await
    }
}

fn these(tx: &Transaction<'_>, mut ids: Vec<RowId>) -> Result<Vec<Stored<Tombstone>>, Error> {
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(tombstone::all(tx, "WHERE id = ?", [id.0])?);
    }
    Ok(rows)
}

fn remove(
    tx: &Transaction<'_>,
    by: &Author,
    rows: Vec<Stored<Tombstone>>,
) -> Result<Vec<Stored<Tombstone>>, Error> {
    for row in &rows {
        tombstone::remove(tx, by, row)?;
    }
    Ok(rows)
}

fn page(tx: &Transaction<'_>, query: &HeldQuery) -> Result<HeldPage, Error> {
    let search = search::given(&query.search);
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    if let Some(search) = search {
        // As it is shown: with a dot before it if it stands for subdomains only.
        conditions.push("found(?, iif(scope = 'subdomains', '.' || domain, domain), '', '')");
        values.push(Value::Text(search.to_owned()));
    }
    let matching = count(tx, &conditions, &values)?;
    if let Some(Pattern { domain, scope }) = &query.after {
        conditions.push("(domain, scope) > (?, ?)");
        let key: [&str; 2] = [domain.as_str(), Scope::as_str(*scope)];
        values.extend(key.map(|text| Value::Text(text.to_owned())));
    }
    let size = query.size.get();
    // One more, to see whether there is one.
    values.push(Value::Integer(i64::try_from(size).unwrap_or(0) + 1));
    let condition = format!("{} ORDER BY domain, scope LIMIT ?", filter(&conditions));
    let mut rows = tombstone::all(tx, &condition, params_from_iter(values))?;
    let has_next = rows.len() > size;
    rows.truncate(size);
    Ok(HeldPage {
        rows,
        matching,
        has_next,
    })
}

fn count(tx: &Transaction<'_>, conditions: &[&str], values: &[Value]) -> Result<u64, Error> {
    let sql = if conditions.is_empty() {
        "SELECT total FROM totals WHERE list = 'tombstones'".to_owned()
    } else {
        format!("SELECT count(*) FROM tombstones {}", filter(conditions))
    };
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
}

fn filter(conditions: &[&str]) -> String {
    if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    }
}
