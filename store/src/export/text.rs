//! A list as the text of a file.

use routing::{Format, List, ManagedDomain, Route, Writer};
use rusqlite::{Transaction, params_from_iter};

use super::{Courier, surroundings};
use crate::{
    Error, default_routing, found,
    row::{Columns, Row},
};

/// Bytes that travel together, about.
const PIECE: usize = 64 * 1024;

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

/// Writes all of it.
pub(super) fn send<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    mut writer: Writer,
    write: fn(&mut Writer, &T, &mut String),
    courier: &mut Courier<String>,
) -> Result<(), Error> {
    let mut text = writer.header();
    let mut statement = tx.prepare_cached(&found::sql::<T>(search))?;
    let mut rows = statement.query(params_from_iter(search))?;
    while let Some(row) = rows.next()? {
        let value = T::read(&Columns::new(row, T::TABLE))?;
        write(&mut writer, &value, &mut text);
        if text.len() >= PIECE {
            let next = String::with_capacity(text.capacity());
            if !courier.send(std::mem::replace(&mut text, next))? {
                return Ok(());
            }
        }
    }
    text.push_str(&writer.footer());
    if !text.is_empty() {
        // Nobody waiting for the last of it is no error either.
        courier.send(text)?;
    }
    Ok(())
}
