//! What decides about a few names, out of however much there is.

use std::collections::BTreeSet;

use routing::{ManagedDomain, NextHop, Route, SmartHost};
use rusqlite::Transaction;

use super::{
    Event,
    fed::{self, Fed},
};
use crate::{
    Error, Store, Stored, StoredLogin, Tombstone, Version, change, default_routing,
    key::SealingKey, row, smart_host,
};

/// No rule's name is longer than this, in octets.
const LONGEST: usize = 253;

/// What decides about some names, as of one moment.
#[derive(Clone, Debug)]
pub struct About {
    /// The state of the store.
    pub version: Version,
    /// The default domain routing, and every rule that bears one of the names. A row that cannot be
    /// read is among them as [`Event::Invalid`].
    pub events: Vec<Event>,
    /// The routes that bear one of the names and would decide, were they enabled.
    pub disabled: Vec<Stored<Route>>,
    /// The settings, with passwords, of their next hops, as far as any are set.
    pub settings: Vec<(SmartHost, StoredLogin)>,
}

impl Store {
    /// What decides about these very names, in the form that domains are stored in: the managed
    /// domain, the routes and the removed routes of each, the default domain routing, and how to
    /// reach their next hops. Names that no domain can have find nothing.
    ///
    /// Takes a few look-ups by key for each name, however many rules there are.
    pub async fn about(&self, names: Vec<String>) -> Result<About, Error> {
        let key = self.key.clone();
        self.read(move |tx| read(tx, &*key.of(tx)?, &names)).await
    }
}

fn read(tx: &Transaction<'_>, key: &SealingKey, names: &[String]) -> Result<About, Error> {
    let mut disabled = Vec::new();
    let mut events = vec![Event::DefaultRouting(default_routing::next_hop(tx)?)];
    for name in names.iter().filter(|name| name.len() <= LONGEST) {
        read_list::<ManagedDomain>(tx, name, &mut events)?;
        read_list::<Route>(tx, name, &mut events)?;
        read_list::<Tombstone>(tx, name, &mut events)?;
        disabled.extend(read_disabled(tx, name)?);
    }
    let hops: BTreeSet<NextHop> = events.iter().flat_map(next_hops).collect();
    Ok(About {
        version: change::latest(tx)?,
        settings: smart_host::logins(tx, key, &hops)?,
        events,
        disabled,
    })
}

fn read_disabled(tx: &Transaction<'_>, name: &str) -> Result<Vec<Stored<Route>>, Error> {
    let (columns, table) = (<Route as Fed>::COLUMNS, <Route as Fed>::TABLE);
    let sql = format!("SELECT {columns} FROM {table} WHERE domain = ? AND NOT enabled");
    row::all(tx, &sql, [name])
}

fn read_list<T: Fed>(
    tx: &Transaction<'_>,
    name: &str,
    events: &mut Vec<Event>,
) -> Result<(), Error> {
    let (columns, table, decides) = (T::COLUMNS, T::TABLE, T::DECIDES);
    let sql = format!("SELECT {columns} FROM {table} WHERE domain = ? AND {decides}");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query([name])?;
    while let Some(row) = rows.next()? {
        events.extend(fed::event::<T>(row)?);
    }
    Ok(())
}

fn next_hops(event: &Event) -> Vec<NextHop> {
    match event {
        Event::Route(row) => row.value.next_hops.iter().cloned().collect(),
        Event::Managed(row) => row.value.routing.iter().cloned().collect(),
        Event::DefaultRouting(next_hop) => next_hop.iter().cloned().collect(),
        _ => Vec::new(),
    }
}
