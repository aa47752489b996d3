//! The stage `unit`.

use anyhow::{Context as _, Result};

use super::Context;
use crate::build::Mode;
use crate::process;
use crate::say;

/// The crates of the server. Named together they share one set of compiled dependencies.
pub(super) const SERVER: &[&str] = &[
    "--package",
    "access",
    "--package",
    "routing",
    "--package",
    "store",
    "--package",
    "gateway",
    "--package",
    "app",
    "--package",
    "server",
    "--features",
    "app/ssr",
];

/// What is tested together. `frontend` only starts `app`, and is tested in the browser.
const TESTS: &[(&str, &[&str])] = &[
    ("access, routing, store, gateway, app and server", SERVER),
    ("xtask", &["--package", "xtask"]),
];

/// Runs all tests that `cargo test` knows.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    for (names, options) in TESTS {
        say::line(&format!("Testing {names}…"));
        let mut cargo = context.workspace.cargo(Mode::Release);
        cargo.args(["test", "--locked"]).args(*options);
        process::run(&mut cargo).with_context(|| format!("a test of {names} failed"))?;
    }
    Ok(())
}
