//! Importing a file: its rows are put aside, checked against what is there, shown, and then written in
//! one transaction.
//!
//! The rows lie in temporary tables of a connection of the import's own: the engine keeps them in a file
//! without a name, so whatever ends the import or the program leaves nothing behind. Checking reads one
//! state of the database and keeps nobody from writing.

mod check;
mod commit;
mod page;
mod stage;
mod work;

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::{sync::watch, task::spawn_blocking};

pub use self::{
    commit::Imported,
    page::{
        ImportVerdict, PreviewPage, PreviewPlace, PreviewQuery, PreviewRow, RefusedLine,
        RefusedPage, RefusedQuery,
    },
    work::{Canceller, Phase, Progress},
};
use self::{stage::Staging, work::Work};
use crate::{
    By, Error, Record, Store, Version,
    pool::{Access, connect},
};

/// What becomes of rows that a file does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImportMode {
    /// They stay.
    #[default]
    Merge,
    /// They are removed: the list is then what the file says.
    Replace,
}

/// What an import would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// The state of the store that the file was compared with.
    pub version: Version,
    /// Rows that are not there yet.
    pub added: u64,
    /// Rows that are there and say something else.
    pub changed: u64,
    /// Rows that are there already.
    pub same: u64,
    /// Rows that the file does not name and that go; none in [`ImportMode::Merge`].
    pub removed: u64,
    /// Lines that are left out, because they cannot be read or a rule refuses them.
    pub refused: u64,
}

/// A file that is being imported. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Import<T> {
    store: Store,
    mode: ImportMode,
    connection: Arc<Mutex<Connection>>,
    work: Arc<Work>,
    staging: Staging<T>,
    preview: Option<Preview>,
}

impl Store {
    /// Begins to import a file.
    ///
    /// # Errors
    /// If the database cannot be opened once more.
    pub async fn import<T: Record>(&self, mode: ImportMode) -> Result<Import<T>, Error> {
        let path = self.path().to_owned();
        let opened = spawn_blocking(move || {
            let connection = connect(&path, Access::Write)?;
            stage::prepare(&connection)?;
            Ok(connection)
        });
        let connection = opened.await.unwrap_or(Err(Error::Interrupted))?;
        let work = Arc::new(Work::new(connection.get_interrupt_handle()));
        Ok(Import {
            store: self.clone(),
            mode,
            connection: Arc::new(Mutex::new(connection)),
            work,
            staging: Staging::default(),
            preview: None,
        })
    }
}

impl<T: Record> Import<T> {
    /// How far it has come, whenever that changes.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.work.progress()
    }

    /// What cancels it, from anywhere.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        Canceller::of(&self.work)
    }

    /// Takes the next row of the file, or what is wrong with it: the number of the line, the line itself,
    /// and what was read from it. To be called away from async threads.
    ///
    /// # Errors
    /// [`Error::Cancelled`]; [`Error::Full`] if there is no room to put it aside.
    pub fn push(
        &mut self,
        line: usize,
        text: &str,
        row: Result<T, Vec<routing::LineError>>,
    ) -> Result<(), Error> {
        let connection = lock(&self.connection);
        let own = self.store.own();
        self.staging
            .push(&connection, &self.work, own, (line, text, row))
    }

    /// Compares the file with what is there, and says what would be done. To be called again if the
    /// list has changed meanwhile; no rows can be taken any more.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub async fn check(&mut self) -> Result<Preview, Error> {
        let (work, mode) = (Arc::clone(&self.work), self.mode);
        let staged = self.staging.rows();
        let preview = self
            .run(move |connection| {
                if !connection.is_autocommit() {
                    connection.execute_batch("COMMIT")?;
                }
                let tx = connection.transaction()?;
                let preview = check::check::<T>(&tx, &work, mode, staged)?;
                tx.commit()?;
                Ok(preview)
            })
            .await?;
        self.preview = Some(preview);
        Ok(preview)
    }

    /// Some of the rows about which the check has come to a verdict.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub async fn page(&self, query: PreviewQuery) -> Result<PreviewPage<T>, Error> {
        self.run(move |connection| page::page(&connection.transaction()?, &query))
            .await
    }

    /// Some of the lines that are left out, in the order of the file.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub async fn refused(&self, query: RefusedQuery) -> Result<RefusedPage, Error> {
        self.run(move |connection| page::refused(&connection.transaction()?, &query))
            .await
    }

    /// Does what the last [`Import::check`] has said, all of it or nothing, as one entry of the history
    /// under this name. The rules are checked once more.
    ///
    /// # Errors
    /// [`Error::ImportOutdated`] if it would do something else now; [`Error::Cancelled`], up to the
    /// moment when all is written.
    pub async fn commit(&mut self, by: &By, name: &str) -> Result<Imported, Error> {
        let preview = match self.preview {
            Some(preview) => preview,
            None => self.check().await?,
        };
        let job = commit::Job {
            by: by.clone(),
            name: name.chars().take(255).collect(),
            mode: self.mode,
            staged: self.staging.rows(),
            preview,
        };
        let (store, work) = (self.store.clone(), Arc::clone(&self.work));
        let turn = self.store.turn_to_write().await?;
        let imported = self
            .run(move |connection| {
                let done = store.write_with(connection, |tx| commit::commit::<T>(tx, &work, &job));
                drop(turn);
                done
            })
            .await?;
        let connection = Arc::clone(&self.connection);
        // Nobody waits for it: all is safe in the log beside the file already.
        drop(spawn_blocking(move || {
            if let Err(error) = stage::fold(&lock(&connection)) {
                tracing::warn!(%error, "what was imported stays in the log beside the database for now");
            }
        }));
        Ok(imported)
    }

    async fn run<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let (connection, work) = (Arc::clone(&self.connection), Arc::clone(&self.work));
        let done = spawn_blocking(move || {
            work.go_on()?;
            // Whatever was interrupted was so because somebody has cancelled.
            job(&mut lock(&connection)).map_err(|error| work.go_on().err().unwrap_or(error))
        });
        done.await.unwrap_or(Err(Error::Interrupted))
    }
}

fn lock(connection: &Mutex<Connection>) -> std::sync::MutexGuard<'_, Connection> {
    // A job that has panicked has rolled back what it was doing.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
