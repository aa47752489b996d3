//! How often each smart host is used, counted in memory.

use std::collections::{BTreeMap, HashMap};

use routing::{Host, NextHop};
use rusqlite::{Transaction, params};

use crate::Error;

/// How many smart hosts are counted in memory.
const MOST: usize = 10_000;

/// How many routes more, or fewer, use each smart host.
#[derive(Default)]
pub(super) struct Used {
    /// By host and port.
    counts: HashMap<Box<str>, BTreeMap<u16, i64>>,
    /// How many smart hosts there are.
    many: usize,
}

impl Used {
    /// So many routes more use this one.
    pub(super) fn count(&mut self, host: &str, port: u16, times: i64) {
        if let Some(count) = self.counts.get_mut(host).and_then(|of| of.get_mut(&port)) {
            *count += times;
            return;
        }
        self.many += 1;
        self.counts
            .entry(host.into())
            .or_default()
            .insert(port, times);
    }

    /// As [`Used::count`], and writes what it knows once that is much.
    pub(super) fn count_hop(
        &mut self,
        tx: &Transaction<'_>,
        hop: Option<&NextHop>,
        times: i64,
    ) -> Result<(), Error> {
        let Some(NextHop { host, port }) = hop else {
            return Ok(());
        };
        match host {
            Host::Name(name) => self.count(name.as_str(), port.get(), times),
            address => self.count(&address.to_string(), port.get(), times),
        }
        self.write_if_much(tx)
    }

    /// Writes what it knows if that is much.
    pub(super) fn write_if_much(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        if self.many < MOST {
            return Ok(());
        }
        self.write(tx)
    }

    /// Writes what it knows, and begins anew.
    pub(super) fn write(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO next_hops_used (host, port, routes) VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET routes = routes + excluded.routes";
        let mut add = tx.prepare_cached(sql)?;
        for (host, ports) in self.counts.drain() {
            for (port, times) in ports {
                add.execute(params![host, port, times])?;
            }
        }
        self.many = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// How many smart hosts have been written, and how many routes use this one.
    fn written(tx: &Transaction<'_>, host: &str) -> (i64, Option<i64>) {
        let sql = "SELECT count(*), sum(routes) FILTER (WHERE host = ?) FROM next_hops_used";
        let row = tx.query_row(sql, [host], |row| Ok((row.get(0)?, row.get(1)?)));
        row.expect("a count")
    }

    #[test]
    fn what_is_much_is_written_and_then_counted_anew() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let table = "CREATE TABLE next_hops_used (host, port, routes, PRIMARY KEY (host, port))";
        connection.execute(table, []).expect("a table");
        let tx = connection.transaction().expect("a transaction");
        let mut used = Used::default();
        for number in 0..MOST {
            used.write_if_much(&tx).expect("no fault");
            used.count(&format!("h{number}.example"), 25, 1);
        }
        assert_eq!(written(&tx, "h0.example"), (0, None));
        used.write_if_much(&tx).expect("no fault");
        assert_eq!(written(&tx, "h0.example"), (10_000, Some(1)));
        used.count("h0.example", 25, 1);
        used.count("h0.example", 26, 1);
        used.write_if_much(&tx).expect("no fault");
        assert_eq!(written(&tx, "h0.example"), (10_000, Some(1)));
        used.write(&tx).expect("no fault");
        assert_eq!(written(&tx, "h0.example"), (10_001, Some(3)));
    }
}
