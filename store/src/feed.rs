//! Everything that decides where mail goes, for whoever keeps it in memory: first all of it, then
//! what has changed.

mod about;
mod event;
mod fed;
mod given;
mod since;
mod whole;

use routing::SmartHost;
use rusqlite::Transaction;
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};

pub use self::{
    about::About,
    event::{Event, Invalid},
};
use self::{given::Given, since::Since};
use crate::{Error, Store, StoredLogin, Version, change, smart_host};

/// Batches that wait for a slow receiver, before reading waits too.
const BATCHES_AHEAD: usize = 4;

/// What leads from one state of the store to a later one.
///
/// It is read in one transaction, so it is of one moment, whatever is changed meanwhile. Between two
/// of its events the receiver's state is neither the earlier nor the later one: take them all, then
/// let them count. Dropping the feed ends the reading.
#[derive(Debug)]
pub struct Feed {
    /// The settings of all smart hosts that have any, as of the same moment: a new route must not be
    /// used without its login.
    pub settings: Vec<(SmartHost, StoredLogin)>,
    /// Whether this is all that there is, so that the receiver starts from nothing; otherwise it is
    /// only what has changed.
    pub whole: bool,
    /// The state that the events lead to, once all of them have been taken. The next feed is asked
    /// for what has changed since.
    pub version: Version,
    pieces: mpsc::Receiver<Result<Piece, Error>>,
    ended: bool,
}

/// What travels to a [`Feed`].
#[derive(Debug)]
enum Piece {
    Events(Vec<Event>),
    /// Nothing was left out.
    End,
}

impl Feed {
    /// The next events, some hundreds at a time; `None` once all have been given.
    ///
    /// # Errors
    /// What went wrong while reading; then this feed leads to no state at all.
    pub async fn next(&mut self) -> Result<Option<Vec<Event>>, Error> {
        if self.ended {
            return Ok(None);
        }
        match self.pieces.recv().await {
            Some(Ok(Piece::Events(events))) => Ok(Some(events)),
            Some(Ok(Piece::End)) => {
                self.ended = true;
                Ok(None)
            }
            Some(Err(error)) => Err(error),
            // A reader that stops without a word has not said everything.
            None => Err(Error::Interrupted),
        }
    }

    /// All events that are left. Not for the whole of a large store.
    ///
    /// # Errors
    /// As for [`Feed::next`].
    pub async fn rest(&mut self) -> Result<Vec<Event>, Error> {
        let mut all = Vec::new();
        while let Some(events) = self.next().await? {
            all.extend(events);
        }
        Ok(all)
    }
}

impl Store {
    /// Begins to read everything that decides where mail goes or, given a version, what has changed
    /// since.
    ///
    /// If the log no longer reaches back to that version, if the version is of another database, or
    /// if so much has changed that starting anew is quicker, everything is given after all:
    /// [`Feed::whole`] says so.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many feeds are under way.
    pub async fn feed(&self, since: Option<Version>) -> Result<Feed, Error> {
        let (lane, key) = (self.feeds.clone(), self.key.clone());
        let turn = lane.turn().await?;
        let (to_pieces, pieces) = mpsc::channel(BATCHES_AHEAD);
        let (to_head, head) = oneshot::channel();
        spawn_blocking(move || {
            let mut to_head = Some(to_head);
            let done = lane.run_here(|tx| {
                let version = change::latest(tx)?;
                let changed = changed(tx, since, version)?;
                let settings = smart_host::all_with_logins(tx, &*key.of(tx)?)?;
                if let Some(to_head) = to_head.take() {
                    // Fails if nobody waits any more; then the events will find that out too.
                    drop(to_head.send(Ok((changed.is_none(), version, settings))));
                }
                let mut given = Given::new(to_pieces.clone());
                match changed {
                    Some(changed) => since::send(tx, &changed, &mut given)?,
                    None => whole::send(tx, &mut given)?,
                }
                given.end()
            });
            if let Err(error) = done {
                match to_head {
                    Some(to_head) => drop(to_head.send(Err(error))),
                    None => drop(to_pieces.blocking_send(Err(error))),
                }
            }
            drop(turn);
        });
        let (whole, version, settings) = head.await.unwrap_or(Err(Error::Interrupted))?;
        Ok(Feed {
            settings,
            whole,
            version,
            pieces,
            ended: false,
        })
    }
}

/// Nothing if all is to be given.
fn changed(
    tx: &Transaction<'_>,
    since: Option<Version>,
    latest: Version,
) -> Result<Option<Since>, Error> {
    match since {
        Some(since) => Since::read(tx, since, latest),
        None => Ok(None),
    }
}
