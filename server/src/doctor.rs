//! The doctor at work while the console is served: one examination at a time, beside everything else.
//! It is told of hosts that lead back to the gateway, and keeps what it was told.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::plain::gateway::Examined;
use app::shell::Problems;
use gateway::postfix::{self, Examination, Expected, FileFacts, Host, Ran, Settings, System};
use store::{Store, Timestamp};
use tokio::sync::{Mutex, oneshot, watch};
use tokio::time::MissedTickBehavior;

use crate::expected;

/// How long after the start the first examination begins, so that it delays no page.
const FIRST: Duration = Duration::from_secs(3);
/// How often Postfix is examined unasked.
const EVERY: Duration = Duration::from_mins(1);
/// The longest that an examination may take; one takes about a second.
const LIMIT: Duration = Duration::from_secs(30);

/// How Postfix is examined: what it is to answer goes in; nothing comes out if it took too long.
pub type Look = Arc<dyn Fn(&Expected) -> Option<Examination> + Send + Sync>;

/// Examines Postfix now and then, and remembers what was found last. Clones share it.
#[derive(Clone)]
pub struct Doctor {
    store: Store,
    now: fn() -> Timestamp,
    look: Look,
    settings: Settings,
    turn: Arc<Mutex<()>>,
    last: Arc<watch::Sender<Option<Arc<Examined>>>>,
    loops: Arc<watch::Sender<Vec<String>>>,
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor").finish_non_exhaustive()
    }
}

/// Looks at the Postfix of this machine.
fn this_machine(settings: Settings) -> Look {
    Arc::new(move |expected| {
        let until = Until(Instant::now() + LIMIT);
        let found = postfix::look(&until, &settings, expected);
        // What was found after that time is about the lack of time.
        until.left().map(|_| found)
    })
}

impl Doctor {
    /// One that has not examined anything yet.
    #[must_use]
    pub fn new(store: Store, now: fn() -> Timestamp, look: Look) -> Self {
        Self {
            store,
            now,
            look,
            settings: Settings::default(),
            turn: Arc::default(),
            last: Arc::new(watch::Sender::new(None)),
            loops: Arc::new(watch::Sender::new(Vec::new())),
        }
    }

    /// One for the Postfix of this machine that these settings name.
    #[must_use]
    pub fn of_this_machine(store: Store, now: fn() -> Timestamp, settings: Settings) -> Self {
        Self {
            settings: settings.clone(),
            ..Self::new(store, now, this_machine(settings))
        }
    }

    /// Which Postfix it is about.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was found last; nothing before the first examination has ended.
    #[must_use]
    pub fn last(&self) -> Option<Arc<Examined>> {
        self.last.borrow().clone()
    }

    /// The hosts that lead back to the gateway, as far as it was told; a sentence for each.
    #[must_use]
    pub fn loops(&self) -> Vec<String> {
        self.loops.borrow().clone()
    }

    /// Tells it of all hosts that lead back to the gateway, a sentence for each.
    pub fn note_loops(&self, loops: Vec<String>) {
        self.loops.send_replace(loops);
    }

    /// What every page says of the last examination, and of hosts that lead back; nothing where nothing
    /// is wrong or known.
    #[must_use]
    pub fn problems(&self) -> Option<Problems> {
        Problems::new(self.failures(), self.loops.borrow().len())
    }

    /// How many things are wrong with Postfix.
    fn failures(&self) -> usize {
        let last = self.last();
        let examination = last.as_ref().and_then(|last| last.examination.as_ref());
        examination.map_or(0, Examination::problems)
    }

    /// Examines Postfix, or waits for the end of an examination that is under way.
    pub async fn examine(&self) {
        let mut ends = self.last.subscribe();
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else {
            // An error means that there is no doctor any more.
            let _ = ends.changed().await;
            return;
        };
        let expected = expected::read_or_why(&self.store).await;
        let this = self.clone();
        let (ended, end) = oneshot::channel();
        // A thread of its own: it waits for other programs, and a runtime that stops waits for its own
        // threads.
        let thread = std::thread::Builder::new().name("doctor".to_owned());
        let spawned = thread.spawn(move || {
            let _until_the_end = turn;
            this.note((this.look)(&expected));
            // Whoever asked may have gone.
            let _ = ended.send(());
        });
        match spawned {
            // An error means that the thread has broken off; the next examination shows more.
            Ok(_) => drop(end.await),
            Err(error) => tracing::error!(%error, "Postfix could not be examined"),
        }
    }

    fn note(&self, examination: Option<Examination>) {
        let before = self.failures();
        let at = (self.now)();
        self.last
            .send_replace(Some(Arc::new(Examined { at, examination })));
        match (before, self.failures()) {
            (before, now) if before == now => {}
            (_, 0) => tracing::info!("no problem with Postfix is known any more"),
            (_, problems) => tracing::warn!(problems, "Postfix does not obey"),
        }
    }

    /// Examines Postfix soon, and then every minute. Does not return.
    pub(crate) async fn run(self) {
        let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + FIRST, EVERY);
        // After the machine has slept, once is enough.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.examine().await;
        }
    }
}

/// This machine until a moment; after it no command is started.
struct Until(Instant);

impl Until {
    fn left(&self) -> Option<Duration> {
        let left = self.0.checked_duration_since(Instant::now())?;
        (!left.is_zero()).then_some(left)
    }
}

impl System for Until {
    fn run(&self, words: &[&str], folder: Option<&Path>, limit: Duration) -> io::Result<Ran> {
        let left = self.left().ok_or(io::ErrorKind::TimedOut)?;
        Host.run(words, folder, limit.min(left))
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        Host.facts(path)
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        Host.read(path)
    }

    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>> {
        Host.names_in(folder)
    }
}

#[cfg(test)]
mod tests;
