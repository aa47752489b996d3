//! What an import would do, page by page.

use routing::Field;
use rusqlite::{Transaction, params};
use serde::Serialize;

use crate::{
    Error,
    row::{self, Row},
    search,
};

/// What an import does with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportVerdict {
    /// It is not there yet.
    Added,
    /// It is there and says something else.
    Changed,
    /// It is there already.
    Same,
    /// The file does not name it, and it goes.
    Removed,
}

/// Which rows of an import are asked for.
#[derive(Clone, Debug)]
pub struct PreviewQuery {
    /// Those with this verdict.
    pub verdict: ImportVerdict,
    /// With this text in domain, host or comment; nothing finds all.
    pub search: String,
    /// Those after the row with this [`PreviewRow::key`]; from the first on, if there is none.
    pub after: Option<String>,
    /// How many at most.
    pub most: usize,
}

/// A row of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewRow<T> {
    /// Names it among the rows of the import.
    pub key: String,
    /// What the list says now.
    pub before: Option<T>,
    /// What it will say.
    pub after: Option<T>,
}

/// Some rows of an import, by domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewPage<T> {
    /// The rows.
    pub rows: Vec<PreviewRow<T>>,
    /// Whether there are more after these.
    pub has_next: bool,
}

/// A line that is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// Its number among all that are left out.
    pub number: i64,
    /// The number of the line in the file; of a row that spans several, the first.
    pub line: usize,
    /// The column that is wrong; nothing where the line as a whole is.
    pub column: Option<Field>,
    /// What is wrong and what would be right.
    pub reason: String,
    /// The line, or its beginning if it is very long.
    pub text: String,
}

/// Some lines that are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedPage {
    /// The lines, in the order of the file.
    pub lines: Vec<RefusedLine>,
    /// Whether there are more after these.
    pub has_next: bool,
}

pub(super) fn page<T: Row>(
    tx: &Transaction<'_>,
    query: &PreviewQuery,
) -> Result<PreviewPage<T>, Error> {
    let (columns, live, found) = (T::STAGED, T::LIVE, T::FOUND_STAGED);
    let from = match query.verdict {
        ImportVerdict::Added => {
            "temp.staged AS staged WHERE (domain, scope) NOT IN (SELECT domain, scope FROM temp.known)
             AND (domain, scope) NOT IN (SELECT domain, scope FROM temp.barred)"
                .to_owned()
        }
        ImportVerdict::Changed | ImportVerdict::Same => {
            let same = i32::from(query.verdict == ImportVerdict::Same);
            format!(
                "temp.staged AS staged JOIN temp.known AS known USING (domain, scope)
                 WHERE known.same = {same}"
            )
        }
        ImportVerdict::Removed => format!("{live} WHERE (domain, scope) IN (SELECT domain, scope FROM temp.gone)"),
    };
    let sql = format!(
        "SELECT {columns}, domain || ' ' || scope AS key FROM {from} AND (domain, scope) > (?, ?) AND (? = '' OR {found}) ORDER BY domain, scope LIMIT ?"
    );
    let (domain, scope) = match &query.after {
        Some(key) => key.split_once(' ').unwrap_or((key, "")),
        None => ("", ""),
    };
    let search = search::given(&query.search).unwrap_or_default();
    let limit = i64::try_from(query.most.saturating_add(1)).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(&sql)?;
    let mut found = statement.query(params![domain, scope, search, search, limit])?;
    let mut rows = Vec::new();
    let mut has_next = false;
    while let Some(sql_row) = found.next()? {
        if rows.len() == query.most {
            has_next = true;
            break;
        }
        let key = sql_row.get("key")?;
        let value = row::stored::<T>(sql_row)?.value;
        let (before, after) = match query.verdict {
            ImportVerdict::Added => (None, Some(value)),
            ImportVerdict::Removed => (Some(value), None),
            ImportVerdict::Changed | ImportVerdict::Same => {
                let now = row::by_key::<T>(tx, &value.key_of())?;
                (now.map(|now| now.value), Some(value))
            }
        };
        rows.push(PreviewRow { key, before, after });
    }
    Ok(PreviewPage { rows, has_next })
}

pub(super) fn refused(
    tx: &Transaction<'_>,
    after: Option<i64>,
    most: usize,
) -> Result<RefusedPage, Error> {
    let sql = "SELECT number, line, field, reason, text FROM temp.refused WHERE number > ?
               ORDER BY number LIMIT ?";
    let limit = i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(sql)?;
    let lines = statement.query_map(params![after.unwrap_or(0), limit], |row| {
        let field: Option<String> = row.get(2)?;
        Ok(RefusedLine {
            number: row.get(0)?,
            line: row.get(1)?,
            column: field.as_deref().and_then(Field::named),
            reason: row.get(3)?,
            text: row.get(4)?,
        })
    })?;
    let mut lines: Vec<_> = lines.collect::<Result<_, _>>()?;
    let has_next = lines.len() > most;
    lines.truncate(most);
    Ok(RefusedPage { lines, has_next })
}
