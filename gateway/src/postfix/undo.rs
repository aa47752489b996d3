//! Going back to a backup.

use std::path::{Path, PathBuf};

use super::apply::checked;
use super::backup::{Backup, BackupError};
use super::live::{Live, LiveError, command};
use super::settings::Settings;
use super::shell;
use super::system::System;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The backup to which main.cf and master.cf went back.
    pub from: PathBuf,
    /// The folder with the files as they were just before; `None` if they were as in the backup.
    pub backup: Option<PathBuf>,
    /// The commands to type next.
    pub next: Vec<String>,
}

/// Why nothing was changed. Displays as sentences.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The live configuration cannot be read.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A backup cannot be read or made.
    #[error("{0} Nothing was changed.")]
    Backup(BackupError),
    /// There is none.
    #[error("There is no backup in {}: nothing was applied there.", .0.display())]
    None(PathBuf),
    /// Somebody changed the files since.
    #[error(
        "{files} changed since, and going back would lose that. See \"diff -ru {after} {}\"; \
         --force goes back all the same, and keeps a backup.",
        config_directory.display()
    )]
    Changed {
        /// The files, "main.cf and master.cf".
        files: String,
        /// The files as the change left them.
        after: String,
        /// Where the files are now.
        config_directory: PathBuf,
    },
    /// Postfix finds fault with the backup; everything is as it was.
    #[error("Postfix finds fault with the files of {}: {said}. Everything is as it was.", backup.display())]
    Faulty {
        /// The backup.
        backup: PathBuf,
        /// Its last words.
        said: String,
    },
    /// The files could not be put back.
    #[error("{source} Copy main.cf and master.cf from {} by hand.", backup.display())]
    Stuck {
        /// Why.
        source: BackupError,
        /// Where the files from before are.
        backup: PathBuf,
    },
}

/// Puts main.cf and master.cf back as they were before the last [`apply`](super::apply()), or as in the
/// backup `from`. What they are now is kept in a new backup that has `stamp` in its name.
///
/// Changes that somebody made since are not lost, unless `force` says so.
///
/// # Errors
/// [`UndoError`]: nothing was changed, but for [`UndoError::Stuck`].
pub fn undo(
    system: &impl System,
    settings: &Settings,
    from: Option<&Path>,
    force: bool,
    stamp: &str,
) -> Result<Undone, UndoError> {
    let live = Live::read(system, settings)?;
    let config_directory = live.config_directory();
    let backup = match from {
        Some(folder) => Some(Backup::at(&config_directory, folder)),
        None => Backup::newest(&config_directory).transpose(),
    };
    let backup = backup
        .transpose()
        .map_err(UndoError::Backup)?
        .ok_or_else(|| UndoError::None(config_directory.clone()))?;
    let mut undone = Undone {
        from: backup.folder().to_owned(),
        backup: None,
        next: vec![shell::line(&command("postfix", settings, &["reload"]))],
    };
    if backup.is_present_state().map_err(UndoError::Backup)? {
        return Ok(undone);
    }
    let changed = backup.changed_since().map_err(UndoError::Backup)?;
    if !changed.is_empty() && !force {
        return Err(UndoError::Changed {
            files: changed.join(" and "),
            after: backup.folder().join("after").display().to_string(),
            config_directory,
        });
    }
    let present = Backup::take(&config_directory, stamp).map_err(UndoError::Backup)?;
    let stuck = |source| UndoError::Stuck {
        source,
        backup: present.folder().to_owned(),
    };
    backup.restore().map_err(stuck)?;
    if let Err(said) = checked(system, settings) {
        present.restore().map_err(stuck)?;
        return Err(UndoError::Faulty {
            backup: backup.folder().to_owned(),
            said,
        });
    }
    undone.backup = Some(present.folder().to_owned());
    Ok(undone)
}
