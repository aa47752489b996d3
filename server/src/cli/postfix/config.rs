//! `smart-hosts postfix config`: what must change, printed, applied or undone.

use std::path::{Path, PathBuf};

use clap::Args;
use gateway::postfix::{self, Host, Live, Plan, Settings};

use super::SettingsArg;
use crate::cli::{Failure, output};
use crate::clock;

/// Print what Postfix's configuration must say, as commands; with --apply, run them.
#[derive(Debug, Args)]
#[allow(
    clippy::option_option,
    reason = "clap's way to say: the option, with or without a value"
)]
pub(in crate::cli) struct Config {
    /// Run the commands: with a backup before, "postfix check" after, and the way back if it fails
    #[arg(long)]
    apply: bool,
    /// Go back to the files from before the last --apply, or to those of this backup
    #[arg(
        long,
        value_name = "BACKUP",
        num_args = 0..=1,
        require_equals = true,
        conflicts_with = "apply"
    )]
    undo: Option<Option<PathBuf>>,
    /// With --undo: go back even if somebody has changed the files since; a backup is kept
    #[arg(long, requires = "undo")]
    force: bool,
    #[command(flatten)]
    settings: SettingsArg,
}

impl Config {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.settings();
        match &self.undo {
            Some(backup) => self.undo(&settings, backup.as_deref()),
            None if self.apply => apply(&settings),
            None => print(&settings),
        }
    }

    fn undo(&self, settings: &Settings, backup: Option<&Path>) -> Result<(), Failure> {
        let undone =
            postfix::undo(&Host, settings, backup, self.force, &stamp()).map_err(failed)?;
        let from = undone.from.display();
        let Some(backup) = undone.backup else {
            return output::line(format_args!(
                "main.cf and master.cf are as in {from} already."
            ));
        };
        output::line(format_args!(
            "main.cf and master.cf are as in {from} again."
        ))?;
        output::line(format_args!("As they were until now: {}", backup.display()))?;
        next(&undone.next)
    }
}

fn print(settings: &Settings) -> Result<(), Failure> {
    let live = Live::read(&Host, settings).map_err(failed)?;
    let plan = Plan::new(&live, settings).map_err(failed)?;
    output::text(&plan.script())?;
    if plan.is_in_place() {
        output::note("main.cf and master.cf say all of this already.");
    } else {
        output::note(
            "Nothing was changed. Run these commands as root, or use --apply; then reload Postfix.",
        );
    }
    Ok(())
}

fn apply(settings: &Settings) -> Result<(), Failure> {
    let applied = postfix::apply(&Host, settings, &stamp()).map_err(failed)?;
    for note in &applied.notes {
        output::note(note);
    }
    match applied.backup {
        Some(backup) => {
            output::line(
                "main.cf and master.cf are changed, and \"postfix check\" finds no fault.",
            )?;
            output::line(format_args!("As they were before: {}", backup.display()))?;
        }
        None => {
            output::line("main.cf and master.cf say all of this already. Nothing was changed.")?;
        }
    }
    next(&applied.next)
}

fn next(commands: &[String]) -> Result<(), Failure> {
    output::line(format_args!(
        "For it to take effect: {}",
        commands.join(" && ")
    ))
}

/// The present moment, as in ISO 8601 without colons, which are awkward in file names.
fn stamp() -> String {
    clock::now().to_string().replace([':', '-'], "")
}

fn failed(error: impl std::error::Error) -> Failure {
    Failure::Io(std::io::Error::other(error.to_string()))
}
