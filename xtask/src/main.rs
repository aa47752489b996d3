//! How Smart Hosts is built, run and tested: `cargo xtask --help`.
//!
//! This is the only place that knows about tools. It installs what is missing, says in plain
//! sentences what it does, and does nothing twice when nothing changed.

mod bench;
mod build;
mod crates;
mod process;
mod run;
mod say;
mod test;
mod tools;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::build::Mode;
use crate::workspace::Workspace;

/// Builds, runs and tests Smart Hosts.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the program: one self-contained file, with the web site inside
    Build(BuildArgs),
    /// Build the program and serve
    Run {
        #[command(flatten)]
        build: BuildArgs,
        /// Passed on to `smart-hosts serve`, for example `-- --listen 127.0.0.1:8080`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Run every check and test, the cheap ones first
    Test(test::Options),
    /// Measure how fast it is and what it takes up, beside what others do in the same run
    Bench(bench::Options),
}

#[derive(Args)]
struct BuildArgs {
    /// Build faster, without optimisation: a slower and larger program
    #[arg(long)]
    debug: bool,
}

impl BuildArgs {
    fn mode(&self) -> Mode {
        if self.debug {
            Mode::Debug
        } else {
            Mode::Release
        }
    }
}

fn main() -> ExitCode {
    match Cli::parse().command.carry_out() {
        Ok(code) => code,
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    fn carry_out(self) -> Result<ExitCode> {
        let workspace = Workspace::find()?;
        match self {
            Self::Build(args) => {
                let program = build::program(&workspace, args.mode())?;
                say::line(&format!("The program is {}.", program.display()));
                Ok(ExitCode::SUCCESS)
            }
            Self::Run { build, args } => run::serve(&workspace, build.mode(), &args),
            Self::Test(options) => test::run(&workspace, &options),
            Self::Bench(options) => bench::run(&workspace, &options),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
