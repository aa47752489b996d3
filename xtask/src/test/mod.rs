//! `cargo xtask test`: everything that must hold before a change goes in, the cheap checks first.

mod browser;
mod clippy;
mod doc;
mod durations;
mod fmt;
mod licences;
mod mail;
mod playwright;
mod size;
mod text;
mod unit;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub(crate) use self::size::compressed;
use crate::build::{self, Mode};
use crate::say;
use crate::workspace::Workspace;
use durations::Durations;

/// What `cargo xtask test` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run this stage only; may be given more than once
    #[arg(long, value_name = "STAGE", value_parser = stage_names())]
    only: Vec<String>,
    /// Say which stages there are, and run none
    #[arg(long)]
    list: bool,
    /// Go on after a stage has failed
    #[arg(long)]
    keep_going: bool,
    /// Passed on to Playwright in the stages `browser` and `mail`, as in `-- --headed smart-hosts`
    #[arg(last = true)]
    playwright: Vec<OsString>,
}

/// What a stage may use.
struct Context<'a> {
    workspace: &'a Workspace,
    playwright: &'a [OsString],
}

/// One step of the tests.
struct Stage {
    name: &'static str,
    /// What it checks, as the header says it.
    about: &'static str,
    run: fn(&Context<'_>) -> Result<()>,
    /// A stage without whose success this one makes no sense.
    needs: Option<&'static str>,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "fmt",
        about: "the sources are formatted",
        run: fmt::run,
        needs: None,
    },
    Stage {
        name: "text",
        about: "house rules for every file",
        run: text::run,
        needs: None,
    },
    Stage {
        name: "deny",
        about: "licences and sources of the dependencies",
        run: licences::run,
        needs: None,
    },
    Stage {
        name: "clippy",
        about: "lints, each crate for each place where it runs",
        run: clippy::run,
        needs: None,
    },
    Stage {
        name: "doc",
        about: "the documentation has no broken links",
        run: doc::run,
        needs: None,
    },
    Stage {
        name: "unit",
        about: "unit, property and HTTP tests",
        run: unit::run,
        needs: None,
    },
    Stage {
        name: "build",
        about: "the release program with its site",
        run: |context| build::program(context.workspace, Mode::Release).map(drop),
        needs: None,
    },
    Stage {
        name: "size",
        about: "what a browser downloads stays small",
        run: size::run,
        needs: Some("build"),
    },
    Stage {
        name: "browser",
        about: "the program in a browser, as a person would use it",
        run: browser::run,
        needs: Some("build"),
    },
    Stage {
        name: "mail",
        about: "the program with a real Postfix and real smart hosts",
        run: mail::run,
        needs: Some("build"),
    },
];

/// How a stage ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(String),
}

fn stage_names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

/// Measures messages per second through a real Postfix. It passes or fails nothing.
pub(crate) fn measure_mail(workspace: &Workspace, playwright: &[OsString]) -> Result<()> {
    mail::measure(&Context {
        workspace,
        playwright,
    })
}

/// Measures how long a person waits in a browser. Returns the figures, each on a line.
pub(crate) fn measure_browser(workspace: &Workspace) -> Result<String> {
    browser::measure(&Context {
        workspace,
        playwright: &[],
    })
}

/// Runs the stages and prints how each one ended.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.list {
        for stage in STAGES {
            say::line(&format!("{:<8}  {}", stage.name, stage.about));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen: Vec<&Stage> = STAGES
        .iter()
        .filter(|stage| {
            options.only.is_empty() || options.only.iter().any(|name| name == stage.name)
        })
        .collect();
    let by_playwright = ["browser", "mail"];
    if !options.playwright.is_empty()
        && !chosen
            .iter()
            .any(|stage| by_playwright.contains(&stage.name))
    {
        bail!("what follows `--` is for the stages browser and mail, and neither was chosen");
    }

    let began = Instant::now();
    let context = Context {
        workspace,
        playwright: &options.playwright,
    };
    let mut durations = Durations::load(&workspace.notes());
    let mut ended: Vec<(&Stage, Outcome)> = Vec::new();
    for (index, stage) in chosen.iter().enumerate() {
        let outcome = if let Some(reason) = reason_to_skip(stage, &ended, options.keep_going) {
            Outcome::Skipped(reason)
        } else {
            let names: Vec<_> = chosen[index..].iter().map(|stage| stage.name).collect();
            say::header(&format!(
                "{} ({} of {}): {}. {}",
                stage.name,
                index + 1,
                chosen.len(),
                stage.about,
                durations.what_is_left(&names)
            ));
            carry_out(stage, &context)
        };
        if let Outcome::Passed(time) = outcome {
            durations.note(stage.name, time);
        }
        ended.push((stage, outcome));
    }
    durations.save();

    say::header("Summary");
    for (stage, outcome) in &ended {
        say::line(&summary_line(stage.name, outcome));
    }
    say::line(&format!("Total: {}", say::time(began.elapsed())));
    let failed = ended
        .iter()
        .any(|(_, outcome)| matches!(outcome, Outcome::Failed(_)));
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn carry_out(stage: &Stage, context: &Context<'_>) -> Outcome {
    let began = Instant::now();
    match (stage.run)(context) {
        Ok(()) => Outcome::Passed(began.elapsed()),
        Err(error) => {
            say::error(&error);
            say::line(&format!(
                "The stage {0} failed. `cargo xtask test --only {0}` runs it alone.",
                stage.name
            ));
            Outcome::Failed(began.elapsed())
        }
    }
}

/// Why a stage is not run, given how earlier ones ended.
fn reason_to_skip(stage: &Stage, ended: &[(&Stage, Outcome)], keep_going: bool) -> Option<String> {
    ended
        .iter()
        .filter(|(_, outcome)| !matches!(outcome, Outcome::Passed(_)))
        .find(|(earlier, _)| !keep_going || stage.needs == Some(earlier.name))
        .map(|(earlier, outcome)| match outcome {
            // After the first failure everything is skipped for the same reason.
            Outcome::Skipped(reason) if !keep_going => reason.clone(),
            _ => format!("{} failed", earlier.name),
        })
}

fn summary_line(name: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed(time) => format!("{name:<8}  passed   {}", say::time(*time)),
        Outcome::Failed(time) => format!("{name:<8}  FAILED   {}", say::time(*time)),
        Outcome::Skipped(reason) => format!("{name:<8}  skipped  {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn stage(name: &str) -> &'static Stage {
        STAGES.iter().find(|stage| stage.name == name).unwrap()
    }

    #[test]
    fn a_stage_needs_only_earlier_ones() {
        for (index, stage) in STAGES.iter().enumerate() {
            if let Some(needed) = stage.needs {
                assert!(STAGES[..index].iter().any(|earlier| earlier.name == needed));
            }
        }
    }

    #[test]
    fn the_first_failure_ends_it() {
        let ended = [
            (stage("fmt"), Outcome::Passed(SECOND)),
            (stage("text"), Outcome::Failed(SECOND)),
        ];
        assert_eq!(
            reason_to_skip(stage("clippy"), &ended, false).unwrap(),
            "text failed"
        );
        assert_eq!(reason_to_skip(stage("clippy"), &ended[..1], false), None);
    }

    #[test]
    fn keep_going_skips_only_what_builds_on_a_failure() {
        let ended = [
            (stage("clippy"), Outcome::Failed(SECOND)),
            (stage("build"), Outcome::Failed(SECOND)),
        ];
        assert_eq!(
            reason_to_skip(stage("size"), &ended, true).unwrap(),
            "build failed"
        );
        assert_eq!(reason_to_skip(stage("size"), &ended[..1], true), None);
    }

    #[test]
    fn summary_lines_stand_in_columns() {
        assert_eq!(
            summary_line("fmt", &Outcome::Passed(SECOND)),
            "fmt       passed   1.0 s"
        );
        assert_eq!(
            summary_line("browser", &Outcome::Skipped("build failed".to_owned())),
            "browser   skipped  build failed"
        );
    }
}
