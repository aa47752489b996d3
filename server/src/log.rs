//! What the program logs, and how.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The variable that says which lines are written.
const FILTER_VARIABLE: &str = "SMART_HOSTS_LOG";

/// What the variable holds names no lines.
#[derive(Debug, thiserror::Error)]
#[error(
    "{FILTER_VARIABLE} is \u{201c}{value}\u{201d}, which says nothing about log lines: {reason}. Write a \
     level such as info or debug, or levels for parts, such as info,server=debug."
)]
pub struct FilterError {
    value: String,
    reason: String,
}

/// Sends log lines to standard error from now on.
///
/// `SMART_HOSTS_LOG` says which, in the syntax of `tracing`'s `EnvFilter` (`debug`,
/// `info,server=debug`); without it, `level`.
///
/// # Errors
/// [`FilterError`] if the variable cannot be read.
pub fn start(format: LogFormat, level: &str) -> Result<(), FilterError> {
    let value = std::env::var_os(FILTER_VARIABLE)
        .map(|value| value.to_string_lossy().into_owned())
        .unwrap_or_default();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(&value, level)?)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Fails only if a subscriber is set already, as in a test that starts several servers.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

fn filter(value: &str, level: &str) -> Result<EnvFilter, FilterError> {
    let value = value.trim();
    let wanted = if value.is_empty() { level } else { value };
    let refuse = |reason: String| FilterError {
        value: value.to_owned(),
        reason,
    };
    // To `EnvFilter` a word that is no level is a part of the program, all of whose lines are wanted
    // and nobody else's: `inof` would silence everything.
    for word in wanted.split(',').map(str::trim) {
        let alone = !word.is_empty() && !word.contains(['=', '[']);
        if alone && word.parse::<LevelFilter>().is_err() {
            return Err(refuse(format!("{word} is no level")));
        }
    }
    EnvFilter::builder()
        .parse(wanted)
        .map_err(|error| refuse(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        for good in [
            "",
            " ",
            "debug",
            "INFO",
            "info,server=debug",
            "warn,[request]=debug",
            "off",
        ] {
            assert!(filter(good, "info").is_ok(), "{good}");
        }
        for bad in [
            "server=loud",
            "info,,=x",
            "inof",
            "verbose",
            "info;debug",
            "info, store=debug",
            "\u{fffd}",
        ] {
            let error = filter(bad, "info").unwrap_err().to_string();
            assert!(
                error.contains(bad) && error.contains("such as info"),
                "{error}"
            );
        }
    }
}
