//! One import, from the file that was sent to its end.

mod work;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::listing::Listing;
use app::plain::import::{About, Shown, Tab, Working};
use routing::FileFormat;
use store::{
    Canceller, Error, ImportMode, Imported, Preview, PreviewPlace, Progress, RefusedPage,
    RefusedQuery, RowId, SessionKey,
};
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::time::{Instant, timeout};

use super::progress::words;
use super::spool::Spooled;
use super::staged::Staged;
use crate::import::{Pace, Spent};

/// Where an import is.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Nobody knows in which format the file is.
    Unrecognised,
    /// It is read, checked or written.
    Working,
    /// What it would do is known.
    Checked {
        preview: Preview,
        /// What was not done, and why.
        alert: Option<String>,
    },
    /// It is done.
    Done(Imported),
    /// It cannot go on, as the sentence says.
    Failed(String),
    /// Somebody has given it up.
    Cancelled,
}

/// How the file is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) format: Option<FileFormat>,
    pub(super) mode: ImportMode,
}

/// What changes while it works.
struct Work {
    how: How,
    recognised: bool,
    canceller: Option<Canceller>,
    progress: Option<watch::Receiver<Progress>>,
    spent: Spent,
    used: Instant,
    file: Option<Spooled>,
}

/// One import.
pub(super) struct Job {
    /// Names it; nobody can guess it.
    pub(super) id: String,
    pub(super) person: RowId,
    pub(super) session: SessionKey,
    pub(super) listing: Listing,
    /// The file's name; empty for text that was pasted.
    pub(super) name: String,
    length: u64,
    read: AtomicU64,
    checks: AtomicU64,
    cancelled: AtomicBool,
    stage: watch::Sender<Stage>,
    work: Mutex<Work>,
    staged: AsyncMutex<Option<Staged>>,
}

/// Whose an import is, and of what.
pub(super) struct Of {
    pub(super) id: String,
    pub(super) person: RowId,
    pub(super) session: SessionKey,
    pub(super) listing: Listing,
    pub(super) name: String,
}

impl Job {
    /// One that has not begun yet.
    pub(super) fn new(of: Of, how: How, file: Spooled) -> Arc<Self> {
        let Of {
            id,
            person,
            session,
            listing,
            name,
        } = of;
        Arc::new(Self {
            id,
            person,
            session,
            listing,
            name,
            length: file.length,
            read: AtomicU64::new(0),
            checks: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            stage: watch::Sender::new(Stage::Working),
            work: Mutex::new(Work {
                how,
                recognised: how.format.is_none(),
                canceller: None,
                progress: None,
                spent: Spent::new(),
                used: Instant::now(),
                file: Some(file),
            }),
            staged: AsyncMutex::new(None),
        })
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage.borrow().clone()
    }

    /// Hears whenever the stage changes.
    pub(super) fn stages(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    /// Whether it holds nothing any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(*self.stage.borrow(), Stage::Done(_) | Stage::Cancelled)
    }

    pub(super) fn is_working(&self) -> bool {
        matches!(*self.stage.borrow(), Stage::Working)
    }

    /// Which check has said what the import would do.
    pub(super) fn check_number(&self) -> u64 {
        self.checks.load(Ordering::Acquire)
    }

    pub(super) fn touch(&self) {
        self.work().used = Instant::now();
    }

    pub(super) fn used(&self) -> Instant {
        self.work().used
    }

    pub(super) fn about(&self) -> About {
        let work = self.work();
        About {
            id: self.id.clone(),
            listing: self.listing,
            name: self.name.clone(),
            format: work.how.format,
            recognised: work.recognised,
            mode: work.how.mode,
        }
    }

    /// How far it has come.
    pub(super) fn working(&self) -> Working {
        let mut work = self.work();
        let now = work
            .progress
            .as_ref()
            .map_or_else(Progress::default, |told| *told.borrow());
        let spent = work.spent.in_phase(now.phase);
        drop(work);
        let read = (self.read.load(Ordering::Relaxed), Some(self.length));
        words(&Pace::of(now, read, spent), &self.name)
    }

    /// Whether it may still be given up: what is written is written.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        if let Some(canceller) = &self.work().canceller {
            canceller.cancel();
        }
        // What does not work at the moment ends at once.
        let ended = self.stage.send_if_modified(|stage| {
            let waits = !matches!(stage, Stage::Working | Stage::Done(_));
            if waits {
                *stage = Stage::Cancelled;
            }
            waits
        });
        if ended {
            self.let_go();
        }
    }

    /// Takes it out of a stage in which it waits. Says whether it has, for two may want to.
    pub(super) fn set_to_work(&self) -> bool {
        self.stage.send_if_modified(|stage| {
            let waits = matches!(
                stage,
                Stage::Unrecognised | Stage::Checked { .. } | Stage::Failed(_)
            );
            if waits {
                *stage = Stage::Working;
            }
            waits
        })
    }

    /// Some of what it would do.
    pub(super) async fn shown(
        &self,
        tab: Tab,
        search: String,
        place: PreviewPlace<String>,
    ) -> Result<Shown, Error> {
        match self.staged.lock().await.as_ref() {
            Some(staged) => staged.shown(tab, search, place).await,
            None => Err(Error::Cancelled),
        }
    }

    /// Some of the lines that are left out.
    pub(super) async fn refused(&self, query: RefusedQuery) -> Result<RefusedPage, Error> {
        match self.staged.lock().await.as_ref() {
            Some(staged) => staged.refused(query).await,
            None => Err(Error::Cancelled),
        }
    }

    /// Returns once it does not work any more, but not after this time.
    pub(super) async fn at_rest(&self, patience: Duration) -> Stage {
        let mut stages = self.stages();
        let rest = stages.wait_for(|stage| !matches!(stage, Stage::Working));
        // An error means that the import is gone, and it is not while it is asked.
        let _ = timeout(patience, rest).await;
        self.stage()
    }

    /// Frees the file and the copy of its rows.
    fn let_go(&self) {
        self.work().file = None;
        // Whoever holds it is reading a page of it, and it goes with the import.
        if let Ok(mut staged) = self.staged.try_lock() {
            *staged = None;
        }
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        // Nothing is left half done while it is held.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
