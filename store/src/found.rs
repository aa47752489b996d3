//! All rows that a search finds, without pages.

use rusqlite::{Transaction, params_from_iter};

use crate::{Error, Version, row::Row};

/// How many rows there are, from the number that the schema keeps. For the eye: a foreign file may
/// hold a wrong one.
pub(crate) fn total<T: Row>(tx: &Transaction<'_>) -> Result<u64, Error> {
    total_of(tx, T::TABLE)
}

/// As [`total`], of any table whose rows are counted.
pub(crate) fn total_of(tx: &Transaction<'_>, table: &str) -> Result<u64, Error> {
    let sql = "SELECT total FROM totals WHERE list = ?";
    let total = tx.prepare_cached(sql)?.query_row([table], |row| row.get(0));
    total.map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::IntegralValueOutOfRange(..) => {
            Error::Corrupt {
                table: "totals",
                id: None,
                detail: error.to_string(),
            }
        }
        error => error.into(),
    })
}

/// How many rows there are, or how many a search finds, by counting.
pub(crate) fn count<T: Row>(tx: &Transaction<'_>, search: Option<&str>) -> Result<u64, Error> {
    let sql = format!("SELECT count(*) FROM {} {}", T::TABLE, filter::<T>(search));
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(search), |row| row.get(0))?)
}

/// How many of them were written after this version.
pub(crate) fn count_newer<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    than: Version,
) -> Result<u64, Error> {
    let (table, filter) = (T::TABLE, filter::<T>(search));
    let sql = format!("SELECT count(*) FILTER (WHERE version > ?) FROM {table} {filter}");
    let mut statement = tx.prepare_cached(&sql)?;
    let than = rusqlite::types::Value::Integer(than.0);
    let search = search.map(|search| rusqlite::types::Value::Text(search.to_owned()));
    let params = params_from_iter([than].into_iter().chain(search));
    Ok(statement.query_row(params, |row| row.get(0))?)
}

/// The statement for all of them, by domain; its parameter, if any: the search text.
pub(crate) fn sql<T: Row>(search: Option<&str>) -> String {
    select::<T>(T::COLUMNS, search)
}

/// As [`sql`], for their ids alone.
pub(crate) fn ids_sql<T: Row>(search: Option<&str>) -> String {
    select::<T>("id", search)
}

fn select<T: Row>(columns: &str, search: Option<&str>) -> String {
    let (table, filter) = (T::TABLE, filter::<T>(search));
    let order = T::order(crate::SortBy::Domain).join(", ");
    format!("SELECT {columns} FROM {table} {filter} ORDER BY {order}")
}

fn filter<T: Row>(search: Option<&str>) -> String {
    search.map_or_else(String::new, |_| format!("WHERE {}", T::FOUND))
}
