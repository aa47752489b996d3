//! What rustup can add to the toolchain that runs xtask.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::say;

/// Whether the toolchain has the standard library for a target.
pub(crate) fn has_target(target: &str) -> bool {
    Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .is_ok_and(|output| {
            let folder = String::from_utf8_lossy(&output.stdout);
            output.status.success() && Path::new(folder.trim()).is_dir()
        })
}

/// Asks rustup for a target's standard library; whether it is there afterwards.
pub(crate) fn add_target(target: &str) -> bool {
    if !process::on_path("rustup") {
        return false;
    }
    say::line(&format!("Adding the Rust target {target} with rustup…"));
    process::run(Command::new("rustup").args(["target", "add", target])).is_ok()
        && has_target(target)
}

/// Makes sure that a Cargo command which rustup ships separately is there.
///
/// # Arguments
/// `probe` is the Cargo command, `component` rustup's name for it.
pub(crate) fn ensure_component(probe: &str, component: &str) -> Result<()> {
    let works =
        || process::succeeds(Command::new(process::cargo_program()).args([probe, "--version"]));
    if works() {
        return Ok(());
    }
    if !process::on_path("rustup") {
        bail!("`cargo {probe}` is missing; install {component} for this Rust toolchain");
    }
    say::line(&format!("Adding {component} with rustup…"));
    process::run(Command::new("rustup").args(["component", "add", component]))
        .with_context(|| format!("`cargo {probe}` is missing"))
}
