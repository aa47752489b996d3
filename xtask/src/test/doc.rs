//! The stage `doc`.

use anyhow::{Context as _, Result};

use super::Context;
use crate::crates::BUILDS;
use crate::process;
use crate::say;
use crate::tools::wasm::Toolchain;

/// Makes every crate's documentation; a warning is an error.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let toolchain = Toolchain::find_or_install()?;
    for build in BUILDS.iter().filter(|build| build.documents) {
        say::line(&format!("Documenting {}…", build.name));
        let mut cargo = build.cargo("doc", context.workspace, toolchain);
        cargo.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings");
        process::run(&mut cargo).with_context(|| format!("rustdoc objects to {}", build.name))?;
    }
    Ok(())
}
