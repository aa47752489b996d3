//! Making the plan's changes, or none of them.

use std::path::PathBuf;

use super::backup::{Backup, BackupError, replace};
use super::filter;
use super::live::{LIMIT, Live, LiveError, command, last_words, run};
use super::plan::{Plan, PlanError, Step, expanded};
use super::settings::Settings;
use super::shell;
use super::system::System;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The folder with the files from before; `None` if nothing had to be changed.
    pub backup: Option<PathBuf>,
    /// What the administrator should know, in sentences.
    pub notes: Vec<String>,
    /// The commands to type next.
    pub next: Vec<String>,
}

/// Why nothing was changed. Displays as sentences.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The live configuration cannot be read.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// There is no plan for it.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// No backup could be made, so nothing was changed.
    #[error("{0} Nothing was changed.")]
    Backup(BackupError),
    /// Postfix finds fault with what was there before.
    #[error(
        "Postfix finds fault with its configuration as it is: {said}. Nothing was changed; put that right first."
    )]
    FaultyBefore {
        /// Its last words.
        said: String,
    },
    /// A step failed; everything is as it was.
    #[error("{step} failed: {said}. Everything is as it was.")]
    RolledBack {
        /// The command, or the file.
        step: String,
        /// Why.
        said: String,
    },
    /// A step failed, and so did going back.
    #[error(
        "{step} failed: {said}. Going back failed, too: {back} Copy main.cf and master.cf from {} \
         by hand.",
        backup.display()
    )]
    Stuck {
        /// The command, or the file.
        step: String,
        /// Why it failed.
        said: String,
        /// Why going back failed.
        back: String,
        /// Where the files from before are.
        backup: PathBuf,
    },
}

/// A step that failed, and why.
struct Fault {
    step: String,
    said: String,
}

/// Makes the changes of the [`Plan`] for this machine: a backup, the commands, `postfix check`. If any
/// of them fails, main.cf, master.cf and the filter are put back. Postfix is not reloaded.
///
/// `stamp` names the backup, such as `20261124T010203Z`.
///
/// # Errors
/// [`ApplyError`]: nothing was changed, but for [`ApplyError::Stuck`].
pub fn apply(
    system: &impl System,
    settings: &Settings,
    stamp: &str,
) -> Result<Applied, ApplyError> {
    let live = Live::read(system, settings)?;
    let plan = Plan::new(&live, settings)?;
    let reload = shell::line(&command("postfix", settings, &["reload"]));
    if plan.is_in_place() && is_filter_in_place(system, &live) {
        return repair_folder(system, &plan, reload);
    }
    check(system, settings).map_err(|fault| ApplyError::FaultyBefore { said: fault.said })?;
    let backup = Backup::take(&live.config_directory(), stamp).map_err(ApplyError::Backup)?;
    let done = plan
        .steps()
        .iter()
        .try_for_each(|step| take(system, step))
        .and_then(|()| check(system, settings))
        .and_then(|()| confirm(system, settings))
        .and_then(|()| {
            backup.remember_after().map_err(|error| Fault {
                step: "The backup".to_owned(),
                said: error.to_string(),
            })
        });
    match done {
        Ok(()) => Ok(Applied {
            backup: Some(backup.folder().to_owned()),
            notes: plan.notes().to_vec(),
            next: vec![reload],
        }),
        Err(fault) => Err(back(&backup, fault)),
    }
}

/// With both files as they should be, only the folder may want its rights again.
fn repair_folder(system: &impl System, plan: &Plan, reload: String) -> Result<Applied, ApplyError> {
    let folder = plan
        .steps()
        .iter()
        .find(|step| matches!(step, Step::Run { words, .. } if words[0] == "install"));
    if let Some(step) = folder {
        take(system, step).map_err(|Fault { step, said }| ApplyError::RolledBack { step, said })?;
    }
    Ok(Applied {
        backup: None,
        notes: Vec::new(),
        next: vec![reload],
    })
}

fn is_filter_in_place(system: &impl System, live: &Live) -> bool {
    system
        .read(&live.config_directory().join(filter::FILE_NAME))
        .is_ok_and(|text| text == filter::CONTENTS)
}

fn take(system: &impl System, step: &Step) -> Result<(), Fault> {
    match step {
        Step::Run { words, .. } => succeed(system, words),
        Step::Write { path, text, .. } => replace(path, text.as_bytes()).map_err(|error| Fault {
            step: path.display().to_string(),
            said: error.to_string(),
        }),
    }
}

fn succeed(system: &impl System, words: &[String]) -> Result<(), Fault> {
    let said = match run(system, words, None, LIMIT) {
        Ok(ran) if ran.succeeded() => return Ok(()),
        Ok(ran) => last_words(&ran),
        Err(error) => error.to_string(),
    };
    Err(Fault {
        step: shell::line(words),
        said,
    })
}

pub(super) fn checked(system: &impl System, settings: &Settings) -> Result<(), String> {
    check(system, settings).map_err(|fault| fault.said)
}

fn check(system: &impl System, settings: &Settings) -> Result<(), Fault> {
    succeed(system, &command("postfix", settings, &["check"]))
}

/// `postfix check` looks at files more than at values: whether the changes have come through, and the
/// filter does its work, is asked of postconf(1) and postmap(1).
fn confirm(system: &impl System, settings: &Settings) -> Result<(), Fault> {
    let fault = |said: String| Fault {
        step: "Reading the changed configuration".to_owned(),
        said,
    };
    let live = Live::read(system, settings).map_err(|error| fault(error.to_string()))?;
    let plan = Plan::new(&live, settings).map_err(|error| fault(error.to_string()))?;
    if !plan.is_in_place() {
        return Err(fault("postconf does not show the changes".to_owned()));
    }
    let table = expanded(&filter::table(), &live);
    let words = command("postmap", settings, &["-q", filter::SAMPLE.0, &table]);
    match run(system, &words, None, LIMIT) {
        Ok(ran) if ran.stdout.trim_end() == filter::SAMPLE.1 => Ok(()),
        Ok(ran) => Err(Fault {
            step: shell::line(&words),
            said: last_words(&ran),
        }),
        Err(error) => Err(fault(error.to_string())),
    }
}

fn back(backup: &Backup, Fault { step, said }: Fault) -> ApplyError {
    match backup.restore().and_then(|()| backup.restore_filter()) {
        Ok(()) => ApplyError::RolledBack { step, said },
        Err(back) => ApplyError::Stuck {
            step,
            said,
            back: back.to_string(),
            backup: backup.folder().to_owned(),
        },
    }
}

#[cfg(test)]
mod tests;
