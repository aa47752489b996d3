//! The store itself: opening, closing, and its transactions.

use std::{path::Path, sync::Arc, time::Duration};

use routing::Own;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    task::spawn_blocking,
    time::sleep,
};

use crate::{
    By, Change, Error, OpenError, Record, RowId, Saved, Stored, Version,
    author::Author,
    change,
    key::KeyRing,
    open,
    pool::{Access, Lane, Writer},
    row,
    search::Kept,
};

/// How many pages are read at the same time.
const READERS: u32 = 4;
/// How many exports run at the same time. They have connections of their own, so that a few slow
/// downloads do not keep everybody else from reading.
const EXPORTS: u32 = 4;
/// How many feeds are read at the same time.
const FEEDS: u32 = 2;
/// Texts that nobody has searched for so long are dropped.
const UNUSED: Duration = Duration::from_mins(10);

/// One database of routes, managed domains and their history. Clones share it.
///
/// Operations need a tokio runtime with time enabled. A caller that stops waiting for an operation
/// does not stop the operation. What has been acknowledged is on the disk.
#[derive(Clone, Debug)]
pub struct Store {
    // In this order, so that the writer is dropped last: only it can fold the log of recent writes
    // into the file.
    readers: Arc<Lane>,
    pub(crate) exports: Arc<Lane>,
    pub(crate) feeds: Arc<Lane>,
    // Asked many times a second, so it never waits in line behind a page.
    latest: Arc<Lane>,
    writer: Arc<Writer>,
    pub(crate) key: Arc<KeyRing>,
    changed: Arc<watch::Sender<Version>>,
    pub(crate) own: Arc<Own>,
    pub(crate) texts: Arc<Kept>,
}

/// How long closing waits for those who still read.
const FOLDING: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the database of this file; makes the file and its folder if they do not exist, and
    /// brings an older schema up to date. Another process may have it open too.
    ///
    /// Beside it lies the key that seals passwords, in a file with the ending `.key`; it is made if
    /// there is none. With another key than that with which they were sealed, passwords cannot be
    /// read, and everything else works.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file. It was left as it is.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let file = path.to_owned();
        let opened = spawn_blocking(move || {
            // The key after the database: beside a foreign file none is made.
            let mut writer = open::open(&file)?;
            let key = KeyRing::open(&file, &mut writer)?;
            Ok((writer, key))
        });
        let (writer, key) = opened.await.unwrap_or_else(|stopped| {
            Err(OpenError::Database {
                path: path.to_owned(),
                source: stopped.into(),
            })
        })?;
        let reading = |size| Lane::new(path, Access::Read, size, Vec::new());
        Ok(Self {
            readers: reading(READERS),
            exports: reading(EXPORTS),
            feeds: reading(FEEDS),
            latest: reading(1),
            writer: Writer::new(Lane::new(path, Access::Write, 1, vec![writer])),
            key: Arc::new(key),
            changed: Arc::new(watch::Sender::new(Version(0))),
            own: Arc::default(),
            texts: Arc::default(),
        })
    }

    /// The database's file. Beside it lies what belongs to it.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.writer.lane().path()
    }

    /// This store, refusing from now on to send mail to the gateway itself ([`Error::Loop`]), which is
    /// known by these names and addresses. Without this, nothing is known to be the gateway.
    #[must_use]
    pub fn guarded(self, own: Own) -> Self {
        Self {
            own: Arc::new(own),
            ..self
        }
    }

    /// The names and addresses by which [`Store::guarded`] knows the gateway; none without it.
    #[must_use]
    pub fn own(&self) -> &Own {
        &self.own
    }

    /// Waits for what is being read and written, then closes the file for every clone. Exports and
    /// feeds that are under way go on to their end.
    ///
    /// # Errors
    /// [`Error::Database`] if recent writes could not be folded into the file. They are safe in the
    /// log beside it.
    pub async fn close(&self) -> Result<(), Error> {
        self.exports.refuse();
        self.feeds.refuse();
        let mut readers = self.readers.close().await;
        readers.extend(self.latest.close().await);
        let writers = self.writer.close().await;
        let closed = spawn_blocking(move || {
            drop(readers);
            for writer in writers {
                // Answers "busy" while an export still reads; the log then simply stays.
                writer.busy_timeout(FOLDING)?;
                writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                writer.close().map_err(|(_, error)| error)?;
            }
            Ok(())
        });
        closed.await.unwrap_or(Err(Error::Interrupted))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read(|tx| Ok(tx.query_row("SELECT version FROM default_routing", [], |_| Ok(()))?))
            .await
    }

    /// The last change to anything in the store, whichever process made it.
    ///
    /// Cheap enough to be asked 50 times a second: one page that is in memory unless somebody has
    /// written, and no waiting for whoever reads or writes.
    pub async fn latest(&self) -> Result<Version, Error> {
        self.latest.run(change::latest).await
    }

    /// Tells of every change that is made through this store or a clone of it, by the number of the
    /// last one; 0 until there is one. Changes that other processes make show in [`Store::latest`].
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<Version> {
        self.changed.subscribe()
    }

    /// The row of this name.
    pub async fn get<T: Record>(&self, id: RowId) -> Result<Option<Stored<T>>, Error> {
        self.read(move |tx| row::by_id(tx, id)).await
    }

    /// The row of this name, and what the writer of it would be told about it now.
    pub async fn get_with_notes<T: Record>(&self, id: RowId) -> Result<Option<Saved<T>>, Error> {
        self.read(move |tx| {
            let Some(row) = row::by_id::<T>(tx, id)? else {
                return Ok(None);
            };
            let notes = row.value.notes(tx)?;
            let act = None;
            Ok(Some(Saved { row, notes, act }))
        })
        .await
    }

    /// The change that last wrote the row of this name, or deleted it. Nothing if there never was such a
    /// row, or if that was so long ago that it is not in the log any more.
    pub async fn last_change<T: Record>(&self, id: RowId) -> Result<Option<Change>, Error> {
        self.read(move |tx| change::last_of(tx, T::KIND, id)).await
    }

    /// The rows of these names, in this order, without those that do not exist.
    pub async fn get_many<T: Record>(&self, ids: &[RowId]) -> Result<Vec<Stored<T>>, Error> {
        let ids = ids.to_owned();
        self.read(move |tx| {
            let rows = ids
                .into_iter()
                .filter_map(|id| row::by_id(tx, id).transpose());
            rows.collect()
        })
        .await
    }

    /// The row for just this pattern (of a route) or domain (of a managed domain).
    pub async fn find<T: Record>(&self, key: &T::Key) -> Result<Option<Stored<T>>, Error> {
        let key = key.clone();
        self.read(move |tx| row::by_key(tx, &key)).await
    }

    /// Reads the texts of the routes into memory, in the background, if a search has missed them; and
    /// drops them once nobody has searched for a while.
    pub(crate) fn read_texts(&self) {
        if !self.texts.claim() {
            return;
        }
        let (lane, texts) = (Arc::clone(&self.exports), Arc::clone(&self.texts));
        tokio::spawn(async move {
            let loaded = Arc::clone(&texts);
            if let Err(error) = lane.run(move |tx| loaded.load(tx)).await {
                tracing::warn!(%error, "the routes could not be read for searching");
                texts.give_up();
                return;
            }
            // The store may be gone long before the time is over.
            let texts = Arc::downgrade(&texts);
            loop {
                sleep(UNUSED).await;
                if texts.upgrade().is_none_or(|texts| texts.forget_if_unused()) {
                    break;
                }
            }
        });
    }

    /// One transaction that sees one state of the database from its first to its last statement.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.readers.run(job).await
    }

    /// As [`Store::write`], for a job that makes changes in somebody's name.
    pub(crate) async fn write_by<R: Send + 'static>(
        &self,
        by: &By,
        job: impl FnOnce(&Transaction<'_>, &Author) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let by = by.clone();
        self.write(move |tx| job(tx, &Author::new(tx, &by)?)).await
    }

    /// As [`Store::write`], in a transaction of another connection, on this thread and for a caller
    /// that holds a [`Store::turn_to_write`].
    pub(crate) fn write_with<R>(
        &self,
        connection: &mut Connection,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = job(&tx)?;
        let latest = change::latest(&tx)?;
        tx.commit()?;
        tell(&self.changed, latest);
        Ok(result)
    }

    /// Waits until nobody writes.
    pub(crate) async fn turn_to_write(&self) -> Result<OwnedSemaphorePermit, Error> {
        self.writer.lane().turn().await
    }

    /// A job that nobody else writes beside: all of it or nothing. With others that wait at the same time
    /// it is in one transaction, for the disk is flushed once for each.
    pub(crate) async fn write<R: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let changed = Arc::clone(&self.changed);
        let written = self.writer.run(
            move |tx| Ok((job(tx)?, change::latest(tx)?)),
            // Here, not after waiting: whoever stops waiting does not stop the change.
            move |(_, latest)| {
                tell(&changed, *latest);
            },
        );
        written.await.map(|(result, _)| result)
    }
}

fn tell(changed: &watch::Sender<Version>, latest: Version) {
    changed.send_if_modified(|told| latest > std::mem::replace(told, latest));
}
