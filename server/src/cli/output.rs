//! What commands print.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use super::Failure;

/// Prints a line to standard output.
///
/// # Errors
/// If standard output cannot be written; a closed pipe (`| head`) is not an error.
pub(super) fn line(text: impl Display) -> Result<(), Failure> {
    ignore_closed_pipe(writeln!(io::stdout().lock(), "{text}"))
}

/// Prints text to standard output as it is.
///
/// # Errors
/// As for [`line`].
pub(super) fn text(text: &str) -> Result<(), Failure> {
    ignore_closed_pipe(io::stdout().lock().write_all(text.as_bytes()))
}

fn ignore_closed_pipe(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// As for [`line`].
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(serde_json::to_string(value)?)
}

/// Prints a warning to standard error, where it does not disturb what a script reads.
pub(super) fn note(note: impl Display) {
    // There is no one left to tell if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "note: {note}");
}

/// Prints why a command failed to standard error.
pub(super) fn complain(failure: &Failure) {
    // As above.
    let _ = writeln!(io::stderr().lock(), "smart-hosts: {failure}");
}

/// Prints rows in columns as wide as their longest cell, at most 60 characters each.
///
/// # Errors
/// As for [`line`].
pub(super) fn table(headings: &[&str], rows: &[impl AsRef<[String]>]) -> Result<(), Failure> {
    const WIDEST: usize = 60;
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row.as_ref()[column].chars().count());
        let longest = cells.max().unwrap_or(0).min(WIDEST);
        longest.max(headings[column].chars().count())
    };
    let widths: Vec<_> = (0..headings.len()).map(width).collect();
    let print = |cells: &[&str]| {
        let padded: Vec<_> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        line(padded.join("  ").trim_end())
    };
    print(headings)?;
    for row in rows {
        let cells: Vec<_> = row.as_ref().iter().map(String::as_str).collect();
        print(&cells)?;
    }
    Ok(())
}
