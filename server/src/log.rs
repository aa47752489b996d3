//! What the program logs, and how.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Sends log lines to standard error from now on.
///
/// `SMART_HOSTS_LOG` says which, in the syntax of `tracing`'s `EnvFilter` (`debug`,
/// `info,server=debug`); without it, `level`.
pub fn start(format: LogFormat, level: &str) {
    let filter =
        EnvFilter::try_from_env("SMART_HOSTS_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Fails only if a subscriber is set already, as in a test that starts several servers.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
