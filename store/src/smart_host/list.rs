//! The list of smart hosts, page by page, and the routes that use one of them.

use routing::{Host, NextHop, Pattern, Port, Route};
use rusqlite::{Transaction, params, params_from_iter, types::Value};

use super::{StoredSmartHost, row};
use crate::{
    Error, PageSize, Stored, Version, change,
    key::SealingKey,
    row::{self as rows, Row},
    search,
};

/// Where in the list of smart hosts a page lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SmartHostPosition {
    /// It begins with the first one.
    #[default]
    First,
    /// It ends with the last one.
    Last,
    /// It begins with the one after this one.
    After(NextHop),
    /// It ends with the one before this one.
    Before(NextHop),
}

/// What the list of smart hosts is asked for. Its order is by host, as text, and port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmartHostQuery {
    /// Any part of host or comment, in any case; nothing finds all.
    pub search: String,
    /// How many at most.
    pub size: PageSize,
    /// Where.
    pub position: SmartHostPosition,
}

/// One page of the list of smart hosts, all of it as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmartHostPage {
    /// The smart hosts, in order. Where the page goes on is [`SmartHostPosition::After`] the last.
    pub rows: Vec<StoredSmartHost>,
    /// How many the search finds.
    pub matching: u64,
    /// How many there are.
    pub total: u64,
    /// Whether the search finds some before these.
    pub has_previous: bool,
    /// Whether the search finds some after these.
    pub has_next: bool,
    /// The last change to anything in the store.
    pub latest: Version,
}

/// All next hops that routes use or that have settings, and what is noted about them. The table of
/// those in use holds as many rows as there are smart hosts, however many routes there are.
const ALL: &str = "(SELECT host, port, ifnull(comment, '') AS comment FROM
                        (SELECT host, port FROM next_hops_used UNION SELECT host, port FROM smart_hosts)
                    LEFT JOIN smart_hosts USING (host, port))";

const FOUND: &str = "found(?, '', host, comment)";

pub(super) fn page(
    tx: &Transaction<'_>,
    key: &SealingKey,
    query: &SmartHostQuery,
) -> Result<SmartHostPage, Error> {
    let search = search::given(&query.search);
    let count = |search| count(tx, search);
    let size = query.size.get();
    let found =
        |forwards, beyond: Option<&NextHop>, limit| next_hops(tx, search, forwards, beyond, limit);
    let hops = match &query.position {
        SmartHostPosition::First => found(true, None, size)?,
        SmartHostPosition::Last => found(false, None, size)?,
        SmartHostPosition::After(hop) => match found(true, Some(hop), size)? {
            hops if hops.is_empty() => found(false, None, size)?,
            hops => hops,
        },
        SmartHostPosition::Before(hop) => match found(false, Some(hop), size)? {
            hops if hops.is_empty() => found(true, None, size)?,
            hops => hops,
        },
    };
    let goes_on = |forwards, edge: Option<&NextHop>| match edge {
        Some(edge) => Ok::<_, Error>(!found(forwards, Some(edge), 1)?.is_empty()),
        None => Ok(false),
    };
    let rows = hops.iter().map(|hop| row::shown(tx, key, hop));
    Ok(SmartHostPage {
        rows: rows.collect::<Result<_, _>>()?,
        matching: count(search)?,
        total: count(None)?,
        has_previous: goes_on(false, hops.first())?,
        has_next: goes_on(true, hops.last())?,
        latest: change::latest(tx)?,
    })
}

fn count(tx: &Transaction<'_>, search: Option<&str>) -> Result<u64, Error> {
    let filter = search.map_or(String::new(), |_| format!("WHERE {FOUND}"));
    let sql = format!("SELECT count(*) FROM {ALL} {filter}");
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(search), |row| row.get(0))?)
}

/// At most so many, in the order of the list whichever way they are read.
fn next_hops(
    tx: &Transaction<'_>,
    search: Option<&str>,
    forwards: bool,
    beyond: Option<&NextHop>,
    limit: usize,
) -> Result<Vec<NextHop>, Error> {
    let (operator, way) = if forwards {
        (">", "ASC")
    } else {
        ("<", "DESC")
    };
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    if let Some(hop) = beyond {
        conditions.push(format!("(host, port) {operator} (?, ?)"));
        values.push(Value::Text(hop.host.to_string()));
        values.push(Value::Integer(hop.port.get().into()));
    }
    if let Some(search) = search {
        conditions.push(FOUND.to_owned());
        values.push(Value::Text(search.to_owned()));
    }
    values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    };
    let sql =
        format!("SELECT host, port FROM {ALL} {filter} ORDER BY host {way}, port {way} LIMIT ?");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut hops = Vec::new();
    while let Some(row) = found.next()? {
        hops.push(next_hop(row)?);
    }
    if !forwards {
        hops.reverse();
    }
    Ok(hops)
}

fn next_hop(row: &rusqlite::Row<'_>) -> Result<NextHop, Error> {
    let (host, port): (String, u16) = (row.get(0)?, row.get(1)?);
    let corrupt = |detail: String| Error::Corrupt {
        table: "next_hops_used",
        id: None,
        detail,
    };
    Ok(NextHop {
        host: Host::parse(&host).map_err(|error| corrupt(error.to_string()))?,
        port: Port::try_from(port).map_err(|error| corrupt(error.to_string()))?,
    })
}

/// The routes with this next hop as their first one, and those with it further down their lists, are
/// found by an index each; no route is both.
pub(super) fn routes(
    tx: &Transaction<'_>,
    next_hop: &NextHop,
    after: Option<&Pattern>,
    limit: u32,
) -> Result<Vec<Stored<Route>>, Error> {
    let beyond = "AND (domain, scope) > (?3, ?4)";
    let columns = Route::COLUMNS;
    let sql = format!(
        "SELECT * FROM (
             SELECT {columns} FROM routes WHERE host = ?1 AND port = ?2 {beyond}
             UNION ALL
             SELECT {columns} FROM routes
             WHERE id IN (SELECT route FROM further_hosts WHERE host = ?1 AND port = ?2) {beyond}
         ) ORDER BY domain, scope LIMIT ?5"
    );
    // No domain sorts before the empty text.
    let (domain, scope) = after.map_or(("", ""), |pattern| {
        (pattern.domain.as_str(), pattern.scope.as_str())
    });
    let host = next_hop.host.to_string();
    let of = params![host, next_hop.port.get(), domain, scope, limit];
    rows::all(tx, &sql, of)
}
