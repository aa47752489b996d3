//! What an import would do, page by page.

use routing::Field;
use rusqlite::{Transaction, params};
use serde::Serialize;

use crate::{
    Detail, Error,
    change::name_of,
    history::details_of,
    row::{self, Row},
    search,
};

/// Where a page of an import lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PreviewPlace<K> {
    /// At the beginning.
    #[default]
    First,
    /// After the row with this key.
    After(K),
    /// Before the row with this key.
    Before(K),
}

impl<K> PreviewPlace<K> {
    /// How keys compare with the one that is named, and the order in which they are read.
    const fn sql(&self) -> (&'static str, &'static str) {
        match self {
            Self::First | Self::After(_) => (">", "ASC"),
            Self::Before(_) => ("<", "DESC"),
        }
    }

    const fn key(&self) -> Option<&K> {
        match self {
            Self::First => None,
            Self::After(key) | Self::Before(key) => Some(key),
        }
    }

    /// The rows that were read at this place, one more than wanted if there are more; and whether there
    /// are some before and after them.
    fn cut<R>(&self, mut rows: Vec<R>, most: usize) -> (Vec<R>, bool, bool) {
        let has_more = rows.len() > most;
        rows.truncate(most);
        match self {
            Self::First => (rows, false, has_more),
            Self::After(_) => (rows, true, has_more),
            Self::Before(_) => {
                rows.reverse();
                (rows, has_more, true)
            }
        }
    }
}

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
    /// Where they lie, by [`PreviewRow::key`].
    pub place: PreviewPlace<String>,
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

impl<T: Row> PreviewRow<T> {
    /// What people call it.
    ///
    /// # Errors
    /// If it cannot be written as the history writes it, which is a fault of ours.
    pub fn name(&self) -> Result<String, Error> {
        let row = self.after.as_ref().or(self.before.as_ref());
        Ok(name_of(T::KIND, &serde_json::to_value(row)?))
    }

    /// What differs between what the list says and what it will say, field by field; of a row that is
    /// added or removed, all of it but its name.
    ///
    /// # Errors
    /// As [`PreviewRow::name`].
    pub fn details(&self) -> Result<Vec<Detail>, Error> {
        let state = |row: Option<&T>| row.map(serde_json::to_value).transpose();
        let (before, after) = (state(self.before.as_ref())?, state(self.after.as_ref())?);
        let mut details = details_of(before.as_ref(), after.as_ref());
        details.retain(|detail| detail.label != "Domain");
        Ok(details)
    }
}

/// Some rows of an import, by domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewPage<T> {
    /// The rows.
    pub rows: Vec<PreviewRow<T>>,
    /// Whether there are some before these.
    pub has_previous: bool,
    /// Whether there are more after these.
    pub has_next: bool,
}

/// Which of the lines that are left out are asked for.
#[derive(Clone, Debug)]
pub struct RefusedQuery {
    /// Those with this text in the line or in the reason; nothing finds all.
    pub search: String,
    /// Where they lie, by [`RefusedLine::number`].
    pub place: PreviewPlace<i64>,
    /// How many at most.
    pub most: usize,
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
    /// Whether there are some before these.
    pub has_previous: bool,
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
    let (comparison, order) = query.place.sql();
    let sql = format!(
        "SELECT {columns}, domain || ' ' || scope AS key FROM {from}
         AND (domain, scope) {comparison} (?, ?) AND (? = '' OR {found})
         ORDER BY domain {order}, scope {order} LIMIT ?"
    );
    // Before every row there is the empty name.
    let key = query.place.key().map_or("", String::as_str);
    let (domain, scope) = key.split_once(' ').unwrap_or((key, ""));
    let search = search::given(&query.search).unwrap_or_default();
    let mut statement = tx.prepare_cached(&sql)?;
    let limit = one_more(query.most);
    let mut found = statement.query(params![domain, scope, search, search, limit])?;
    let mut rows = Vec::new();
    while let Some(sql_row) = found.next()? {
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
    let (rows, has_previous, has_next) = query.place.cut(rows, query.most);
    Ok(PreviewPage {
        rows,
        has_previous,
        has_next,
    })
}

pub(super) fn refused(tx: &Transaction<'_>, query: &RefusedQuery) -> Result<RefusedPage, Error> {
    let (comparison, order) = query.place.sql();
    let sql = format!(
        "SELECT number, line, field, reason, text FROM temp.refused WHERE number {comparison} ?
         AND instr(lower(text || ' ' || reason), lower(?)) > 0 ORDER BY number {order} LIMIT ?"
    );
    let key = query.place.key().copied().unwrap_or_default();
    let search = query.search.trim();
    let mut statement = tx.prepare_cached(&sql)?;
    let found = params![key, search, one_more(query.most)];
    let lines = statement.query_map(found, |row| {
        let field: Option<String> = row.get(2)?;
        Ok(RefusedLine {
            number: row.get(0)?,
            line: row.get(1)?,
            column: field.as_deref().and_then(Field::named),
            reason: row.get(3)?,
            text: row.get(4)?,
        })
    })?;
    let lines = lines.collect::<Result<_, _>>()?;
    let (lines, has_previous, has_next) = query.place.cut(lines, query.most);
    Ok(RefusedPage {
        lines,
        has_previous,
        has_next,
    })
}

/// How many rows to read, to know whether there are more.
fn one_more(most: usize) -> i64 {
    i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX)
}
