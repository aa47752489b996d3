//! `cargo xtask build`: the browser's module, the web site around it, and the program that holds
//! both.

pub(crate) mod compress;
mod css;
mod js;
mod module;
pub(crate) mod site;
mod trim;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process;
use crate::say;
use crate::workspace::Workspace;

/// How much the compilers are asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What is shipped and tested.
    Release,
    /// Quick to build.
    Debug,
}

impl Mode {
    /// A short name, for files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }
}

/// Builds everything and returns where the program is. Does only what has to be done.
pub(crate) fn program(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    site::build(workspace, mode)?;

    let program = workspace.program(mode);
    let first = if program.exists() {
        ""
    } else {
        " (about 4 min the first time)"
    };
    say::line(&format!("Building the program{first}…"));
    let mut cargo = workspace.cargo(mode);
    cargo.args(["build", "--locked", "--package", "server"]);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo).context("the program was not built")?;
    Ok(program)
}
