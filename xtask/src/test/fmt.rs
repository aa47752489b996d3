//! The stage `fmt`.

use anyhow::{Context as _, Result};

use super::Context;
use crate::build::Mode;
use crate::process;
use crate::tools::rustup;

/// Fails if `cargo fmt` would change something, and lists the files.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    rustup::ensure_component("fmt", "rustfmt")?;
    let mut cargo = context.workspace.cargo(Mode::Release);
    cargo.args(["fmt", "--all", "--", "--check", "--files-with-diff"]);
    process::run(&mut cargo)
        .context("the files above are not formatted; `cargo fmt --all` formats them")
}
