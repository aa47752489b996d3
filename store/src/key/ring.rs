//! Which key seals now: the database tells, the files beside it hold it.
//!
//! A key is replaced in three steps: the new one is written to a file of its own, `.key.next`; what is
//! sealed is sealed anew, and the fingerprint of the new key recorded, in one transaction; the new file
//! takes the place of the old one. Wherever that is broken off, the recorded fingerprint tells which of
//! the two files holds the right key. Files change their places only while the database's one turn at
//! writing is held.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{Fingerprint, SealingKey, keep_name, write_new};
use crate::{Error, OpenError};

/// The keys that this process knows of, the last one last. Earlier ones stay: whoever began to read
/// before a key was replaced still needs it.
#[derive(Debug)]
pub(crate) struct KeyRing {
    /// The file that holds the key, except in the middle of its replacement.
    file: PathBuf,
    known: Mutex<Vec<Arc<SealingKey>>>,
}

impl KeyRing {
    /// The key of a database; makes it if there is none, and brings a replacement that was broken off
    /// to its end.
    pub(crate) fn open(database: &Path, writer: &mut Connection) -> Result<Self, OpenError> {
        let key = SealingKey::of(database)?;
        let ring = Self {
            file: database.with_extension("key"),
            known: Mutex::new(Vec::new()),
        };
        let failed = |error: Error| OpenError::Database {
            path: database.to_owned(),
            source: error.into(),
        };
        let recorded = recorded(writer).map_err(failed)?;
        if recorded.is_none_or(|recorded| recorded == key.fingerprint()) {
            ring.learn(key);
            return Ok(ring);
        }
        let settled = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Error::from)
            .and_then(|tx| {
                let key = ring.settle(&tx)?;
                tx.commit()?;
                Ok(key)
            });
        ring.learn_known(settled.map_err(failed)?);
        Ok(ring)
    }

    /// The key with which all is sealed that this transaction sees.
    pub(crate) fn of(&self, tx: &Transaction<'_>) -> Result<Arc<SealingKey>, Error> {
        let recorded = recorded(tx)?;
        let last = {
            let known = self.known();
            let Some(recorded) = recorded else {
                return known.first().cloned().ok_or_else(no_key);
            };
            if let Some(key) = known.iter().rev().find(|key| key.fingerprint() == recorded) {
                return Ok(Arc::clone(key));
            }
            known.last().cloned()
        };
        // Another process has replaced it. Twice the first, because the second may take its place just
        // between the two looks.
        for file in [self.file.clone(), self.next_file(), self.file.clone()] {
            if let Ok(key) = SealingKey::read(&file)
                && recorded == Some(key.fingerprint())
            {
                return Ok(self.learn(key));
            }
        }
        if let Err(error) = SealingKey::read(&self.file) {
            tracing::error!(%error, "the sealing key cannot be read");
        } else {
            let file = self.file.display();
            tracing::error!(%file, "this is not the key with which passwords are sealed");
        }
        last.ok_or_else(no_key)
    }

    /// Remembers a key.
    pub(super) fn learn(&self, key: SealingKey) -> Arc<SealingKey> {
        let key = Arc::new(key);
        self.learn_known(Arc::clone(&key));
        key
    }

    fn learn_known(&self, key: Arc<SealingKey>) {
        self.known().push(key);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Vec<Arc<SealingKey>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_file(&self) -> PathBuf {
        self.file.with_extension("key.next")
    }

    /// Brings the files in order, in a transaction that nobody else writes beside, and returns the key
    /// that they hold then. Where no file holds the recorded key, the one that is there is recorded:
    /// what was sealed with the lost one cannot be read any more, and everything else works.
    pub(super) fn settle(&self, tx: &Transaction<'_>) -> Result<Arc<SealingKey>, Error> {
        let read =
            |file: &Path| SealingKey::read(file).map_err(|error| Error::Database(error.into()));
        let key = read(&self.file)?;
        let Some(recorded) = recorded(tx)?.filter(|recorded| *recorded != key.fingerprint()) else {
            return Ok(Arc::new(key));
        };
        let next = self.next_file();
        if let Ok(key) = SealingKey::read(&next)
            && key.fingerprint() == recorded
        {
            let moved = fs::rename(&next, &self.file).and_then(|()| keep_name(&self.file));
            moved.map_err(|error| Error::Database(error.into()))?;
            tracing::info!("the replacement of the sealing key was brought to its end");
            return Ok(Arc::new(key));
        }
        tracing::error!(
            file = %self.file.display(),
            "this is not the key with which passwords were sealed: they must be entered again"
        );
        record(tx, key.fingerprint())?;
        Ok(Arc::new(key))
    }

    /// Writes a new key beside the present one.
    pub(super) fn write_next(&self, key: &SealingKey) -> std::io::Result<()> {
        let next = self.next_file();
        // What was left by a replacement that never came to count.
        match fs::remove_file(&next) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        write_new(&next, &key.text())?;
        keep_name(&next)
    }
}

/// The fingerprint of the key with which all is sealed; nothing if it was never replaced.
fn recorded(connection: &Connection) -> Result<Option<Fingerprint>, Error> {
    let sql = "SELECT sealing_key FROM settings";
    let row = connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0));
    Ok(row.optional()?.flatten())
}

pub(super) fn record(tx: &Transaction<'_>, key: Fingerprint) -> Result<(), Error> {
    tx.execute("UPDATE settings SET sealing_key = ?", params![key])?;
    Ok(())
}

fn no_key() -> Error {
    Error::Database("no sealing key was read".into())
}
