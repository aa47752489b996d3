//! Indexes and triggers that are left out while many rows are written.

use rusqlite::Transaction;

use crate::Error;

/// Indexes and triggers that are left out.
pub(super) struct LeftOut {
    /// The statements that make them.
    made_by: Vec<String>,
}

impl LeftOut {
    /// Leaves them out from now on. Nobody else sees that: they see it when the transaction has ended.
    pub(super) fn begin(tx: &Transaction<'_>, names: &[&str]) -> Result<Self, Error> {
        let mut made_by = Vec::new();
        for name in names {
            let sql = "SELECT type, sql FROM sqlite_schema WHERE name = ?";
            let (what, sql): (String, String) =
                tx.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let what = if what == "index" { "INDEX" } else { "TRIGGER" };
            tx.execute_batch(&format!("DROP {what} {name}"))?;
            made_by.push(sql);
        }
        Ok(Self { made_by })
    }

    /// Makes them anew.
    pub(super) fn finish(self, tx: &Transaction<'_>) -> Result<(), Error> {
        for sql in &self.made_by {
            tx.execute_batch(sql)?;
        }
        Ok(())
    }
}
