//! `cargo xtask run`: build, then become the server.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::build::{self, Mode};
use crate::process;
use crate::workspace::Workspace;

/// Builds the program and serves with it, in the folder where the command was typed.
pub(crate) fn serve(workspace: &Workspace, mode: Mode, args: &[OsString]) -> Result<ExitCode> {
    let program = build::program(workspace, mode)?;
    let mut server = Command::new(program);
    server.arg("serve").args(args);
    process::forget_the_cargo_above(&mut server, workspace.target());
    replace_this_process(&mut server)
}

/// On Unix the server takes this process's place, so that a signal reaches it directly.
#[cfg(unix)]
fn replace_this_process(server: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec().into())
}

#[cfg(not(unix))]
fn replace_this_process(server: &mut Command) -> Result<ExitCode> {
    process::run(server)?;
    Ok(ExitCode::SUCCESS)
}
