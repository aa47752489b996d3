//! Keeps the index at the state of the store, whichever process writes there.

#[cfg(test)]
mod tests;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use store::{Error, OpenError, Store, Version};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::counters::Counters;
use super::index::Index;
use super::published::Announcer;
use super::settings::AllSettings;

/// How often the store is asked for its last change: a page that is in memory unless somebody has
/// written.
const PAUSE: Duration = Duration::from_millis(20);
/// How often to look whether another file has taken the place of the database, and how long to wait
/// after a fault.
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// Why the index is not brought up to date at this moment. Answers go on from what is in memory.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Read(#[from] Error),
}

/// What follows the database.
#[derive(Debug)]
pub struct Following {
    /// The database's file.
    pub database: PathBuf,
    /// What is kept up to date.
    pub index: Arc<Index>,
    /// What is written to the database from time to time.
    pub counters: Arc<Counters>,
    /// How often that is. Counts since the last time are lost when the process breaks off.
    pub count_every: Duration,
    /// Who is told of every state that answers are given from; without one it is made beside the
    /// database, as soon as there is one.
    pub announcer: Option<Announcer>,
}

/// Reads the database into the index, and everything that changes in it, until `stop` is over; then
/// writes the counts down once more. Nothing that happens to the database ends it: it says so in the
/// log, once, and goes on when the database is back.
pub async fn follow(following: Following, stop: impl Future<Output = ()>) {
    let mut follower = Follower {
        following,
        source: None,
        counting: None,
        counted: Instant::now(),
    };
    let mut complaint = None;
    tokio::pin!(stop);
    loop {
        let pause = match follower.catch_up().await {
            Ok(()) => {
                if complaint.take().is_some() {
                    tracing::info!("the look-up service follows the database again");
                }
                PAUSE
            }
            Err(fault) => {
                let text = fault.to_string();
                if complaint.as_ref() != Some(&text) {
                    let ready = follower.following.index.version().is_some();
                    tracing::error!(%fault, ready, "the look-up service cannot read the database");
                    complaint = Some(text);
                }
                LONG_PAUSE
            }
        };
        tokio::select! {
            () = &mut stop => break,
            () = sleep(pause) => {}
        }
    }
    follower.finish().await;
}

struct Follower {
    following: Following,
    source: Option<Source>,
    /// Apart from following, since a writer may have to wait for others.
    counting: Option<JoinHandle<()>>,
    counted: Instant,
}

/// An open database.
struct Source {
    store: Store,
    /// The file, by which another one in its place is told from it.
    inode: Option<(u64, u64)>,
    looked: Instant,
    /// The state that has been taken from it.
    version: Option<Version>,
}

impl Follower {
    /// Takes what is new, if anything is.
    async fn catch_up(&mut self) -> Result<(), Fault> {
        let mut source = match self.source.take() {
            Some(source) if !source.is_replaced(&self.following.database) => source,
            _ => open(&self.following.database).await?,
        };
        let taken = self.take(&mut source).await;
        self.count(&source.store);
        // A file that vanished is still read through the open connection, and what is in it is still
        // the best that is known.
        self.source = Some(source);
        taken
    }

    async fn take(&mut self, source: &mut Source) -> Result<(), Fault> {
        if source.looked.elapsed() >= LONG_PAUSE {
            source.looked = Instant::now();
        }
        if source.version == Some(source.store.latest().await?) {
            return Ok(());
        }
        let mut feed = source.store.feed(source.version).await?;
        let settings = AllSettings::new(std::mem::take(&mut feed.settings));
        if feed.whole {
            let mut reload = self.following.index.reload();
            while let Some(events) = feed.next().await? {
                reload.take(&events);
            }
            reload.done(settings, feed.version);
            let rules = self.following.index.rules();
            tracing::info!(rules, version = feed.version.0, "the routes have been read");
        } else {
            let events = feed.rest().await?;
            self.following.index.apply(&events, settings, feed.version);
        }
        source.version = Some(feed.version);
        self.announce(feed.version);
        Ok(())
    }

    /// Writes the counts down if it is time.
    fn count(&mut self, store: &Store) {
        let busy = self
            .counting
            .as_ref()
            .is_some_and(|task| !task.is_finished());
        if busy || self.counted.elapsed() < self.following.count_every {
            return;
        }
        self.counted = Instant::now();
        let counters = Arc::clone(&self.following.counters);
        self.counting = Some(tokio::spawn(write_counts(store.clone(), counters)));
    }

    /// Writes down what has been counted since the last time.
    async fn finish(self) {
        if let Some(counting) = self.counting {
            // It says itself how it ended.
            let _ = counting.await;
        }
        if let Some(source) = self.source {
            write_counts(source.store, self.following.counters).await;
        }
    }

    fn announce(&mut self, version: Version) {
        if let Err(error) = self.try_to_announce(version) {
            tracing::warn!(%error, "the console cannot be told which changes are published");
        }
    }

    fn try_to_announce(&mut self, version: Version) -> std::io::Result<()> {
        let following = &mut self.following;
        let announcer = match &mut following.announcer {
            Some(announcer) => announcer,
            // The folder may not have been there at the start.
            none => {
                let folder = following.database.parent().unwrap_or(Path::new("."));
                none.insert(Announcer::new(folder)?)
            }
        };
        announcer.announce(version)
    }
}

async fn write_counts(store: Store, counters: Arc<Counters>) {
    let counts = counters.take();
    if let Err(error) = store.add_asked(counts.clone()).await {
        tracing::warn!(%error, "counts could not be written; they are kept");
        counters.give_back(&counts);
    }
}

impl Source {
    /// Whether another file has the name of the database now. One that is missing replaces nothing.
    fn is_replaced(&self, database: &Path) -> bool {
        if self.looked.elapsed() < LONG_PAUSE {
            return false;
        }
        inode(database).is_some_and(|now| self.inode != Some(now))
    }
}

async fn open(database: &Path) -> Result<Source, Fault> {
    // Opening would make one, and an empty one answers that nothing is known.
    let Some(inode) = inode(database) else {
        return Err(Fault::Missing(database.to_owned()));
    };
    Ok(Source {
        store: Store::open(database).await?,
        inode: Some(inode),
        looked: Instant::now(),
        version: None,
    })
}

fn inode(database: &Path) -> Option<(u64, u64)> {
    let there = database.metadata().ok()?;
    there.is_file().then(|| (there.dev(), there.ino()))
}
