//! Connections: one that writes, a few that read, none of them on an async thread.

mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, config::DbConfig};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

pub(crate) use self::writer::Writer;
use crate::{Error, search};

/// Enough for every text that the store composes to stay prepared.
const STATEMENTS: usize = 128;

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Access {
    /// How long an operation waits, for its turn in this process and then for another process.
    ///
    /// Readers wait for nobody who writes, so what holds them up does not end by itself. Whoever writes
    /// waits for others who do, and the longest change of all, an import or its undo, takes ten seconds
    /// and, on a machine that is busy, five times that.
    const fn patience(self) -> Duration {
        match self {
            Self::Read => Duration::from_secs(5),
            Self::Write => Duration::from_mins(2),
        }
    }
}

/// Connections of one kind, opened when first needed, at most so many at a time.
///
/// Whoever comes when all are busy waits in line. A job that panics takes its connection with it;
/// the next one opens a new one.
#[derive(Debug)]
pub(crate) struct Lane {
    path: PathBuf,
    access: Access,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
    size: u32,
    patience: Duration,
}

impl Lane {
    pub(crate) fn new(path: &Path, access: Access, size: u32, idle: Vec<Connection>) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            access,
            idle: Mutex::new(idle),
            turns: Arc::new(Semaphore::new(size as usize)),
            size,
            patience: access.patience(),
        })
    }

    /// The database's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = timeout(self.patience, turn)
            .await
            .map_err(|_| Error::Busy)?;
        turn.map_err(|_| Error::Closed)
    }

    /// Runs a job in one transaction, away from the async threads.
    ///
    /// The transaction is committed if the job succeeds and rolled back if not. A caller that stops
    /// waiting does not stop the job.
    pub(crate) async fn run<R: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let turn = self.turn().await?;
        let lane = Arc::clone(self);
        let done = spawn_blocking(move || {
            let result = lane.run_here(job);
            drop(turn);
            result
        });
        // An error here: the job panicked, or the runtime is shutting down.
        done.await.unwrap_or(Err(Error::Interrupted))
    }

    /// As [`Lane::run`], on this thread and for a caller that holds a turn.
    pub(crate) fn run_here<R>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let result = in_transaction(&mut connection, self.access, job);
        self.idle().push(connection);
        result
    }

    fn connect(&self) -> Result<Connection, rusqlite::Error> {
        let connection = connect(&self.path, self.access)?;
        connection.busy_timeout(self.patience)?;
        Ok(connection)
    }

    /// Refuses further jobs.
    pub(crate) fn refuse(&self) {
        self.turns.close();
    }

    /// Waits for running jobs, refuses further ones and hands the connections over.
    pub(crate) async fn close(&self) -> Vec<Connection> {
        // Fails if it has been closed before; then there is nothing left to wait for.
        let all = self.turns.acquire_many(self.size).await;
        self.refuse();
        drop(all);
        std::mem::take(&mut self.idle())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // Nothing can panic between taking and putting back, so a poisoned list is a good list.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_transaction<R>(
    connection: &mut Connection,
    access: Access,
    job: impl FnOnce(&Transaction<'_>) -> Result<R, Error>,
) -> Result<R, Error> {
    let behavior = match access {
        Access::Read => TransactionBehavior::Deferred,
        // Takes the lock before the rules are checked, so that they still hold at the commit.
        Access::Write => TransactionBehavior::Immediate,
    };
    let transaction = connection.transaction_with_behavior(behavior)?;
    let result = job(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// Opens a connection to an existing file and makes it careful: the file may come from anywhere.
pub(crate) fn connect(path: &Path, access: Access) -> Result<Connection, rusqlite::Error> {
    let mode = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(access.patience())?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        // A statement is prepared once, not anew for each other LIMIT that is bound to it.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        connection.set_db_config(setting, on)?;
    }
    connection.pragma_update(None, "cell_size_check", true)?;
    // FULL, not NORMAL: in WAL mode NORMAL may lose the last acknowledged changes at a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    search::register(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::open;

    /// A lane of one connection to a new database, that waits so long.
    fn lane(folder: &tempfile::TempDir, access: Access, patience: Duration) -> Arc<Lane> {
        let path = folder.path().join("smart-hosts.db");
        drop(open::open(&path).expect("a new database"));
        let lane = Arc::into_inner(Lane::new(&path, access, 1, Vec::new()));
        Arc::new(Lane {
            patience,
            ..lane.expect("nobody else has it")
        })
    }

    #[tokio::test]
    async fn another_program_that_does_not_stop_writing_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let lane = lane(&folder, Access::Write, Duration::from_millis(50));
        let other = connect(lane.path(), Access::Write).expect("a connection");
        other.execute_batch("BEGIN IMMEDIATE").expect("a turn");
        let wrote = lane.run(|_| Ok(())).await;
        assert!(matches!(wrote, Err(Error::Busy)), "{wrote:?}");
        other.execute_batch("ROLLBACK").expect("the end of it");
        lane.run(|_| Ok(())).await.expect("a turn");
    }

    #[tokio::test]
    async fn a_turn_that_does_not_come_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let lane = lane(&folder, Access::Read, Duration::from_millis(50));
        let held = lane.turn().await.expect("a turn");
        let waited = lane.turn().await;
        assert!(matches!(waited, Err(Error::Busy)), "{waited:?}");
        drop(held);
        drop(lane.turn().await.expect("a turn"));
    }

    #[test]
    fn a_statement_is_prepared_once_whatever_is_bound_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smart-hosts.db");
        drop(open::open(&path).expect("a new database"));
        let connection = connect(&path, Access::Read).expect("a connection");
        let sql = "SELECT id FROM routes ORDER BY domain LIMIT ?";
        let mut statement = connection.prepare(sql).expect("a statement");
        for limit in [50, 1, 50] {
            let mut rows = statement.query([limit]).expect("an answer");
            assert!(rows.next().expect("no fault").is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    /// It writes a journal of more than 128 KiB wrongly when that leaves memory.
    #[test]
    fn the_engine_is_compiled_as_it_is_to_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::open(&folder.path().join("smart-hosts.db")).expect("a new database");
        let mut options = connection
            .prepare("PRAGMA compile_options")
            .expect("a statement");
        let options = options.query_map([], |row| row.get(0)).expect("options");
        let options: Vec<String> = options.collect::<Result<_, _>>().expect("options");
        let has = |option: &str| options.iter().any(|known| known == option);
        assert!(has("STMTJRNL_SPILL=122880"), "{options:?}");
        assert!(has("DEFAULT_MEMSTATUS=0"), "{options:?}");
        assert!(!has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }

    /// An import of a million rows takes less.
    #[test]
    fn who_writes_waits_for_the_longest_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smart-hosts.db");
        let connection = open::open(&path).expect("a new database");
        let writing = Lane::new(&path, Access::Write, 1, Vec::new());
        assert!(writing.patience >= Duration::from_mins(1));
        let timeout: u64 = connection
            .pragma_query_value(None, "busy_timeout", |row| row.get(0))
            .expect("a setting");
        assert_eq!(u128::from(timeout), writing.patience.as_millis());
    }
}
