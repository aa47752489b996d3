//! The stage `mail`.

use anyhow::{Context as _, Result};

use super::Context;
use super::playwright::Playwright;
use crate::process;
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

/// Runs the tests in `end2end/mail/tests/`: the release program with a real Postfix and real smart
/// hosts.
///
/// Each test has private instances of everything, in folders of their own and on 127.0.0.1 only.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    run_project(context, "proof").context("a mail test failed")
}

/// Measures with the same means: `end2end/mail/bench/`.
pub(super) fn measure(context: &Context<'_>) -> Result<()> {
    run_project(context, "bench").context("a measurement failed")
}

fn run_project(context: &Context<'_>, project: &str) -> Result<()> {
    debian::install_without_starting(PACKAGES, "the mail tests", NO_CONFIGURATION)
        .context("the mail tests need a real Postfix")?;
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
