//! A list as the text of a file.

use std::{
    panic::resume_unwind,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use routing::{Format, List, ManagedDomain, Route, Writer};
use rusqlite::{Transaction, params_from_iter};
use tokio::runtime::Handle;

use super::{Courier, surroundings};
use crate::{
    Error, default_routing, found,
    row::{Cells, Columns, Row},
};

/// Bytes that travel together, about.
const PIECE: usize = 64 * 1024;
/// Rows that travel from one thread to the other together, and how often so many may wait. Few, for the
/// system is asked for large pieces of memory each time.
const TOGETHER: usize = 128;
const AHEAD: usize = 8;

/// What writes the list, knowing what stands beside its rows.
pub(super) fn writer(
    tx: &Transaction<'_>,
    list: List,
    format: Format,
    search: Option<&str>,
) -> Result<Writer, Error> {
    let count = match list {
        // Looking through the list twice takes its time.
        _ if !format.says_count() => 0,
        List::Routes => found::count::<Route>(tx, search)?,
        List::ManagedDomains => found::count::<ManagedDomain>(tx, search)?,
    };
    let writer = Writer::new(format, list, count, default_routing::next_hop(tx)?);
    Ok(match (list, format) {
        (List::Routes, Format::Postfix | Format::PostfixTls) => {
            let beside = surroundings::read(tx, search.is_none())?;
            writer.knowing(beside.settings, beside.held)
        }
        _ => writer,
    })
}

/// Writes all of it. The rows are read here, and what they say on a thread of its own: each takes as long
/// as the other.
pub(super) fn send<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    writer: Writer,
    write: fn(&mut Writer, &T, &mut String),
    courier: &mut Courier<String>,
) -> Result<(), Error> {
    let (to_pen, rows) = sync_channel(AHEAD);
    let runtime = Handle::current();
    let mut pen = Pen {
        text: writer.header(),
        writer,
        write,
        courier,
    };
    let (read, written) = thread::scope(|scope| {
        let pen = || {
            let _entered = runtime.enter();
            pen.write_all(rows)
        };
        let thread = thread::Builder::new().name("export".to_owned());
        // Fails only where the system has no thread left to give.
        let writing = thread.spawn_scoped(scope, pen).map_err(|_| Error::Busy)?;
        let read = read_all::<T>(tx, search, &to_pen);
        drop(to_pen);
        let written = writing.join();
        Ok::<_, Error>((read, written.unwrap_or_else(|panic| resume_unwind(panic))))
    })?;
    read?;
    if written? {
        pen.finish()?;
    }
    Ok(())
}

/// Reads all rows, some at a time, as long as they are wanted.
fn read_all<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    to_pen: &SyncSender<Cells>,
) -> Result<(), Error> {
    let mut statement = tx.prepare_cached(&found::sql::<T>(search))?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(search))?;
    let mut cells = Cells::new(columns);
    while let Some(row) = rows.next()? {
        cells.push(row)?;
        if cells.rows() == TOGETHER {
            let full = std::mem::replace(&mut cells, Cells::new(columns));
            if to_pen.send(full).is_err() {
                return Ok(());
            }
        }
    }
    // Whoever wants no more has said why.
    let _ = to_pen.send(cells);
    Ok(())
}

/// What writes the rows.
struct Pen<'a, T> {
    text: String,
    writer: Writer,
    write: fn(&mut Writer, &T, &mut String),
    courier: &'a mut Courier<String>,
}

impl<T: Row> Pen<'_, T> {
    /// Returns whether anybody wants more.
    fn write_all(&mut self, rows: Receiver<Cells>) -> Result<bool, Error> {
        for cells in rows {
            for row in 0..cells.rows() {
                let value = T::read(&Columns::of_cells(&cells, row, T::TABLE))?;
                (self.write)(&mut self.writer, &value, &mut self.text);
                if self.text.len() >= PIECE {
                    let next = String::with_capacity(self.text.capacity());
                    if !self.courier.send(std::mem::replace(&mut self.text, next))? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    fn finish(mut self) -> Result<(), Error> {
        self.text.push_str(&self.writer.footer());
        if !self.text.is_empty() {
            // Nobody waiting for the last of it is no error either.
            self.courier.send(self.text)?;
        }
        Ok(())
    }
}
