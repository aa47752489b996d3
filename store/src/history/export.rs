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
    export::Courier,
};

/// Lines of an entry for many rows that are read at once.
const LINES: usize = 500;

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
    courier: &mut Courier<Vec<Change>>,
) -> Result<(), Error> {
    let Some(conditions) = filter.conditions(tx)? else {
        return Ok(());
    };
    let (condition, values) = conditions.select("ASC", usize::MAX);
    let sql = format!("SELECT {COLUMNS} FROM changes {condition}");
    let mut statement = tx.prepare_cached(&sql)?;
    let entries = statement.query_and_then(params_from_iter(values), change::read)?;
    courier.send_all(entries.flat_map(|entry| with_lines(tx, filter, entry)))
}

type Entries<'a> = Box<dyn Iterator<Item = Result<Change, Error>> + 'a>;

/// The entry and, before it, those of its lines that hold to the filter: their numbers are less.
fn with_lines<'a>(
    tx: &'a Transaction<'_>,
    filter: &'a HistoryFilter,
    entry: Result<Change, Error>,
) -> Entries<'a> {
    let header = entry
        .as_ref()
        .ok()
        .and_then(|entry| Header::of(entry.clone()));
    let lines = header.into_iter().flat_map(|header| lines(tx, header));
    let held = lines.filter(|line| line.as_ref().map_or(true, |line| filter.holds_line(line)));
    Box::new(held.chain([entry]))
}

/// All lines of an entry for many rows, some at a time.
fn lines<'a, 'tx>(
    tx: &'a Transaction<'tx>,
    header: Header,
) -> impl Iterator<Item = Result<Change, Error>> + use<'a, 'tx> {
    let mut after = None;
    let mut some = Vec::new().into_iter();
    std::iter::from_fn(move || {
        if let Some(line) = some.next() {
            return Some(Ok(line));
        }
        match batch::some(tx, &header, after, LINES) {
            Ok(lines) => {
                after = lines.last().map(|line: &Change| line.id);
                some = lines.into_iter();
                some.next().map(Ok)
            }
            Err(error) => Some(Err(error)),
        }
    })
}
