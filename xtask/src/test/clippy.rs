//! The stage `clippy`.

use anyhow::{Context as _, Result};

use super::Context;
use crate::crates::BUILDS;
use crate::process;
use crate::say;
use crate::tools::rustup;
use crate::tools::wasm::Toolchain;

/// Lints every crate for every place where it runs; a warning is an error.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    rustup::ensure_component("clippy", "clippy")?;
    let toolchain = Toolchain::find_or_install()?;
    for build in BUILDS {
        say::line(&format!("Linting {}…", build.name));
        let mut cargo = build.cargo("clippy", context.workspace, toolchain);
        if build.with_tests {
            cargo.arg("--all-targets");
        }
        cargo.args(["--", "-D", "warnings"]);
        process::run(&mut cargo).with_context(|| format!("clippy objects to {}", build.name))?;
    }
    Ok(())
}
