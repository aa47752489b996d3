//! The stage `unit`.

use std::env;

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

/// The variable that says where property tests begin, and where they do unless it is set: the same code
/// passes or fails each time, on every machine.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "25");

/// Runs all tests that `cargo test` knows.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    for (names, options) in TESTS {
        say::line(&format!("Testing {names}…"));
        let mut cargo = context.workspace.cargo(Mode::Release);
        cargo.args(["test", "--locked"]).args(*options);
        let (variable, seed) = SEED;
        if env::var_os(variable).is_none() {
            cargo.env(variable, seed);
        }
        process::run(&mut cargo).with_context(|| format!("a test of {names} failed"))?;
    }
    Ok(())
}
