//! The history as a whole, as of one moment, in pieces.

use std::time::Duration;

use rusqlite::{Transaction, params_from_iter};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{
    HistoryFilter,
    batch::{self, Header},
};
use crate::{
    Change, Error, Store,
    change::{self, COLUMNS},
    export::{BATCH, Courier},
};

impl Store {
    /// Begins to read all entries that hold to the filter, oldest first, some hundreds at a time. Those
    /// lines of an entry for many rows that hold to it come before the entry, each as an entry. An
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
    let mut rows = statement.query(params_from_iter(values))?;
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(row) = rows.next()? {
        let entry = change::read(row)?;
        if let Some(header) = Header::of(entry.clone()) {
            // What came before goes first.
            let before = std::mem::take(&mut batch);
            if !courier.send(before)? || !send_lines(tx, &header, filter, courier)? {
                return Ok(());
            }
        }
        batch.push(entry);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if !courier.send(full)? {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        courier.send(batch)?;
    }
    Ok(())
}

/// Sends those lines of a batch that hold to the filter, before the entry: their numbers are less.
fn send_lines(
    tx: &Transaction<'_>,
    header: &Header,
    filter: &HistoryFilter,
    courier: &mut Courier<Change>,
) -> Result<bool, Error> {
    let mut after = None;
    loop {
        let lines = batch::some(tx, header, after, BATCH)?;
        let Some(last) = lines.last() else {
            return Ok(true);
        };
        after = Some(last.id);
        let lines = lines.into_iter().filter(|line| filter.holds_line(line));
        if !courier.send(lines.collect())? {
            return Ok(false);
        }
    }
}
