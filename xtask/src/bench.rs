//! `cargo xtask bench`: how fast it is, beside what Postfix does without us.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Mode};
use crate::process;
use crate::say;
use crate::test;
use crate::tools::debian;
use crate::workspace::Workspace;

/// What `cargo xtask bench` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Passed on to Playwright, which starts the processes that are measured
    #[arg(last = true)]
    playwright: Vec<OsString>,
}

/// As many as there may be.
const ROUTES: &str = "1000000";

/// Tries for each kind of name.
const SIGN_INS: &str = "200";

/// Measures, and prints what it found. Numbers never pass or fail anything.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    say::header("Look-ups per second, with a million routes");
    debian::install(
        &["postfix-sqlite", "postfix-lmdb", "sqlite3"],
        "the tables to compare with",
    )?;
    let program = build::program(workspace, Mode::Release)?;
    let mut lookups = workspace.cargo(Mode::Release);
    lookups.args(["run", "--release", "--package", "gateway"]);
    lookups.args(["--example", "lookups", "--", ROUTES]);
    process::run(lookups.arg(program))?;
    say::header("Wrong passwords, for names that there are and names that there are not");
    let mut sign_in = workspace.cargo(Mode::Release);
    sign_in.args(["run", "--release", "--package", "server"]);
    process::run(sign_in.args(["--example", "sign_in", "--", SIGN_INS]))?;
    say::header("Messages per second through Postfix");
    test::measure_mail(workspace, &options.playwright)?;
    Ok(ExitCode::SUCCESS)
}
