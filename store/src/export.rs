//! A whole list, as of one moment, in pieces: memory stays flat whatever its size.

mod surroundings;

use std::time::Duration;

use rusqlite::{Transaction, params_from_iter};
use tokio::{
    runtime::Handle,
    sync::{
        mpsc::{self, error::SendTimeoutError},
        oneshot,
    },
    task::spawn_blocking,
};

use routing::NextHop;

pub use self::surroundings::Surroundings;
use crate::{
    Error, Record, Store, Stored, default_routing, found,
    row::{self, Row},
    search,
};

/// Rows that travel together.
const BATCH: usize = 500;
/// Batches that wait for a slow receiver, before reading waits too.
const BATCHES_AHEAD: usize = 2;
/// How long a receiver may take nothing before it is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A whole list, sorted by domain, as it was at one moment, whatever is changed meanwhile.
#[derive(Debug)]
pub struct Export<T> {
    /// How many rows there will be.
    pub count: u64,
    /// The default domain routing at that moment.
    pub default_next_hop: Option<NextHop>,
    /// The rows, some hundreds at a time. An error is the last item. Dropping the receiver ends the
    /// export; a receiver that takes nothing for too long is given up with [`Error::Stalled`].
    pub rows: mpsc::Receiver<Result<Vec<Stored<T>>, Error>>,
}

impl Store {
    /// Begins to read all rows that a search finds; nothing finds all. A receiver that takes none of
    /// them for a minute is given up.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many exports are under way.
    pub async fn export<T: Record>(&self, search: &str) -> Result<Export<T>, Error> {
        self.export_patiently(search, PATIENCE).await
    }

    /// As [`Store::export`], but the receiver may take nothing for as long as `patience`;
    /// [`Duration::MAX`] is for ever. An export holds one of a few connections and keeps the database
    /// from tidying up, so for ever is for a process that does nothing else.
    ///
    /// # Errors
    /// As for [`Store::export`].
    pub async fn export_patiently<T: Record>(
        &self,
        search: &str,
        patience: Duration,
    ) -> Result<Export<T>, Error> {
        let (export, ()) = self.begin(search, patience, |_, _| Ok(())).await?;
        Ok(export)
    }

    /// As [`Store::export_patiently`], with what a table for Postfix says beside the rows.
    ///
    /// # Errors
    /// As for [`Store::export`].
    pub async fn export_with_surroundings<T: Record>(
        &self,
        search: &str,
        patience: Duration,
    ) -> Result<(Export<T>, Surroundings), Error> {
        self.begin(search, patience, surroundings::read).await
    }

    /// Begins an export; `also` reads something of the same moment, given whether all rows are wanted.
    async fn begin<T: Record, A: Send + 'static>(
        &self,
        search: &str,
        patience: Duration,
        also: fn(&Transaction<'_>, bool) -> Result<A, Error>,
    ) -> Result<(Export<T>, A), Error> {
        let search = search::given(search).map(str::to_owned);
        let lane = self.exports.clone();
        let turn = lane.turn().await?;
        let (mut courier, rows) = Courier::new(patience);
        let (to_head, head) = oneshot::channel();
        spawn_blocking(move || {
            let mut to_head = Some(to_head);
            let done = lane.run_here(|tx| {
                let head = read_head::<T>(tx, search.as_deref())?;
                let also = also(tx, search.is_none())?;
                if let Some(to_head) = to_head.take() {
                    // Fails if nobody waits any more; then the rows will find that out too.
                    drop(to_head.send(Ok((head, also))));
                }
                send_rows::<T>(tx, search.as_deref(), &mut courier)
            });
            // First, so that whoever reads the last item finds the connection free.
            drop(turn);
            match (done, to_head) {
                (Ok(()), _) => courier.finish(),
                (Err(error), Some(to_head)) => drop(to_head.send(Err(error))),
                (Err(error), None) => courier.fail(error),
            }
        });
        let (head, also) = head.await.unwrap_or(Err(Error::Interrupted))?;
        let (count, default_next_hop) = head;
        let export = Export {
            count,
            default_next_hop,
            rows,
        };
        Ok((export, also))
    }
}

type Batch<T> = Result<Vec<T>, Error>;

/// Brings rows to a receiver that may be slow, but not for ever: while it is waited for, a
/// connection and a read transaction are held.
pub(crate) struct Courier<T> {
    to: mpsc::Sender<Batch<T>>,
    /// Room for an error, however full the channel is: without it the end would look like success.
    /// Given back once all has been sent.
    last: Option<mpsc::OwnedPermit<Batch<T>>>,
    patience: Duration,
}

impl<T: Send + 'static> Courier<T> {
    pub(crate) fn new(patience: Duration) -> (Self, mpsc::Receiver<Batch<T>>) {
        let (to, rows) = mpsc::channel(BATCHES_AHEAD + 1);
        let courier = Self {
            // There is room, since nothing has been sent.
            last: to.clone().try_reserve_owned().ok(),
            to,
            patience,
        };
        (courier, rows)
    }

    /// Hands all rows over, batch by batch, as long as anybody wants more. Not on an async thread.
    pub(crate) fn send_all(
        &mut self,
        rows: impl IntoIterator<Item = Result<T, Error>>,
    ) -> Result<(), Error> {
        let mut batch = Vec::with_capacity(BATCH);
        for row in rows {
            batch.push(row?);
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                if !self.send(full)? {
                    return Ok(());
                }
            }
        }
        if !batch.is_empty() {
            // Nobody waiting for the last rows is no error either.
            self.send(batch)?;
        }
        Ok(())
    }

    /// Hands a batch over; returns whether anybody wants more. Not on an async thread.
    fn send(&mut self, batch: Vec<T>) -> Result<bool, Error> {
        let sent = self.to.send_timeout(Ok(batch), self.patience);
        match Handle::current().block_on(sent) {
            Ok(()) => Ok(true),
            Err(SendTimeoutError::Closed(_)) => Ok(false),
            Err(SendTimeoutError::Timeout(_)) => Err(Error::Stalled),
        }
    }

    /// Ends with success: that was all.
    pub(crate) fn finish(mut self) {
        self.last = None;
    }

    /// Ends with an error.
    pub(crate) fn fail(mut self, error: Error) {
        self.end_with(error);
    }
}

impl<T> Courier<T> {
    fn end_with(&mut self, error: Error) {
        if let Some(last) = self.last.take() {
            last.send(Err(error));
        }
    }
}

impl<T> Drop for Courier<T> {
    /// Nobody has said how it ended, so the work panicked: half a list is not to pass for a whole.
    fn drop(&mut self) {
        self.end_with(Error::Interrupted);
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
    courier: &mut Courier<Stored<T>>,
) -> Result<(), Error> {
    let sql = found::sql::<T>(search);
    let mut statement = tx.prepare_cached(&sql)?;
    courier.send_all(statement.query_and_then(params_from_iter(search), row::stored)?)
}

#[cfg(test)]
mod tests;
