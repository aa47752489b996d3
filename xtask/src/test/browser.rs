//! The stage `browser`.

use anyhow::{Context as _, Result};

use super::Context;
use super::playwright::Playwright;
use crate::process;

/// Runs the Playwright tests in `end2end/tests/` against the release program.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let playwright = Playwright::prepare(context)?;
    process::run(&mut playwright.command(context, "playwright.config.ts"))
        .context("a browser test failed")
}
