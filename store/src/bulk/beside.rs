//! What is kept beside the table of routes: indexes, totals, how often each smart host is used.

use std::collections::HashMap;

use routing::NextHop;
use rusqlite::{Transaction, params};

use crate::Error;

/// Triggers and indexes that are left out meanwhile. Any other does its work row by row.
const LEFT_OUT: [&str; 12] = [
    "routes_by_host",
    "routes_by_port",
    "routes_total_added",
    "routes_total_deleted",
    "routes_do_not_overlap_added",
    "routes_do_not_overlap_edited",
    "routes_not_managed_added",
    "routes_not_managed_edited",
    "routes_use_added",
    "routes_use_edited",
    "routes_use_deleted",
    "routes_asked_deleted",
];

/// How many smart hosts are counted in memory.
const HOSTS: usize = 10_000;

/// What is made anew at the end.
pub(super) struct Beside {
    /// The statements that make what was left out.
    made_by: Vec<String>,
    rows: i64,
    used: HashMap<NextHop, i64>,
}

impl Beside {
    /// Leaves it out from now on. Nobody else sees that: they see it when the transaction has ended.
    pub(super) fn begin(tx: &Transaction<'_>) -> Result<Self, Error> {
        let mut made_by = Vec::new();
        for name in LEFT_OUT {
            let sql = "SELECT type, sql FROM sqlite_schema WHERE name = ? AND tbl_name = 'routes'";
            let (what, sql): (String, String) =
                tx.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let what = if what == "index" { "INDEX" } else { "TRIGGER" };
            tx.execute_batch(&format!("DROP {what} {name}"))?;
            made_by.push(sql);
        }
        Ok(Self {
            made_by,
            rows: 0,
            used: HashMap::new(),
        })
    }

    /// So many rows more.
    pub(super) fn counted(&mut self, rows: i64) {
        self.rows += rows;
    }

    /// A smart host is used so many times more.
    pub(super) fn used(
        &mut self,
        tx: &Transaction<'_>,
        hop: Option<&NextHop>,
        times: i64,
    ) -> Result<(), Error> {
        let Some(hop) = hop else { return Ok(()) };
        if let Some(used) = self.used.get_mut(hop) {
            *used += times;
            return Ok(());
        }
        if self.used.len() == HOSTS {
            self.write_used(tx)?;
        }
        self.used.insert(hop.clone(), times);
        Ok(())
    }

    fn write_used(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO next_hops_used (host, port, routes) VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET routes = routes + excluded.routes";
        let mut add = tx.prepare_cached(sql)?;
        for (hop, times) in self.used.drain() {
            add.execute(params![hop.host.to_string(), hop.port.get(), times])?;
        }
        Ok(())
    }

    /// Makes everything anew.
    pub(super) fn finish(mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        self.write_used(tx)?;
        tx.execute("DELETE FROM next_hops_used WHERE routes = 0", [])?;
        let sql = "UPDATE totals SET total = total + ? WHERE list = 'routes'";
        tx.execute(sql, [self.rows])?;
        let sql = "DELETE FROM asked WHERE NOT EXISTS (SELECT 1 FROM routes WHERE id = asked.id)
                       AND NOT EXISTS (SELECT 1 FROM managed_domains WHERE id = asked.id)";
        tx.execute(sql, [])?;
        for sql in &self.made_by {
            tx.execute_batch(sql)?;
        }
        Ok(())
    }
}
