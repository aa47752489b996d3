//! A whole list, as of one moment, in pieces: memory stays flat whatever its size.

mod courier;
mod surroundings;
mod text;

use std::time::Duration;

use routing::{Format, List, ManagedDomain, NextHop, Route, Writer};
use rusqlite::{Transaction, params_from_iter};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

pub(crate) use self::courier::Courier;
use crate::{
    Error, Record, Store, Stored, default_routing, found,
    row::{self, Row},
    search,
};

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
        let search = search::given(search).map(str::to_owned);
        let read = move |tx: &Transaction<'_>| Ok((read_head::<T>(tx, search.as_deref())?, search));
        let begun = self.begin(patience, read, |tx, search, courier| {
            send_rows::<T>(tx, search.as_deref(), courier)
        });
        let ((count, default_next_hop), rows) = begun.await?;
        Ok(Export {
            count,
            default_next_hop,
            rows,
        })
    }

    /// As [`Store::export_patiently`], as the text of a file, piece by piece. It is written while further
    /// rows are read, which is quicker than handing them over.
    ///
    /// # Errors
    /// As for [`Store::export`].
    pub async fn export_text(
        &self,
        list: List,
        format: Format,
        search: &str,
        patience: Duration,
    ) -> Result<mpsc::Receiver<Result<String, Error>>, Error> {
        let search = search::given(search).map(str::to_owned);
        let head = move |tx: &Transaction<'_>| {
            let writer = text::writer(tx, list, format, search.as_deref())?;
            Ok(((), (writer, search)))
        };
        let begun = self.begin(patience, head, move |tx, (writer, search), courier| {
            let search = search.as_deref();
            match list {
                List::Routes => text::send::<Route>(tx, search, writer, Writer::route, courier),
                List::ManagedDomains => {
                    let write = Writer::managed_domain;
                    text::send::<ManagedDomain>(tx, search, writer, write, courier)
                }
            }
        });
        let ((), pieces) = begun.await?;
        Ok(pieces)
    }

    /// Begins an export: what `head` reads first is returned, and what it makes beside that is what `rest`
    /// goes on with, in the same transaction.
    async fn begin<H, K, B>(
        &self,
        patience: Duration,
        head: impl FnOnce(&Transaction<'_>) -> Result<(H, K), Error> + Send + 'static,
        rest: impl FnOnce(&Transaction<'_>, K, &mut Courier<B>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(H, mpsc::Receiver<Result<B, Error>>), Error>
    where
        H: Send + 'static,
        B: Send + 'static,
    {
        let lane = self.exports.clone();
        let turn = lane.turn().await?;
        let (mut courier, pieces) = Courier::new(patience);
        let (to_head, first) = oneshot::channel();
        spawn_blocking(move || {
            let mut to_head = Some(to_head);
            let done = lane.run_here(|tx| {
                let (head, kept) = head(tx)?;
                if let Some(to_head) = to_head.take() {
                    // Fails if nobody waits any more; then the rest will find that out too.
                    drop(to_head.send(Ok(head)));
                }
                rest(tx, kept, &mut courier)
            });
            // First, so that whoever reads the last item finds the connection free.
            drop(turn);
            match (done, to_head) {
                (Ok(()), _) => courier.finish(),
                (Err(error), Some(to_head)) => drop(to_head.send(Err(error))),
                (Err(error), None) => courier.fail(error),
            }
        });
        let head = first.await.unwrap_or(Err(Error::Interrupted))?;
        Ok((head, pieces))
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
    courier: &mut Courier<Vec<Stored<T>>>,
) -> Result<(), Error> {
    let sql = found::sql::<T>(search);
    let mut statement = tx.prepare_cached(&sql)?;
    courier.send_all(statement.query_and_then(params_from_iter(search), row::stored)?)
}

#[cfg(test)]
mod tests;
