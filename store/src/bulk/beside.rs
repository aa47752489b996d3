//! What is kept beside the table of routes: indexes, totals, how often each smart host is used.

use rusqlite::Transaction;

use super::{left_out::LeftOut, used::Used};
use crate::Error;

/// What is left out meanwhile. Any other index or trigger does its work row by row.
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

/// So many KiB of an index are sorted in memory.
const SORTED_KIB: i64 = 8_192;

/// What is made anew at the end.
pub(super) struct Beside {
    left_out: LeftOut,
    rows: i64,
    pub(super) used: Used,
}

impl Beside {
    /// Leaves it out from now on. Nobody else sees that: they see it when the transaction has ended.
    pub(super) fn begin(tx: &Transaction<'_>) -> Result<Self, Error> {
        Ok(Self {
            left_out: LeftOut::begin(tx, &LEFT_OUT)?,
            rows: 0,
            used: Used::default(),
        })
    }

    /// So many rows more.
    pub(super) fn counted(&mut self, rows: i64) {
        self.rows += rows;
    }

    /// Makes everything anew.
    pub(super) fn finish(mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        self.used.write(tx)?;
        tx.execute("DELETE FROM next_hops_used WHERE routes = 0", [])?;
        let sql = "UPDATE totals SET total = total + ? WHERE list = 'routes'";
        tx.execute(sql, [self.rows])?;
        let sql = "DELETE FROM asked WHERE NOT EXISTS (SELECT 1 FROM routes WHERE id = asked.id)
                       AND NOT EXISTS (SELECT 1 FROM managed_domains WHERE id = asked.id)";
        tx.execute(sql, [])?;
        // The engine sorts what goes into an index in pieces of this size, two at a time.
        let size: i64 = tx.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        tx.pragma_update(None, "cache_size", -SORTED_KIB)?;
        let made = self.left_out.finish(tx);
        tx.pragma_update(None, "cache_size", size)?;
        made
    }
}
