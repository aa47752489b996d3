//! Everything there is.

use routing::{ManagedDomain, Route};
use rusqlite::Transaction;

use super::{
    Event,
    fed::{self, Fed},
    given::Given,
};
use crate::{Error, Tombstone, default_routing};

/// Gives everything there is. What wins comes first, so that a receiver that begins to answer early
/// would err on the side of our own domains.
pub(super) fn send(tx: &Transaction<'_>, given: &mut Given) -> Result<(), Error> {
    given.give(Event::DefaultRouting(default_routing::readable(tx)?))?;
    send_list::<ManagedDomain>(tx, given)?;
    send_list::<Route>(tx, given)?;
    send_list::<Tombstone>(tx, given)
}

fn send_list<T: Fed>(tx: &Transaction<'_>, given: &mut Given) -> Result<(), Error> {
    let (columns, table) = (T::COLUMNS, T::TABLE);
    let (decides, order) = (T::DECIDES, T::ORDER);
    let sql = format!("SELECT {columns} FROM {table} WHERE {decides} ORDER BY {order}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(event) = fed::event::<T>(row)? {
            given.give(event)?;
        }
    }
    Ok(())
}
