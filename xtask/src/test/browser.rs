//! The stage `browser`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Context;
use crate::build::{self, Mode};
use crate::process;
use crate::say;
use crate::tools::browser;

/// Runs the Playwright tests in `end2end/` against the release program.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let program = build::program(context.workspace, Mode::Release)?;
    let chromium = browser::find_or_install()?;
    browser::ensure_npm()?;
    let folder = context.workspace.root().join("end2end");
    install_packages(&folder)?;

    say::line(&format!("Testing with {}…", chromium.display()));
    let mut playwright = Command::new("npx");
    process::forget_the_cargo_above(&mut playwright, context.workspace.target());
    playwright
        .current_dir(&folder)
        // Never download a tool that is not in the lock file.
        .args(["--no", "playwright", "test"])
        .args(context.playwright)
        .env(browser::VARIABLE, chromium)
        .env("SMART_HOSTS_BIN", program);
    process::run(&mut playwright).context("a browser test failed")
}

/// Installs what `package-lock.json` names, unless that was done already.
fn install_packages(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .context("cannot read end2end/package-lock.json")?;
    // Inside node_modules, so that it goes when they go.
    let note = folder.join("node_modules").join(".installed-from.json");
    if fs::read_to_string(&note).is_ok_and(|noted| noted == lock) {
        return Ok(());
    }
    say::line("Installing the browser tests' packages with npm…");
    let mut npm = Command::new("npm");
    npm.current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund"])
        // The browser is the system's.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm).context("npm could not install the browser tests' packages")?;
    fs::write(&note, lock)?;
    Ok(())
}
