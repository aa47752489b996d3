//! Copies of main.cf and master.cf from before a change.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::filter;

/// How a backup's folder begins, beside main.cf.
const PREFIX: &str = "smart-hosts-backup-";

/// How many backups may have the same stamp; they are told apart by a number from 2 on.
const MOST_IN_ONE_MOMENT: u32 = 9;

/// What a backup holds; a file that was not there is not in it.
const FILES: [&str; 3] = ["main.cf", "master.cf", filter::FILE_NAME];

/// The two files that Postfix cannot do without.
const NEEDED: [&str; 2] = ["main.cf", "master.cf"];

/// Where a backup keeps what a change made of the files, to see later whether others changed them.
const AFTER: &str = "after";

/// Why a backup cannot be made or used. Displays as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder cannot be read or written.
    #[error("{} cannot be {verb}: {source}. Changing Postfix's configuration takes root's rights.", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried: "read", "written", "made".
        verb: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// There are too many of that name already.
    #[error("There are too many backups like {}, and none is overwritten. Try again in a second.", .0.display())]
    Exists(PathBuf),
    /// It is no backup.
    #[error("{} is no backup: it holds no main.cf and master.cf. \"ls -d {}*\" lists backups.", path.display(), prefix.display())]
    NotOne {
        /// What was named.
        path: PathBuf,
        /// How the backups' names begin.
        prefix: PathBuf,
    },
}

/// A folder beside main.cf with copies from before a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    folder: PathBuf,
    config_directory: PathBuf,
}

impl Backup {
    /// Copies the files to a new folder that has `stamp` in its name, such as `20261124T010203Z`. An
    /// older one is never overwritten.
    ///
    /// # Errors
    /// If too many have that stamp already, or it cannot be written.
    pub fn take(config_directory: &Path, stamp: &str) -> Result<Self, BackupError> {
        let named = |suffix: &str| config_directory.join(format!("{PREFIX}{stamp}{suffix}"));
        let mut folder = named("");
        for number in 2..=MOST_IN_ONE_MOMENT {
            // Postfix's files may hold secrets, and are not for everybody in a copy either.
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    folder = named(&format!("-{number}"));
                }
                made => {
                    made.map_err(failed(&folder, "made"))?;
                    let backup = Self {
                        folder,
                        config_directory: config_directory.to_owned(),
                    };
                    backup.copy_to(&backup.folder)?;
                    return Ok(backup);
                }
            }
        }
        Err(BackupError::Exists(named("")))
    }

    /// The backup in a folder.
    ///
    /// # Errors
    /// If it holds none.
    pub fn at(config_directory: &Path, folder: &Path) -> Result<Self, BackupError> {
        if NEEDED.iter().all(|name| folder.join(name).is_file()) {
            return Ok(Self {
                folder: folder.to_owned(),
                config_directory: config_directory.to_owned(),
            });
        }
        Err(BackupError::NotOne {
            path: folder.to_owned(),
            prefix: config_directory.join(PREFIX),
        })
    }

    /// The newest backup after which a change was made.
    ///
    /// # Errors
    /// If the folder of main.cf cannot be read.
    pub fn newest(config_directory: &Path) -> Result<Option<Self>, BackupError> {
        let error = || failed(config_directory, "read");
        let mut newest: Option<PathBuf> = None;
        for entry in fs::read_dir(config_directory).map_err(error())? {
            let path = entry.map_err(error())?.path();
            let named = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
            if named
                && path.join(AFTER).is_dir()
                && newest.as_ref().is_none_or(|found| *found < path)
            {
                newest = Some(path);
            }
        }
        newest
            .map(|folder| Self::at(config_directory, &folder))
            .transpose()
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Remembers what the change made of the files.
    pub(super) fn remember_after(&self) -> Result<(), BackupError> {
        let after = self.folder.join(AFTER);
        DirBuilder::new()
            .mode(0o700)
            .create(&after)
            .map_err(failed(&after, "made"))?;
        self.copy_to(&after)
    }

    /// The files that somebody changed since [`Backup::remember_after`]; none if nothing was
    /// remembered.
    pub(super) fn changed_since(&self) -> Result<Vec<&'static str>, BackupError> {
        let after = self.folder.join(AFTER);
        if !after.is_dir() {
            return Ok(Vec::new());
        }
        let mut changed = Vec::new();
        for name in NEEDED {
            if read(&after.join(name))? != read(&self.config_directory.join(name))? {
                changed.push(name);
            }
        }
        Ok(changed)
    }

    /// Whether main.cf and master.cf are as this backup has them.
    pub(super) fn is_present_state(&self) -> Result<bool, BackupError> {
        for name in NEEDED {
            if read(&self.folder.join(name))? != read(&self.config_directory.join(name))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts the copies of main.cf and master.cf back. The filter stays until it is put back or
    /// removed by [`Backup::restore_filter`], for a running Postfix uses it until it is reloaded.
    pub(super) fn restore(&self) -> Result<(), BackupError> {
        for name in NEEDED {
            let bytes = read(&self.folder.join(name))?;
            replace(&self.config_directory.join(name), &bytes)?;
        }
        Ok(())
    }

    /// Puts the filter back as it was, or removes it where there was none.
    pub(super) fn restore_filter(&self) -> Result<(), BackupError> {
        let (copy, file) = (
            self.folder.join(filter::FILE_NAME),
            self.config_directory.join(filter::FILE_NAME),
        );
        if copy.is_file() {
            return replace(&file, &read(&copy)?);
        }
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed(&file, "removed")(error))
            }
            _ => Ok(()),
        }
    }

    fn copy_to(&self, folder: &Path) -> Result<(), BackupError> {
        for name in FILES {
            let source = self.config_directory.join(name);
            if !source.exists() && !NEEDED.contains(&name) {
                continue;
            }
            let target = folder.join(name);
            let bytes = read(&source)?;
            let written = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&target)
                .and_then(|mut file| {
                    file.write_all(&bytes)?;
                    file.sync_all()
                });
            written.map_err(failed(&target, "written"))?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, BackupError> {
    fs::read(path).map_err(failed(path, "read"))
}

fn failed(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::Io { path, verb, source }
}

/// Writes a file whole or not at all. One that is there keeps its owner and rights, and a symbolic
/// link stays one; a new one may be read by all, as Postfix's files are.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut beside = target.clone().into_os_string();
    beside.push(".smart-hosts-new");
    let beside = PathBuf::from(beside);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o644)
            .open(&beside)?;
        file.write_all(bytes)?;
        if let Ok(present) = fs::metadata(&target) {
            let made = file.metadata()?;
            if (made.uid(), made.gid()) != (present.uid(), present.gid()) {
                chown(&beside, Some(present.uid()), Some(present.gid()))?;
            }
            file.set_permissions(fs::Permissions::from_mode(present.mode() & 0o7777))?;
        }
        file.sync_all()?;
        fs::rename(&beside, &target)
    };
    write().map_err(|source| {
        // It may not be there, which is as good.
        let _ = fs::remove_file(&beside);
        failed(path, "written")(source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.cf"), "a = 1\n").unwrap();
        fs::write(folder.path().join("master.cf"), "smtp inet\n").unwrap();
        folder
    }

    #[test]
    fn a_backup_is_never_overwritten() {
        let folder = folder();
        let backup = Backup::take(folder.path(), "1").unwrap();
        fs::write(folder.path().join("main.cf"), "a = 2\n").unwrap();
        let second = Backup::take(folder.path(), "1").unwrap();
        assert_ne!(backup, second);
        assert!(second.folder() > backup.folder(), "the newest sorts last");
        for _ in 3..MOST_IN_ONE_MOMENT {
            Backup::take(folder.path(), "1").unwrap();
        }
        let error = Backup::take(folder.path(), "1").unwrap_err();
        assert!(matches!(error, BackupError::Exists(_)), "{error}");
        assert_eq!(
            fs::read_to_string(backup.folder().join("main.cf")).unwrap(),
            "a = 1\n"
        );
        assert_eq!(backup.folder().metadata().unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn restoring_keeps_rights_and_links() {
        let folder = folder();
        let (main, real) = (folder.path().join("main.cf"), folder.path().join("real.cf"));
        fs::rename(&main, &real).unwrap();
        std::os::unix::fs::symlink(&real, &main).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        let backup = Backup::take(folder.path(), "1").unwrap();
        fs::write(&real, "a = 2\n").unwrap();
        assert!(!backup.is_present_state().unwrap());
        backup.restore().unwrap();
        assert!(backup.is_present_state().unwrap());
        assert_eq!(fs::read_to_string(&real).unwrap(), "a = 1\n");
        assert_eq!(real.metadata().unwrap().mode() & 0o777, 0o640);
        assert!(main.symlink_metadata().unwrap().is_symlink());
    }

    #[test]
    fn the_newest_change_is_found_and_what_came_after_it() {
        let folder = folder();
        assert_eq!(Backup::newest(folder.path()).unwrap(), None);
        let older = Backup::take(folder.path(), "20260101T000000Z").unwrap();
        older.remember_after().unwrap();
        let newer = Backup::take(folder.path(), "20260102T000000Z").unwrap();
        assert_eq!(
            Backup::newest(folder.path()).unwrap(),
            Some(older),
            "no change followed"
        );
        newer.remember_after().unwrap();
        assert_eq!(Backup::newest(folder.path()).unwrap(), Some(newer.clone()));
        assert!(newer.changed_since().unwrap().is_empty());
        fs::write(folder.path().join("master.cf"), "mine\n").unwrap();
        assert_eq!(newer.changed_since().unwrap(), ["master.cf"]);
    }

    #[test]
    fn the_filter_goes_as_it_came() {
        let folder = folder();
        let file = folder.path().join(filter::FILE_NAME);
        let without = Backup::take(folder.path(), "1").unwrap();
        fs::write(&file, "own").unwrap();
        let with = Backup::take(folder.path(), "2").unwrap();
        fs::write(&file, "new").unwrap();
        with.restore_filter().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "own");
        without.restore_filter().unwrap();
        assert!(!file.exists());
        without.restore_filter().unwrap();
    }

    #[test]
    fn what_is_no_backup_is_refused() {
        let folder = folder();
        let error = Backup::at(folder.path(), &folder.path().join("x"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("is no backup") && error.contains(PREFIX),
            "{error}"
        );
    }
}
