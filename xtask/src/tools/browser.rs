//! The browser that the tests drive.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::tools::debian;

/// Names a browser by its path, for tests.
pub(crate) const VARIABLE: &str = "CHROMIUM";

/// Chromium without anything that only a screen needs: the same pages, in half the time.
const HEADLESS: &str = "chromium-headless-shell";

/// What the whole browser is called by different systems.
const WHOLE: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Finds Chromium or installs it.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(named);
        if path.is_file() {
            return Ok(path);
        }
        bail!(
            "{VARIABLE} names {}, but there is no such file",
            path.display()
        );
    }
    if let Some(found) = on_path(&[HEADLESS]) {
        return Ok(found);
    }
    // Without a font, pages have boxes for letters.
    let installed = debian::install(&[HEADLESS, "fonts-liberation"], "the browser tests");
    if installed.is_err()
        && let Some(found) = on_path(WHOLE)
    {
        return Ok(found);
    }
    installed.with_context(|| {
        format!("the browser tests need Chromium; install it, or name it in {VARIABLE}")
    })?;
    on_path(&[HEADLESS])
        .with_context(|| format!("the package {HEADLESS} is installed, but it is not on PATH"))
}

/// Makes sure that npm is there.
pub(crate) fn ensure_npm() -> Result<()> {
    if process::on_path("npm") {
        return Ok(());
    }
    debian::install(&["nodejs", "npm"], "the browser tests")
        .context("the browser tests need Node.js 18 or newer and npm")
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}
