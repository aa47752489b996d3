//! The columns of one row, read with suspicion: the file may come from anywhere.

use std::fmt::Display;

use routing::{NextHop, NextHops, Port};
use rusqlite::{Row, types::ValueRef};

use super::{
    canonical::{self, Canonical},
    cells::Cells,
};
use crate::{Error, RowId};

/// The columns of one row. The first is its id.
#[derive(Debug)]
pub struct Columns<'a> {
    row: Source<'a>,
    table: &'static str,
}

/// Where the columns are.
#[derive(Debug)]
enum Source<'a> {
    Row(&'a Row<'a>),
    /// Those of the row of this number.
    Cells(&'a Cells, usize),
}

impl<'a> Columns<'a> {
    pub(crate) const fn new(row: &'a Row<'a>, table: &'static str) -> Self {
        let row = Source::Row(row);
        Self { row, table }
    }

    /// The columns of a row that was taken out of its statement.
    pub(crate) const fn of_cells(cells: &'a Cells, row: usize, table: &'static str) -> Self {
        let row = Source::Cells(cells, row);
        Self { row, table }
    }

    /// The first column.
    pub(crate) fn id(&self) -> Result<RowId, Error> {
        self.number(0).map(RowId)
    }

    /// An integer.
    pub(crate) fn number(&self, column: usize) -> Result<i64, Error> {
        let number = self.value(column)?.as_i64();
        number.map_err(|error| self.corrupt(&error))
    }

    /// Whether something is so: 1 or 0.
    pub(crate) fn flag(&self, column: usize) -> Result<bool, Error> {
        match self.number(column)? {
            0 => Ok(false),
            1 => Ok(true),
            number => Err(self.corrupt(&format!("{number} is neither yes (1) nor no (0)"))),
        }
    }

    /// A text in the one form in which it is stored.
    pub(crate) fn parse<T: Canonical>(&self, column: usize) -> Result<T, Error> {
        self.text(self.value(column)?)
    }

    fn text<T: Canonical>(&self, value: ValueRef<'_>) -> Result<T, Error> {
        let text = value.as_str().map_err(|error| self.corrupt(&error))?;
        self.canonical(text)
    }

    fn canonical<T: Canonical>(&self, text: &str) -> Result<T, Error> {
        canonical::read(text).map_err(|wrong| self.corrupt(&wrong))
    }

    /// Two columns that are both there or both null.
    pub(crate) fn next_hop(&self, host: usize, port: usize) -> Result<Option<NextHop>, Error> {
        match (self.value(host)?, self.value(port)?) {
            (ValueRef::Null, ValueRef::Null) => Ok(None),
            (host, port) => Ok(Some(NextHop {
                host: self.text(host)?,
                port: self.port(port)?,
            })),
        }
    }

    /// The columns of a route's first host, and of those to try after it: `position host port`, with
    /// commas between them, in any order; or null. (Sorted here, for the engine would make a table
    /// to sort them in, for every row of the list.)
    pub(crate) fn next_hops(
        &self,
        host: usize,
        port: usize,
        further: usize,
    ) -> Result<NextHops, Error> {
        let first = self.next_hop(host, port)?;
        let first = first.ok_or_else(|| self.corrupt(&"the route leads nowhere"))?;
        match self.value(further)? {
            ValueRef::Null => Ok(first.into()),
            further => {
                NextHops::new(first, self.further(further)?).map_err(|error| self.corrupt(&error))
            }
        }
    }

    fn further(&self, hops: ValueRef<'_>) -> Result<Vec<NextHop>, Error> {
        let text = hops.as_str().map_err(|error| self.corrupt(&error))?;
        let mut hops = Vec::new();
        for hop in text.split(',') {
            let [position, host, port] = *hop.split(' ').collect::<Vec<_>>() else {
                return Err(self.corrupt(&format!("\"{hop}\" is no host and port")));
            };
            let host = self.canonical(host)?;
            let port = self.canonical(port)?;
            hops.push((position.to_owned(), NextHop { host, port }));
        }
        // Positions have one digit.
        hops.sort_by(|(one, _), (two, _)| one.cmp(two));
        Ok(hops.into_iter().map(|(_, hop)| hop).collect())
    }

    fn port(&self, value: ValueRef<'_>) -> Result<Port, Error> {
        let number = value.as_i64().map_err(|error| self.corrupt(&error))?;
        let port = u16::try_from(number).ok().map(Port::try_from);
        port.and_then(Result::ok)
            .ok_or_else(|| self.corrupt(&format!("{number} is no port")))
    }

    #[inline]
    fn value(&self, column: usize) -> Result<ValueRef<'_>, Error> {
        match self.row {
            Source::Row(row) => row.get_ref(column).map_err(|error| self.corrupt(&error)),
            Source::Cells(cells, row) => Ok(cells.get(row, column)),
        }
    }

    #[cold]
    pub(crate) fn corrupt(&self, detail: &dyn Display) -> Error {
        Error::Corrupt {
            table: self.table,
            id: match self.row {
                Source::Row(row) => row.get(0).ok().map(RowId),
                Source::Cells(cells, row) => cells.get(row, 0).as_i64().ok().map(RowId),
            },
            detail: detail.to_string(),
        }
    }
}
