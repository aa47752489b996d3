//! Reads the command line and does what it asks.

use std::process::ExitCode;

use clap::Parser;
use server::cli::Cli;

fn main() -> ExitCode {
    server::cli::run(Cli::parse())
}
