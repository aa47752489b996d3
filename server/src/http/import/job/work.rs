//! What an import does: it reads and checks, or writes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use app::error::AppError;
use routing::FileFormat;
use store::{By, Error, ImportMode, Imported, Preview, Store};
use tokio::task::spawn_blocking;

use super::{How, Job, Stage};
use crate::http::import::registry::Permit;
use crate::http::import::spool::Spooled;
use crate::http::import::staged::Staged;
use crate::import::{ReadError, Spent, format_of};

impl Job {
    /// Reads the file and says what it would do.
    pub(in crate::http::import) async fn check(
        self: Arc<Self>,
        store: Store,
        how: How,
        permit: Option<Permit>,
    ) {
        let mut slot = self.staged.lock().await;
        // Its copy of the rows goes before the next one is made.
        *slot = None;
        let stage = match self.read_and_check(&store, how).await {
            Ok(Some((staged, preview, doubt))) => {
                *slot = Some(staged);
                let alert = doubt.map(|doubt| match how.mode {
                    ImportMode::Merge => doubt,
                    ImportMode::Replace => {
                        format!("{doubt} What it does not name would be removed.")
                    }
                });
                Stage::Checked { preview, alert }
            }
            Ok(None) => Stage::Unrecognised,
            Err(error) => stopped(error),
        };
        drop(slot);
        self.checks.fetch_add(1, Ordering::AcqRel);
        self.settle(stage);
        drop(permit);
    }

    /// The file, what it would do, and why it may not be whole. Nothing if the format is not known.
    async fn read_and_check(
        self: &Arc<Self>,
        store: &Store,
        how: How,
    ) -> Result<Option<(Staged, Preview, Option<String>)>, ReadError> {
        let Some(file) = self.work().file.clone() else {
            return Err(Error::Cancelled.into());
        };
        let Some(format) = self.format(how, &file).await? else {
            return Ok(None);
        };
        let mut staged = Staged::begin(store, self.listing, how.mode).await?;
        {
            let mut work = self.work();
            work.canceller = Some(staged.canceller());
            work.progress = Some(staged.progress());
            work.spent = Spent::new();
        }
        self.read.store(0, Ordering::Relaxed);
        if self.cancelled.load(Ordering::Acquire) {
            return Err(Error::Cancelled.into());
        }
        let this = Arc::clone(self);
        let read = spawn_blocking(move || {
            let ending = staged.read(format, &file, &this.read)?;
            Ok::<_, ReadError>((staged, ending))
        });
        let (mut staged, ending) = read.await.unwrap_or(Err(Error::Interrupted.into()))?;
        let preview = staged.check().await?;
        Ok(Some((staged, preview, ending.doubt())))
    }

    /// The format that was chosen or is recognised.
    async fn format(&self, how: How, file: &Spooled) -> Result<Option<FileFormat>, ReadError> {
        let format = if how.format.is_some() {
            how.format
        } else {
            let file = file.clone();
            let beginning = spawn_blocking(move || file.beginning());
            format_of(&beginning.await.unwrap_or_else(|_| Ok(Vec::new()))?)
        };
        let mut work = self.work();
        work.recognised = how.format.is_none() && format.is_some();
        work.how = How { format, ..how };
        Ok(format)
    }

    /// Takes it to be done, if this check has said what it would do. Says what that is; nothing if it
    /// is not there to be done.
    pub(in crate::http::import) fn begin_commit(&self, check: u64) -> Option<Preview> {
        let mut seen = None;
        self.stage.send_if_modified(|stage| {
            if let Stage::Checked { preview, .. } = stage
                && self.check_number() == check
            {
                seen = Some(*preview);
                *stage = Stage::Working;
            }
            seen.is_some()
        });
        seen
    }

    /// Does what the check has said. If it would do something else by now, it is checked again.
    pub(in crate::http::import) async fn commit(
        self: Arc<Self>,
        by: By,
        preview: Preview,
        permit: Permit,
    ) {
        let mut slot = self.staged.lock().await;
        let stage = match slot.as_mut() {
            Some(staged) => self.commit_or_check(staged, &by, preview).await,
            None => Stage::Cancelled,
        };
        drop(slot);
        if let Stage::Done(Imported { done, act }) = &stage {
            let list = self.listing.name();
            let Preview {
                added,
                changed,
                removed,
                refused,
                ..
            } = *done;
            tracing::info!(
                person = by.actor,
                list,
                added,
                changed,
                removed,
                refused,
                entry = act,
                "imported"
            );
        }
        self.settle(stage);
        drop(permit);
    }

    async fn commit_or_check(&self, staged: &mut Staged, by: &By, preview: Preview) -> Stage {
        let error = match staged.commit(by, &self.name).await {
            Ok(imported) => return Stage::Done(imported),
            Err(error) => error,
        };
        match error {
            Error::Cancelled => Stage::Cancelled,
            Error::ImportOutdated => match staged.check().await {
                Ok(preview) => {
                    self.checks.fetch_add(1, Ordering::AcqRel);
                    let alert = Some(said(Error::ImportOutdated));
                    Stage::Checked { preview, alert }
                }
                Err(error) => stopped(error.into()),
            },
            // It may be tried again.
            error => Stage::Checked {
                preview,
                alert: Some(said(error)),
            },
        }
    }

    /// Ends the work.
    fn settle(&self, stage: Stage) {
        let is_done = matches!(stage, Stage::Done(_));
        let given_up = self.cancelled.load(Ordering::Acquire) && !is_done;
        let stage = if given_up { Stage::Cancelled } else { stage };
        let is_over = is_done || matches!(stage, Stage::Cancelled);
        self.touch();
        if is_over {
            self.let_go();
        }
        self.stage.send_replace(stage);
    }
}

/// Why it cannot go on.
fn stopped(error: ReadError) -> Stage {
    match error {
        ReadError::Store(Error::Cancelled) => Stage::Cancelled,
        ReadError::Store(error) => Stage::Failed(said(error)),
        ReadError::Io(error) => {
            tracing::error!(%error, "a file that was sent could not be read");
            Stage::Failed("The file could not be read again. Send it once more.".to_owned())
        }
    }
}

/// An error in words, which the log tells in full where it is a fault of ours.
fn said(error: Error) -> String {
    match error {
        // Not what the person did, but what has come between.
        Error::ImportOutdated => {
            "The list has changed since the check, so the import would do something else now. This is what it \
             would do. Nothing was imported yet."
                .to_owned()
        }
        error => AppError::from(error).message(),
    }
}
