//! How far an import has come, and what cancels it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::InterruptHandle;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::Error;

/// What an import is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Rows are read and put aside.
    #[default]
    Reading,
    /// They are compared with what is there.
    Checking,
    /// They are written.
    Writing,
    /// What is kept beside them is made anew, and all is brought to the disk.
    Finishing,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// How much of that is done.
    pub done: u64,
    /// How much there is; nothing where nobody knows.
    pub total: Option<u64>,
}

/// How many rows go by between two looks.
const STEP: u64 = 1_000;

/// The work of an import, to be watched and cancelled from elsewhere.
pub(super) struct Work {
    cancelled: AtomicBool,
    interrupt: InterruptHandle,
    progress: watch::Sender<Progress>,
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("cancelled", &self.cancelled)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl Work {
    pub(super) fn new(interrupt: InterruptHandle) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            interrupt,
            progress: watch::Sender::new(Progress::default()),
        }
    }

    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Refuses to go on once somebody has cancelled.
    pub(super) fn go_on(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Acquire) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Tells how far it has come, and goes on.
    pub(super) fn reached(&self, phase: Phase, done: u64, total: Option<u64>) -> Result<(), Error> {
        self.progress.send_replace(Progress { phase, done, total });
        self.go_on()
    }

    /// As [`Work::reached`], for every row: it looks only now and then.
    pub(super) fn row(&self, phase: Phase, done: u64, total: Option<u64>) -> Result<(), Error> {
        if done.is_multiple_of(STEP) {
            self.reached(phase, done, total)
        } else {
            Ok(())
        }
    }
}

/// Cancels an import, whatever it is doing. Clones cancel the same one.
#[derive(Clone, Debug)]
pub struct Canceller(Arc<Work>);

impl Canceller {
    pub(super) fn of(work: &Arc<Work>) -> Self {
        Self(Arc::clone(work))
    }

    /// Cancels it. If it has not been written yet, it never will be.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.interrupt.interrupt();
    }
}
