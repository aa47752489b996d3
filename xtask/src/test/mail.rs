//! The stage `mail`.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::playwright::Playwright;
use super::{Context, unit};
use crate::build::Mode;
use crate::process;
use crate::say;
use crate::tools::debian;

/// Postfix, how it logs in at smart hosts, what sends it mail, and what its smart hosts are made of.
const PACKAGES: &[&str] = &[
    "postfix",
    "libsasl2-modules",
    "swaks",
    "openssl",
    "python3-aiosmtpd",
];

/// Without a main.cf the system's own Postfix cannot start, neither now nor with the machine. A
/// configuration that is there already stays as it is.
const NO_CONFIGURATION: &str = "postfix postfix/main_mailer_type select No configuration\n";

/// Runs the plan and the doctor beside a real Postfix, then the tests in `end2end/mail/tests/`: the
/// release program with a real Postfix and real smart hosts.
///
/// Each test has private instances of everything, in folders of their own and on 127.0.0.1 only.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    // Whoever has chosen among Playwright's tests wants no other.
    if context.playwright.is_empty() {
        install()?;
        let mut tests = live_postfix(context)?;
        process::run(&mut tests).context("a test of the doctor with a real Postfix failed")?;
    }
    run_project(context, "proof").context("a mail test failed")
}

/// The tests of `gateway` that need a Postfix, one after another: each starts and stops its own.
fn live_postfix(context: &Context<'_>) -> Result<Command> {
    say::line("Testing the doctor with a real Postfix…");
    let Some(prefix) = debian::privilege() else {
        bail!("Postfix starts as root: run this as root, or with a sudo that asks for no password");
    };
    let mut cargo = context.workspace.cargo(Mode::Release);
    cargo.args(["test", "--locked"]).args(unit::SERVER);
    cargo.args(["--test", "live_postfix"]);
    if !prefix.is_empty() {
        // Only the tests themselves run as root, so that nothing in the target folder is root's.
        cargo.args([
            "--config",
            &format!("target.'cfg(unix)'.runner = {prefix:?}"),
        ]);
    }
    cargo.args(["--", "--ignored", "--test-threads=1"]);
    Ok(cargo)
}

/// Measures with the same means: `end2end/mail/bench/`.
pub(super) fn measure(context: &Context<'_>) -> Result<()> {
    run_project(context, "bench").context("a measurement failed")
}

fn install() -> Result<()> {
    debian::install_without_starting(PACKAGES, "the mail tests", NO_CONFIGURATION)
        .context("the mail tests need a real Postfix")
}

fn run_project(context: &Context<'_>, project: &str) -> Result<()> {
    install()?;
    let mut playwright = Playwright::prepare(context)?;
    // Not beside the browser tests' results, which somebody else than root replaces.
    playwright.variable(
        "MAIL_RESULTS_DIR",
        context.workspace.target().join("mail-results"),
    );
    let mut tests = playwright
        .command_as_root(context, "mail/playwright.config.ts")
        .context("Postfix starts as root and changes its root folder")?;
    process::run(tests.arg(format!("--project={project}")))
}
