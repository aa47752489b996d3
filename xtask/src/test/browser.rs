//! The stage `browser`.

use std::fs;

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

/// Tells what measures in a browser where its figures go.
const FIGURES_VARIABLE: &str = "SMART_HOSTS_FIGURES";

/// Measures in a browser with `end2end/bench/`. Returns the figures, each on a line.
pub(super) fn measure(context: &Context<'_>) -> Result<String> {
    let mut playwright = Playwright::prepare(context)?;
    let figures = context
        .workspace
        .target()
        .join("figures-of-the-browser.jsonl");
    fs::write(&figures, "").with_context(|| format!("cannot write {}", figures.display()))?;
    playwright.variable(FIGURES_VARIABLE, figures.as_os_str());
    process::run(&mut playwright.command(context, "bench/playwright.config.ts"))
        .context("the browser could not be measured")?;
    fs::read_to_string(&figures).context("what the browser found cannot be read")
}
