//! What an import has done, or would do.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use routing::{FileFormat, List};
use serde_json::json;
use store::{
    Import, Imported, Preview, PreviewPlace, Record, RefusedLine, RefusedPage, RefusedQuery,
};

use crate::cli::{Failure, output};
use crate::import::{reason, written};

/// The exit code where lines were left out.
const LEFT_OUT: u8 = 3;
/// So many lines are told on standard error.
const TOLD: usize = 100;

/// What an import has done, or would do.
pub(super) struct Report {
    pub(super) format: FileFormat,
    pub(super) list: List,
    pub(super) dry_run: bool,
    pub(super) preview: Preview,
    pub(super) imported: Option<Imported>,
}

impl Report {
    /// Prints it, with the number of its entry in the history, and returns the exit code.
    pub(super) fn tell(&self, entry: Option<i64>, as_json: bool) -> Result<ExitCode, Failure> {
        let Preview {
            added,
            changed,
            same,
            removed,
            refused,
            ..
        } = self.preview;
        if as_json {
            output::json(&json!({
                "list": self.list,
                "format": self.format,
                "dry_run": self.dry_run,
                "added": added,
                "changed": changed,
                "same": same,
                "removed": removed,
                "refused": refused,
                "entry": entry,
            }))?;
        } else {
            let would = if self.dry_run {
                "Would import"
            } else {
                "Imported"
            };
            output::line(format_args!(
                "{would} {}: {added} added, {changed} changed, {same} as before, {removed} removed, \
                 {refused} refused",
                self.format.label()
            ))?;
            if let Some(entry) = entry {
                output::line(format_args!(
                    "This is entry {entry}, which can be undone: smart-hosts history undo {entry}"
                ))?;
            }
        }
        Ok(if refused > 0 {
            ExitCode::from(LEFT_OUT)
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// Tells of the lines that are left out: in a file, or on standard error.
pub(super) async fn refused<T: Record>(
    import: &Import<T>,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let Some(path) = file else {
        let page = page(import, PreviewPlace::First, TOLD).await?;
        tell(&page.lines, &mut io::stderr().lock());
        if page.has_next {
            output::note(format_args!(
                "more lines were refused than these {TOLD}; --refused FILE writes all of them"
            ));
        }
        return Ok(());
    };
    let failed = |error: io::Error| Failure::cannot("write", path, &error);
    let mut out = BufWriter::new(File::create(path).map_err(failed)?);
    let mut place = PreviewPlace::First;
    loop {
        let page = page(import, place, 1_000).await?;
        for line in &page.lines {
            out.write_all(written(line).as_bytes()).map_err(failed)?;
        }
        match page.lines.last().filter(|_| page.has_next) {
            Some(last) => place = PreviewPlace::After(last.number),
            None => break,
        }
    }
    out.flush().map_err(failed)
}

fn tell(lines: &[RefusedLine], out: &mut impl Write) {
    for line in lines {
        // There is no one left to tell if standard error is closed.
        let _ = writeln!(out, "{}\n    {}", reason(line), line.text);
    }
}

async fn page<T: Record>(
    import: &Import<T>,
    place: PreviewPlace<i64>,
    most: usize,
) -> Result<RefusedPage, Failure> {
    let query = RefusedQuery {
        search: String::new(),
        place,
        most,
    };
    Ok(import.refused(query).await?)
}
