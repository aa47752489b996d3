//! A whole list, as of one moment, in pieces: memory stays flat whatever its size.

use rusqlite::{Transaction, params_from_iter};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

use routing::NextHop;

use crate::{
    Error, Record, Store, Stored, default_routing, found,
    row::{self, Row},
    search,
};

/// Rows that travel together.
const BATCH: usize = 500;
/// Batches that wait for a slow receiver, before reading waits too.
const BATCHES_AHEAD: usize = 2;

/// A whole list, sorted by domain, as it was at one moment, whatever is changed meanwhile.
#[derive(Debug)]
pub struct Export<T> {
    /// How many rows there will be.
    pub count: u64,
    /// The default domain routing at that moment.
    pub default_next_hop: Option<NextHop>,
    /// The rows, some hundreds at a time. An error is the last item. Dropping the receiver ends the
    /// export; until its end it keeps the database from tidying up, so read it swiftly.
    pub rows: mpsc::Receiver<Result<Vec<Stored<T>>, Error>>,
}

impl Store {
    /// Begins to read all rows that a search finds; nothing finds all.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many exports are under way.
    pub async fn export<T: Record>(&self, search: &str) -> Result<Export<T>, Error> {
        let search = search::given(search).map(str::to_owned);
        let lane = self.exports.clone();
        let turn = lane.turn().await?;
        let (to_rows, rows) = mpsc::channel(BATCHES_AHEAD);
        let (to_head, head) = oneshot::channel();
        spawn_blocking(move || {
            let mut to_head = Some(to_head);
            let done = lane.run_here(|tx| {
                let head = read_head::<T>(tx, search.as_deref())?;
                if let Some(to_head) = to_head.take() {
                    // Fails if nobody waits any more; then the rows will find that out too.
                    drop(to_head.send(Ok(head)));
                }
                send_rows::<T>(tx, search.as_deref(), &to_rows)
            });
            if let Err(error) = done {
                match to_head {
                    Some(to_head) => drop(to_head.send(Err(error))),
                    None => drop(to_rows.blocking_send(Err(error))),
                }
            }
            drop(turn);
        });
        let (count, default_next_hop) = head.await.unwrap_or(Err(Error::Interrupted))?;
        Ok(Export {
            count,
            default_next_hop,
            rows,
        })
    }
}

fn read_head<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
) -> Result<(u64, Option<NextHop>), Error> {
    Ok((
        found::count::<T>(tx, search)?,
        default_routing::next_hop(tx)?,
    ))
}

fn send_rows<T: Row>(
    tx: &Transaction<'_>,
    search: Option<&str>,
    to: &mpsc::Sender<Result<Vec<Stored<T>>, Error>>,
) -> Result<(), Error> {
    let sql = found::sql::<T>(search);
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(search))?;
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(row) = rows.next()? {
        batch.push(row::stored(row)?);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if to.blocking_send(Ok(full)).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        // Nobody waiting for the last rows is no error either.
        drop(to.blocking_send(Ok(batch)));
    }
    Ok(())
}
