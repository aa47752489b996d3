//! Lines that are left out.

use std::fmt::Write;

use store::RefusedLine;

/// `Line 7, domain: what is wrong`.
pub(crate) fn reason(line: &RefusedLine) -> String {
    let mut text = format!("Line {}", line.line);
    if let Some(column) = line.column {
        // Writing to a text never fails.
        let _ = write!(text, ", {}", column.column());
    }
    text + ": " + &line.reason
}

/// As it stands in a file of such lines: below its reason, which readers of lists skip.
pub(crate) fn written(line: &RefusedLine) -> String {
    format!("# {}\n{}\n", reason(line), line.text)
}
