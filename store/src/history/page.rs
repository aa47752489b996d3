//! Pages of the history, newest first.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, params_from_iter, types::Value};

use super::HistoryFilter;
use crate::{Change, Error, PageSize, Store, change};

/// Where in the history a page lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryPosition {
    /// It begins with the newest entry.
    #[default]
    Newest,
    /// It begins with the entry before this one.
    Before(i64),
    /// It ends with the entry after this one.
    After(i64),
}

/// What page of the history is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Which entries.
    pub filter: HistoryFilter,
    /// Where.
    pub position: HistoryPosition,
    /// How many at most.
    pub size: PageSize,
}

/// A page of the history, all of it as of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryPage {
    /// The entries, newest first. Where the page goes on is [`HistoryPosition::Before`] the last one.
    pub entries: Vec<Change>,
    /// Those of them that have been taken back, and the act that did it.
    pub undone: BTreeMap<i64, i64>,
    /// Whether there are newer ones that are asked for.
    pub has_newer: bool,
    /// Whether there are older ones that are asked for.
    pub has_older: bool,
}

impl Store {
    /// A page of the history. The hundredth costs what the first one does.
    pub async fn history(&self, query: HistoryQuery) -> Result<HistoryPage, Error> {
        self.read(move |tx| page(tx, &query)).await
    }
}

fn page(tx: &Transaction<'_>, query: &HistoryQuery) -> Result<HistoryPage, Error> {
    let (filter, size) = (&query.filter, query.size.get());
    let mut entries = match query.position {
        HistoryPosition::Newest => older(tx, filter, None, size)?,
        HistoryPosition::Before(id) => older(tx, filter, Some(id), size)?,
        HistoryPosition::After(id) => newer(tx, filter, id, size)?,
    };
    if entries.is_empty() && query.position != HistoryPosition::Newest {
        // Beyond the last page in either direction.
        entries = older(tx, filter, None, size)?;
    }
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Ok(HistoryPage::default());
    };
    Ok(HistoryPage {
        has_newer: !newer(tx, filter, first.id, 1)?.is_empty(),
        has_older: !older(tx, filter, Some(last.id), 1)?.is_empty(),
        undone: undone(tx, &entries)?,
        entries,
    })
}

fn older(
    tx: &Transaction<'_>,
    filter: &HistoryFilter,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Change>, Error> {
    let Some(mut conditions) = filter.conditions(tx)? else {
        return Ok(Vec::new());
    };
    if let Some(before) = before {
        conditions.add("id < ?", [Value::Integer(before)]);
    }
    let (sql, values) = conditions.select("DESC", limit);
    change::all(tx, &sql, params_from_iter(values))
}

/// The ones nearest after it, newest first.
fn newer(
    tx: &Transaction<'_>,
    filter: &HistoryFilter,
    after: i64,
    limit: usize,
) -> Result<Vec<Change>, Error> {
    let Some(mut conditions) = filter.conditions(tx)? else {
        return Ok(Vec::new());
    };
    conditions.add("id > ?", [Value::Integer(after)]);
    let (sql, values) = conditions.select("ASC", limit);
    let mut entries = change::all(tx, &sql, params_from_iter(values))?;
    entries.reverse();
    Ok(entries)
}

/// Which of these have been taken back, and by which act.
pub(super) fn undone(
    tx: &Transaction<'_>,
    entries: &[Change],
) -> Result<BTreeMap<i64, i64>, Error> {
    let sql = "SELECT act FROM changes WHERE undoes = ? ORDER BY id DESC LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut undone = BTreeMap::new();
    for entry in entries {
        let by = statement.query_row([entry.id], |row| row.get(0));
        if let Some(by) = by.optional()? {
            undone.insert(entry.id, by);
        }
    }
    Ok(undone)
}
