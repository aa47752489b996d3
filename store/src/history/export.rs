//! The history as a whole, as of one moment, in pieces.

use std::time::Duration;

use rusqlite::{Transaction, params_from_iter};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::HistoryFilter;
use crate::{
    Change, Error, Store,
    change::{self, COLUMNS},
    export::Courier,
};

impl Store {
    /// Begins to read all entries that hold to the filter, oldest first, some hundreds at a time. An
    /// error is the last item; dropping the receiver ends the export; a receiver that takes nothing
    /// for as long as `patience` is given up with [`Error::Stalled`].
    ///
    /// # Errors
    /// [`Error::Busy`] if too many exports are under way.
    pub async fn export_history(
        &self,
        filter: HistoryFilter,
        patience: Duration,
    ) -> Result<mpsc::Receiver<Result<Vec<Change>, Error>>, Error> {
        let lane = self.exports.clone();
        let turn = lane.turn().await?;
        let (mut courier, entries) = Courier::new(patience);
        spawn_blocking(move || {
            let done = lane.run_here(|tx| send(tx, &filter, &mut courier));
            // First, so that whoever reads the last item finds the connection free.
            drop(turn);
            match done {
                Ok(()) => courier.finish(),
                Err(error) => courier.fail(error),
            }
        });
        Ok(entries)
    }
}

fn send(
    tx: &Transaction<'_>,
    filter: &HistoryFilter,
    courier: &mut Courier<Change>,
) -> Result<(), Error> {
    let Some(conditions) = filter.conditions(tx)? else {
        return Ok(());
    };
    let (condition, values) = conditions.select("ASC", usize::MAX);
    let sql = format!("SELECT {COLUMNS} FROM changes {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query(params_from_iter(values))?;
    courier.send_all(rows, change::read)
}
