//! The data folder: one database, and a lock that only one server holds.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use store::{OpenError, Store};

/// The database's file name in the data folder.
pub const DATABASE: &str = "smart-hosts.db";

/// The lock's file name in the data folder.
const LOCK: &str = "serve.lock";

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// The folder or a file in it cannot be made or read.
    #[error("The data folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Whoever runs the command may not look into it.
    #[error(
        "You may not look into the data folder {}. Run the command with sudo, or as the user to whom the \
         folder belongs.",
        folder.display()
    )]
    Forbidden {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no database yet, and the command only reads.
    #[error(
        "There is no database in {}. Give the data folder of the server with --data-dir or \
         SMART_HOSTS_DATA_DIR.",
        folder.display()
    )]
    NoDatabase {
        /// The folder.
        folder: PathBuf,
    },
    /// Another server is running on the folder.
    #[error("The data folder {} is in use: {holder}", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Who holds it, in its own words.
        holder: String,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The data folder.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The folder at `path`; nothing is read or made yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the database, making folder and database if they are missing.
    ///
    /// # Errors
    /// [`DataDirError::Folder`] and [`DataDirError::Open`].
    pub async fn create(&self) -> Result<Store, DataDirError> {
        self.make_folder()?;
        Ok(Store::open(&self.0.join(DATABASE)).await?)
    }

    /// Opens a database that is there already: a mistyped folder is an error, not an empty list.
    ///
    /// # Errors
    /// [`DataDirError::NoDatabase`], [`DataDirError::Forbidden`] and [`DataDirError::Open`].
    pub async fn open(&self) -> Result<Store, DataDirError> {
        let database = self.0.join(DATABASE);
        match database.metadata() {
            Ok(found) if found.is_file() => Ok(Store::open(&database).await?),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(DataDirError::Forbidden {
                    folder: self.0.clone(),
                })
            }
            _ => Err(DataDirError::NoDatabase {
                folder: self.0.clone(),
            }),
        }
    }

    /// Takes the folder for one server, until the lock is dropped or the process ends, however it
    /// ends. `holder` is what another server is told.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] if a server holds it, [`DataDirError::Folder`].
    pub fn lock(&self, holder: &str) -> Result<ServeLock, DataDirError> {
        self.make_folder()?;
        let failed = |source| DataDirError::Folder {
            folder: self.0.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(self.0.join(LOCK))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's words are a help, not a condition.
                let _ = file.read_to_string(&mut holder);
                return Err(DataDirError::InUse {
                    folder: self.0.clone(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut lock = ServeLock { file };
        lock.held_by(holder).map_err(failed)?;
        Ok(lock)
    }

    fn make_folder(&self) -> Result<(), DataDirError> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0);
        made.map_err(|source| DataDirError::Folder {
            folder: self.0.clone(),
            source,
        })
    }
}

/// Holds the data folder for one server.
#[derive(Debug)]
pub struct ServeLock {
    file: File,
}

impl ServeLock {
    /// Says anew who holds the folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn held_by(&mut self, holder: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{holder}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_told_who_holds_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = DataDir::new(folder.path());
        let mut held = data_dir.lock("process 42 on 127.0.0.1:3000").unwrap();
        let error = data_dir.lock("process 43").unwrap_err().to_string();
        assert!(
            error.ends_with("is in use: process 42 on 127.0.0.1:3000"),
            "{error}"
        );
        held.held_by("process 42 on 127.0.0.1:8080").unwrap();
        let error = data_dir.lock("process 43").unwrap_err().to_string();
        assert!(error.ends_with("process 42 on 127.0.0.1:8080"), "{error}");
        drop(held);
        data_dir.lock("process 43").unwrap();
    }

    #[test]
    fn nobody_else_may_read_the_folder() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let data_dir = DataDir::new(folder.path().join("data"));
        let _lock = data_dir.lock("process 42").unwrap();
        for path in [data_dir.path().to_owned(), data_dir.path().join(LOCK)] {
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    }

    #[tokio::test]
    async fn a_command_that_reads_makes_no_database() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = DataDir::new(folder.path().join("mistyped"));
        assert!(matches!(
            data_dir.open().await,
            Err(DataDirError::NoDatabase { .. })
        ));
        assert!(!data_dir.path().exists());
    }
}
