//! Rows taken out of their statement, to be read on another thread while it goes on.

use rusqlite::{Row, types::ValueRef};

/// The columns of some rows.
#[derive(Debug)]
pub(crate) struct Cells {
    /// Columns of a row.
    columns: usize,
    /// Row by row.
    all: Vec<Cell>,
    /// All texts.
    octets: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Cell {
    Null,
    Integer(i64),
    /// These octets.
    Text {
        start: usize,
        end: usize,
    },
    /// A number with a fraction, or a BLOB: no column of a list holds any.
    Other,
}

impl Cells {
    /// Room for rows of so many columns.
    pub(crate) const fn new(columns: usize) -> Self {
        Self {
            columns,
            all: Vec::new(),
            octets: Vec::new(),
        }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.all.len() / self.columns
    }

    /// Takes all columns of a row.
    pub(crate) fn push(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        for column in 0..self.columns {
            let cell = match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Text(text) => {
                    let start = self.octets.len();
                    self.octets.extend_from_slice(text);
                    let end = self.octets.len();
                    Cell::Text { start, end }
                }
                ValueRef::Real(_) | ValueRef::Blob(_) => Cell::Other,
            };
            self.all.push(cell);
        }
        Ok(())
    }

    /// A column of a row; of one that is none of theirs, nothing.
    pub(super) fn get(&self, row: usize, column: usize) -> ValueRef<'_> {
        if column >= self.columns {
            return ValueRef::Null;
        }
        match self.all.get(row * self.columns + column) {
            Some(&Cell::Integer(number)) => ValueRef::Integer(number),
            Some(&Cell::Text { start, end }) => ValueRef::Text(&self.octets[start..end]),
            Some(Cell::Other) => ValueRef::Blob(&[]),
            Some(Cell::Null) | None => ValueRef::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn every_column_is_what_it_was() {
        let connection = Connection::open_in_memory().expect("a database");
        let sql = "SELECT 1, 'a', NULL, '' UNION ALL SELECT -9, 'ä€', 1.5, x'00'";
        let mut statement = connection.prepare(sql).expect("a statement");
        let mut rows = statement.query([]).expect("an answer");
        let mut cells = Cells::new(4);
        while let Some(row) = rows.next().expect("no fault") {
            cells.push(row).expect("four columns");
        }
        assert_eq!(cells.rows(), 2);
        let row = |row| [0, 1, 2, 3].map(|column| cells.get(row, column));
        let text = |text: &'static str| ValueRef::Text(text.as_bytes());
        let nothing = ValueRef::Null;
        assert_eq!(row(0), [ValueRef::Integer(1), text("a"), nothing, text("")]);
        // What no column of a list holds is at least not taken for anything else.
        let other = ValueRef::Blob(&[]);
        assert_eq!(row(1), [ValueRef::Integer(-9), text("ä€"), other, other]);
        assert_eq!(row(2), [nothing; 4]);
        assert_eq!(cells.get(0, 4), nothing);
    }
}
