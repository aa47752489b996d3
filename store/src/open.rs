//! From a path to a database of this version.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    thread::sleep,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::{
    history,
    owner::give_to_owner_of_folder,
    pool::{Access, connect},
};

/// The letters `SmHo`, in the header of every database of ours (`PRAGMA application_id`).
pub(crate) const APPLICATION_ID: i32 = 0x536d_486f;

/// The steps from an empty file to the schema of today. Released steps are never edited: a new
/// schema is a new step.
const STEPS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
];

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer version of the program has written it.
    #[error(
        "{} has schema version {found}; this program knows versions up to {known}. Start a newer \
         version of the program, or restore a copy from before the upgrade.",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its schema.
        found: i32,
        /// The greatest version that this program knows.
        known: i32,
    },
    /// Another program has written it, or it is no database at all.
    #[error(
        "{} is not a Smart Hosts database. It was left as it is. Choose another data folder, or \
         move the file away.",
        path.display()
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The folder or the file cannot be made, read or written.
    #[error("{} cannot be opened: {source}", path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is a database, but parts of it are not what they should be.
    #[error(
        "The database {} is damaged ({detail}). Stop the program, keep a copy of the file and \
         restore the last good one.",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the engine found.
        detail: String,
    },
    /// Others than its owner may read the key that seals passwords.
    #[error(
        "Others may read the key {0} (its mode is {mode:o}). If nobody has read it, run: chmod 600 {0}",
        path.display()
    )]
    KeyExposed {
        /// The key file.
        path: PathBuf,
        /// Its mode, as `chmod` takes it.
        mode: u32,
    },
    /// The key file holds no key.
    #[error(
        "{} holds no key: it should be one line of 64 hexadecimal digits. Restore it from a backup; \
         or move it away, start again and enter the passwords of the smart hosts anew.",
        path.display()
    )]
    KeyDamaged {
        /// The key file.
        path: PathBuf,
    },
    /// The database engine failed.
    #[error("The database {} cannot be opened: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Makes the file if there is none, brings its schema up to date and returns the writer.
pub(crate) fn open(path: &Path) -> Result<Connection, OpenError> {
    create(path)?;
    prepare(path).map_err(|refusal| refusal.of(path.to_owned()))
}

/// Makes the folder and an empty file which only its owner can read: it will hold passwords.
fn create(path: &Path) -> Result<(), OpenError> {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    let mut file = OpenOptions::new();
    file.create_new(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folders.mode(0o700);
        file.mode(0o600);
    }
    let failed = |path: &Path, source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        let made = folders.create(folder);
        made.map_err(|source| failed(folder, source))?;
    }
    match file.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made
            .and_then(|_| give_to_owner_of_folder(path))
            .map_err(|source| failed(path, source)),
    }
}

enum Refusal {
    Newer { found: i32, known: i32 },
    NotOurs,
    Database(rusqlite::Error),
}

impl Refusal {
    fn of(self, path: PathBuf) -> OpenError {
        match self {
            Self::Newer { found, known } => OpenError::Newer { path, found, known },
            Self::NotOurs => OpenError::NotOurs { path },
            Self::Database(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => OpenError::NotOurs { path },
                Some(ErrorCode::DatabaseCorrupt) => OpenError::Corrupt {
                    path,
                    detail: error.to_string(),
                },
                _ => OpenError::Database {
                    path,
                    source: error.into(),
                },
            },
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

fn prepare(path: &Path) -> Result<Connection, Refusal> {
    let mut connection = connect(path, Access::Write)?;
    // Before anything is written: a foreign file is left as it is.
    let version = schema_version(&connection.transaction()?)?;
    write_ahead(&connection)?;
    // A file that is up to date is opened without a turn at writing, for another process may take
    // long over its own, an import say, and the answers to Postfix must not wait for that.
    if version < STEPS.len() {
        migrate(&mut connection)?;
    }
    Ok(connection)
}

/// The number of steps that the database has gone through. In a transaction, for what is read must be of
/// one moment: another process may be making the database.
fn schema_version(connection: &Transaction<'_>) -> Result<usize, Refusal> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, found) = (number("application_id")?, number("user_version")?);
    let tables = "SELECT EXISTS (SELECT 1 FROM sqlite_schema)";
    let empty = !connection.query_row(tables, [], |row| row.get::<_, bool>(0))?;
    match (application, usize::try_from(found)) {
        (0, Ok(0)) if empty => Ok(0),
        (APPLICATION_ID, Ok(version)) if version <= STEPS.len() => Ok(version),
        (APPLICATION_ID, _) => Err(Refusal::Newer {
            found,
            known: i32::try_from(STEPS.len()).unwrap_or(i32::MAX),
        }),
        _ => Err(Refusal::NotOurs),
    }
}

/// Readers and the writer do not wait for each other. The file remembers it.
fn write_ahead(connection: &Connection) -> Result<(), rusqlite::Error> {
    // The switch needs the file for itself and, unlike everything else, does not always wait for
    // it, so two processes that start on a new file would fail.
    for _ in 0..50 {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}

/// What belongs to the step of this number and cannot be said in SQL.
fn and_then(tx: &Transaction<'_>, number: i32) -> Result<(), Refusal> {
    match number {
        6 => Ok(history::chain_up(tx)?),
        8 => Ok(history::record_start(tx)?),
        _ => Ok(()),
    }
}

/// Takes the steps that are missing, all in one transaction.
fn migrate(connection: &mut Connection) -> Result<(), Refusal> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been quicker.
    let from = schema_version(&transaction)?;
    for (step, number) in STEPS.iter().zip(1_i32..).skip(from) {
        transaction.execute_batch(step)?;
        and_then(&transaction, number)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", number)?;
        tracing::info!(
            schema_version = number,
            "database schema brought up to date"
        );
    }
    transaction.commit()?;
    Ok(())
}
