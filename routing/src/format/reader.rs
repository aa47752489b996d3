//! Reading a list, whatever the format.

use super::record::Record;
use super::{Format, List, VERSION, csv, json, text};
use crate::input::Field;
use crate::managed::ManagedDomain;
use crate::route::Route;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with one line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// The line, counted from 1; of a row that spans several, the first.
    pub line: usize,
    /// The column that is wrong; `None` where the line as a whole cannot be read.
    pub column: Option<Field>,
    /// What is wrong and what would be right, as a sentence.
    pub message: String,
}

impl LineError {
    pub(super) fn whole(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: {}", self.line, self.message)
    }
}

/// Reads routes from a file's text. Rows are not compared with one another: what a domain named
/// twice means is for the importer to say.
///
/// # Errors
/// Every line that cannot be read, in order. The tables of mail servers cannot be read at all.
pub fn parse_routes(format: Format, text: &str) -> Result<Vec<Route>, Vec<LineError>> {
    read(format, List::Routes, text, Record::route)
}

/// Reads managed domains from a file's text, as [`parse_routes`] does routes.
///
/// # Errors
/// Every line that cannot be read, in order. The tables of mail servers cannot be read at all.
pub fn parse_managed_domains(
    format: Format,
    text: &str,
) -> Result<Vec<ManagedDomain>, Vec<LineError>> {
    read(format, List::ManagedDomains, text, Record::managed_domain)
}

fn written_only(what: &str) -> LineError {
    LineError::whole(
        1,
        format!("{what} cannot be read here. Choose text, CSV or JSON."),
    )
}

fn read<'a, T>(
    format: Format,
    list: List,
    text: &'a str,
    parse: impl Fn(&Record<'a>) -> Result<T, Vec<LineError>>,
) -> Result<Vec<T>, Vec<LineError>> {
    // Editors and spreadsheets on Windows put a byte order mark before UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    let mut errors = Vec::new();
    let mut take = |record: Result<Record<'a>, LineError>| match record
        .map_err(|error| vec![error])
        .and_then(|r| parse(&r))
    {
        Ok(row) => rows.push(row),
        Err(mut refused) => errors.append(&mut refused),
    };
    match format {
        Format::Text => text::read(list, text, &mut take),
        Format::Csv => csv::read(list, text, &mut take),
        Format::Json => json::read(list, text, &mut take),
        Format::Postfix => take(Err(written_only("A Postfix table"))),
        Format::PostfixTls => take(Err(written_only("A table of TLS policies"))),
        Format::Exim => take(Err(written_only("An Exim file"))),
        Format::OpenSmtpd => take(Err(written_only("An OpenSMTPD table"))),
    }
    if errors.is_empty() {
        Ok(rows)
    } else {
        Err(errors)
    }
}

/// Refuses a file that says it is of another kind: a list read as the other one would be half
/// refused and half misunderstood.
pub(super) fn check_kind(
    list: List,
    named: Option<List>,
    version: Option<u64>,
) -> Result<(), String> {
    if named.is_some_and(|named| named != list) {
        return Err(format!(
            "This file holds the other list, {}. Choose a {} file, or import it into that list.",
            match list {
                List::Routes => "managed domains",
                List::ManagedDomains => "smart host routes",
            },
            list.file_stem()
        ));
    }
    match version {
        None | Some(VERSION) => Ok(()),
        Some(version) => Err(format!(
            "This file has version {version} of the format, and only version {VERSION} is known \
             here. Export it as version {VERSION}."
        )),
    }
}
