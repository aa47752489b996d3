//! The columns of one row, read with suspicion: the file may come from anywhere.

use std::{
    fmt::{self, Display, Write as _},
    str::FromStr,
};

use routing::{NextHop, NextHops, Port};
use rusqlite::{Row, types::ValueRef};

use crate::{Error, RowId};

/// Whether a value is written just so. Tells without writing it anywhere.
pub(crate) fn shows(value: &impl Display, text: &str) -> bool {
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// What is still to be written.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// The columns of one row. The first is its id.
#[derive(Debug)]
pub struct Columns<'a> {
    row: &'a Row<'a>,
    table: &'static str,
    pub(crate) id: RowId,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(row: &'a Row<'a>, table: &'static str) -> Result<Self, Error> {
        let corrupt = |error: rusqlite::Error| Error::Corrupt {
            table,
            id: None,
            detail: error.to_string(),
        };
        let id = RowId(row.get(0).map_err(corrupt)?);
        Ok(Self { row, table, id })
    }

    /// An integer.
    pub(crate) fn number(&self, column: usize) -> Result<i64, Error> {
        let number = self.row.get(column);
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
    pub(crate) fn parse<T>(&self, column: usize) -> Result<T, Error>
    where
        T: FromStr<Err: Display> + Display,
    {
        let text = self.value(column)?.as_str();
        let text = text.map_err(|error| self.corrupt(&error))?;
        self.canonical(text)
    }

    fn canonical<T>(&self, text: &str) -> Result<T, Error>
    where
        T: FromStr<Err: Display> + Display,
    {
        let value: T = text.parse().map_err(|error| self.corrupt(&error))?;
        // Two spellings of one domain would be two rows for it.
        if shows(&value, text) {
            Ok(value)
        } else {
            Err(self.corrupt(&format!("\"{text}\" is not in its canonical form")))
        }
    }

    /// Two columns that are both there or both null.
    pub(crate) fn next_hop(&self, host: usize, port: usize) -> Result<Option<NextHop>, Error> {
        match (self.value(host)?, self.value(port)?) {
            (ValueRef::Null, ValueRef::Null) => Ok(None),
            _ => Ok(Some(NextHop {
                host: self.parse(host)?,
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
        let further = match self.value(further)? {
            ValueRef::Null => Vec::new(),
            further => self.further(further)?,
        };
        NextHops::new(first, further).map_err(|error| self.corrupt(&error))
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

    fn port(&self, column: usize) -> Result<Port, Error> {
        let number = self.number(column)?;
        let port = u16::try_from(number).ok().map(Port::try_from);
        port.and_then(Result::ok)
            .ok_or_else(|| self.corrupt(&format!("{number} is no port")))
    }

    fn value(&self, column: usize) -> Result<ValueRef<'_>, Error> {
        let value = self.row.get_ref(column);
        value.map_err(|error| self.corrupt(&error))
    }

    pub(crate) fn corrupt(&self, detail: &dyn Display) -> Error {
        Error::Corrupt {
            table: self.table,
            id: Some(self.id),
            detail: detail.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shows;

    #[test]
    fn a_text_is_compared_with_what_a_value_would_be_written_as() {
        for (value, text, same) in [
            ("25", "25", true),
            ("25", "2", false),
            ("25", "255", false),
            ("", "", true),
            ("", "2", false),
        ] {
            assert_eq!(shows(&value, text), same, "{value} {text}");
        }
        // Written in several pieces.
        assert!(shows(
            &format_args!("{}:{}", "a.example", 25),
            "a.example:25"
        ));
        assert!(!shows(
            &format_args!("{}:{}", "a.example", 25),
            "a.example:26"
        ));
    }
}
