//! Removing rows by the hundred: for every statement that has triggers or foreign keys, the engine keeps
//! a journal of its own.

use std::marker::PhantomData;

use rusqlite::Transaction;

use crate::{Error, RowId, row::Row};

/// So many rows are removed at once.
const TOGETHER: usize = 500;

/// Rows that are to be removed.
pub(super) struct Removal<T> {
    /// Those that are still in the table.
    waiting: Vec<RowId>,
    list: PhantomData<fn(T)>,
}

impl<T> Default for Removal<T> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            list: PhantomData,
        }
    }
}

impl<T: Row> Removal<T> {
    pub(super) fn push(&mut self, tx: &Transaction<'_>, id: RowId) -> Result<(), Error> {
        self.waiting.push(id);
        if self.waiting.len() == TOGETHER {
            self.flush(tx)?;
        }
        Ok(())
    }

    /// Removes those that are still in the table.
    pub(super) fn flush(&mut self, tx: &Transaction<'_>) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = self.waiting.drain(..).map(|RowId(id)| id).collect();
        let ids = serde_json::to_string(&ids)?;
        let sql = format!(
            "DELETE FROM {} WHERE id IN (SELECT value FROM json_each(?))",
            T::TABLE
        );
        tx.prepare_cached(&sql)?.execute([ids])?;
        Ok(())
    }
}
