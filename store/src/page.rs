//! One page of a list, found by key: the hundredth page costs what the first one does.

use std::{marker::PhantomData, sync::Arc};

use rusqlite::{Transaction, params_from_iter, types::Value};

use crate::{
    Cursor, Error, PageSize, Position, Query, Record, RowId, Sort, SortBy, Store, Stored, Version,
    change, found,
    row::{self, Row},
    search::{self, Hits, Kept},
};

/// One page of a list, and where in the list it lies. All of it is of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<Stored<T>>,
    /// How many rows the search finds.
    pub matching: u64,
    /// How many rows there are.
    pub total: u64,
    /// Whether the search finds rows before these.
    pub has_previous: bool,
    /// Whether the search finds rows after these.
    pub has_next: bool,
    /// The last change to anything in the store. A row of this page cannot be newer.
    pub latest: Version,
    /// Whether the search was dropped, to show a row that it does not find.
    pub search_dropped: bool,
}

impl<T: Record> Page<T> {
    /// The place of the first row, in the order that was asked for; the previous page is
    /// [`Position::Before`] it.
    #[must_use]
    pub fn first_cursor(&self, sort: Sort) -> Option<Cursor> {
        self.rows.first().map(|row| row.value.cursor(sort.by))
    }

    /// The place of the last row; the next page is [`Position::After`] it.
    #[must_use]
    pub fn last_cursor(&self, sort: Sort) -> Option<Cursor> {
        self.rows.last().map(|row| row.value.cursor(sort.by))
    }
}

/// A search that leaves out less than this part of the rows finds nearly all.
const FEW_LEFT_OUT: u64 = 16;

impl Store {
    /// One page of a list.
    ///
    /// The first search of a long list begins to read its text into memory, for the next ones.
    pub async fn page<T: Record>(&self, query: Query) -> Result<Page<T>, Error> {
        let texts = Arc::clone(&self.texts);
        let page = self.read(move |tx| page(tx, &query, &texts)).await;
        self.read_texts();
        page
    }
}

fn page<T: Row>(tx: &Transaction<'_>, query: &Query, texts: &Kept) -> Result<Page<T>, Error> {
    let mut list = List::<T>::new(tx, query.sort, search::given(&query.search));
    if let Some(search) = list.search.filter(|_| T::IN_MEMORY) {
        list.hits = texts.find(tx, search)?;
    }
    let mut search_dropped = false;
    if let Position::At(id) = query.position {
        search_dropped = list.drop_search_that_hides(id)?;
    }
    let total = found::total::<T>(tx)?;
    let matching = match (&list.hits, list.search) {
        (Some(hits), _) => hits.count(),
        (None, Some(search)) => found::count::<T>(tx, Some(search))?,
        (None, None) => total,
    };
    if query.sort.by != SortBy::Domain && matching >= total - total / FEW_LEFT_OUT {
        // The index leads to nothing but hits, and putting so many of them in order would take longer.
        list.hits = None;
    }
    let rows = list.rows_at(&query.position, query.size)?;
    Ok(Page {
        has_previous: list.goes_on(Direction::Backwards, rows.first())?,
        has_next: list.goes_on(Direction::Forwards, rows.last())?,
        rows,
        matching,
        total,
        latest: change::latest(tx)?,
        search_dropped,
    })
}

/// Which way a list is read, seen from its own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forwards,
    Backwards,
}

/// Where the reading begins: with the row that stands at the key, or with the one after it.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) key: Vec<Value>,
    pub(crate) included: bool,
}

/// A list in an order, or what a search leaves of it.
struct List<'a, T> {
    tx: &'a Transaction<'a>,
    sort: Sort,
    search: Option<&'a str>,
    /// What the search has found, if that is known already.
    hits: Option<Hits>,
    of: PhantomData<T>,
}

impl<'a, T: Row> List<'a, T> {
    const fn new(tx: &'a Transaction<'a>, sort: Sort, search: Option<&'a str>) -> Self {
        Self {
            tx,
            sort,
            search,
            hits: None,
            of: PhantomData,
        }
    }

    fn drop_search_that_hides(&mut self, id: RowId) -> Result<bool, Error> {
        let Some(search) = self.search else {
            return Ok(false);
        };
        // A row that is gone is no reason to show everything.
        let hidden =
            row::by_id::<T>(self.tx, id)?.is_some() && !row::is_found::<T>(self.tx, id, search)?;
        if hidden {
            self.search = None;
            self.hits = None;
        }
        Ok(hidden)
    }

    fn rows_at(&self, position: &Position, size: PageSize) -> Result<Vec<Stored<T>>, Error> {
        use Direction::{Backwards, Forwards};
        match position {
            Position::First => self.rows(Forwards, None, size),
            Position::Last => self.rows(Backwards, None, size),
            Position::After(cursor) => self.beyond(Forwards, cursor, size),
            Position::Before(cursor) => self.beyond(Backwards, cursor, size),
            Position::At(id) => match row::by_id::<T>(self.tx, *id)? {
                None => self.rows(Forwards, None, size),
                Some(row) => {
                    let start = self.start(&row.value.cursor(self.sort.by), true);
                    let rows = self.rows(Forwards, start, size)?;
                    if rows.len() == size.get() {
                        Ok(rows)
                    } else {
                        self.rows(Backwards, None, size)
                    }
                }
            },
        }
    }

    /// The rows after a place; where none follow any more, those at that end of the list.
    fn beyond(
        &self,
        direction: Direction,
        cursor: &Cursor,
        size: PageSize,
    ) -> Result<Vec<Stored<T>>, Error> {
        let Some(start) = self.start(cursor, false) else {
            return self.rows(Direction::Forwards, None, size);
        };
        let rows = self.rows(direction, Some(start), size)?;
        match direction {
            _ if !rows.is_empty() => Ok(rows),
            Direction::Forwards => self.rows(Direction::Backwards, None, size),
            Direction::Backwards => self.rows(Direction::Forwards, None, size),
        }
    }

    /// Nothing if the cursor is of another list or another order.
    fn start(&self, cursor: &Cursor, included: bool) -> Option<Start> {
        let key = cursor.key(self.sort.by, T::order(self.sort.by).len())?;
        Some(Start { key, included })
    }

    /// At most so many rows, in the order of the list whichever way they are read.
    fn rows(
        &self,
        direction: Direction,
        start: Option<Start>,
        size: PageSize,
    ) -> Result<Vec<Stored<T>>, Error> {
        if let Some(hits) = &self.hits {
            return hits.rows(self.tx, self.sort, direction, start.as_ref(), size.get());
        }
        let sql = self.sql(direction, start.as_ref());
        let key = start.into_iter().flat_map(|start| start.key);
        let search = self.search.map(|search| Value::Text(search.to_owned()));
        let limit = Value::Integer(i64::try_from(size.get()).unwrap_or(i64::MAX));
        let params = params_from_iter(key.chain(search).chain([limit]));
        let mut rows = row::all(self.tx, &sql, params)?;
        if direction == Direction::Backwards {
            rows.reverse();
        }
        Ok(rows)
    }

    /// The statement for [`List::rows`]; its parameters: the key, the search text, how many rows.
    fn sql(&self, direction: Direction, start: Option<&Start>) -> String {
        let ascending = self.sort.descending == (direction == Direction::Backwards);
        let order = T::order(self.sort.by);
        let mut conditions = Vec::new();
        if let Some(start) = start {
            let operator = match (ascending, start.included) {
                (true, false) => ">",
                (true, true) => ">=",
                (false, false) => "<",
                (false, true) => "<=",
            };
            let places = vec!["?"; order.len()].join(", ");
            conditions.push(format!("({}) {operator} ({places})", order.join(", ")));
        }
        conditions.extend(self.search.map(|_| T::FOUND.to_owned()));
        let filter = if conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", conditions.join(" AND "))
        };
        let way = if ascending { " ASC" } else { " DESC" };
        let (columns, table) = (T::COLUMNS, T::TABLE);
        let order = order.join(&format!("{way}, "));
        format!("SELECT {columns} FROM {table} {filter} ORDER BY {order}{way} LIMIT ?")
    }

    /// Whether there are rows beyond this one.
    fn goes_on(&self, direction: Direction, row: Option<&Stored<T>>) -> Result<bool, Error> {
        let start = row.and_then(|row| self.start(&row.value.cursor(self.sort.by), false));
        let Some(start) = start else {
            return Ok(false);
        };
        if let Some(hits) = &self.hits {
            return Ok(hits.go_on(self.sort, direction, &start));
        }
        Ok(!self
            .rows(direction, Some(start), PageSize::new(1))?
            .is_empty())
    }
}

#[cfg(test)]
mod tests;
