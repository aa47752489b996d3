//! CSV for spreadsheets: RFC 4180, UTF-8, with a header row.

use super::reader::LineError;
use super::record::Record;
use super::{List, hop_cells};
use crate::domain::Domain;
use crate::enabled;
use crate::input::{Field, joined};
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use crate::typed::Typed;
use std::borrow::Cow;

/// The columns of a list's files, in the order in which they are written.
const fn columns(list: List) -> &'static [Field] {
    match list {
        List::Routes => &[
            Field::Domain,
            Field::Host,
            Field::Port,
            Field::Scope,
            Field::Comment,
            Field::FurtherHosts,
            Field::Enabled,
        ],
        List::ManagedDomains => &[Field::Domain, Field::Host, Field::Port, Field::Comment],
    }
}

pub(super) fn header(list: List) -> String {
    let names: Vec<_> = columns(list).iter().map(|column| column.column()).collect();
    names.join(",") + "\r\n"
}

pub(super) fn route(route: &Route, out: &mut String) {
    next_hop(&route.pattern.domain, Some(route.next_hops.first()), out);
    out.extend([",", route.pattern.scope.as_str(), ","]);
    write_cell(route.comment.as_str(), out);
    out.push(',');
    if !route.next_hops.further().is_empty() {
        write_cell(&joined(route.next_hops.further()), out);
    }
    out.extend([",", enabled::as_str(route.enabled), "\r\n"]);
}

pub(super) fn managed_domain(managed: &ManagedDomain, out: &mut String) {
    next_hop(&managed.domain, managed.routing.as_ref(), out);
    out.push(',');
    write_cell(managed.comment.as_str(), out);
    out.push_str("\r\n");
}

/// The first three cells. Nothing that stands in names, addresses and ports needs quotes, nor does any of
/// them begin as a formula does.
fn next_hop(domain: &Domain, hop: Option<&NextHop>, out: &mut String) {
    out.push_str(domain.as_str());
    hop_cells(hop, out);
}

fn write_cell(cell: &str, out: &mut String) {
    if cell.is_empty() {
        return;
    }
    let guard = if is_formula(cell) { "'" } else { "" };
    if cell.contains(['"', ',', '\r', '\n']) {
        out.push('"');
        out.push_str(guard);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(guard);
        out.push_str(cell);
    }
}

/// Whether a spreadsheet might run the cell as a formula; an apostrophe before it prevents that
/// (OWASP, "CSV Injection"). A text that already has apostrophes before such a start counts too,
/// for taking one away again must give back the very same text.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// The cell without the apostrophe that [`write_cell`] put before it.
fn unguarded(cell: Cow<'_, str>) -> Cow<'_, str> {
    if !(cell.starts_with('\'') && is_formula(&cell)) {
        return cell;
    }
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(&text[1..]),
        Cow::Owned(mut text) => {
            text.remove(0);
            Cow::Owned(text)
        }
    }
}

/// Reads a header row, whose names may come in any order and case, then the rows. Blank lines are
/// skipped.
pub(super) fn read<'a>(
    list: List,
    text: &'a str,
    take: &mut impl FnMut(Result<Record<'a>, LineError>),
) {
    let mut rows = Rows {
        rest: text,
        line: 1,
    };
    let layout = match rows.next() {
        Some((line, cells)) => {
            cells.and_then(|cells| layout(list, &cells).map_err(|e| LineError::whole(line, e)))
        }
        None => Err(LineError::whole(1, no_header(list))),
    };
    let layout = match layout {
        Ok(layout) => layout,
        Err(error) => return take(Err(error)),
    };
    for (line, cells) in rows {
        take(cells.and_then(|cells| record(line, &layout, cells)));
    }
}

fn no_header(list: List) -> String {
    format!(
        "The first line does not name the columns. Start with {}.",
        header(list).trim_end()
    )
}

pub(super) fn layout(list: List, cells: &[Cow<'_, str>]) -> Result<Vec<Field>, String> {
    let mut layout = Vec::new();
    for cell in cells {
        let known = columns(list)
            .iter()
            .copied()
            .find(|&column| column.column().eq_ignore_ascii_case(cell.trim()));
        match known {
            Some(column) if layout.contains(&column) => {
                return Err(format!(
                    "The column {} is there twice. Keep one.",
                    column.column()
                ));
            }
            Some(column) => layout.push(column),
            None if layout.is_empty() => return Err(no_header(list)),
            None => {
                return Err(format!(
                    "The column {} is unknown. The columns are {}.",
                    Typed::new(cell),
                    header(list).trim_end()
                ));
            }
        }
    }
    for column in [Field::Domain, Field::Host, Field::Port] {
        if !layout.contains(&column) {
            return Err(format!(
                "The column {} is missing. The columns are {}.",
                column.column(),
                header(list).trim_end()
            ));
        }
    }
    Ok(layout)
}

pub(super) fn record<'a>(
    line: usize,
    layout: &[Field],
    cells: Vec<Cow<'a, str>>,
) -> Result<Record<'a>, LineError> {
    if cells.len() > layout.len() {
        return Err(LineError::whole(
            line,
            format!(
                "The line has {} cells, but there are {} columns. Put a cell with commas in \
                 double quotes.",
                cells.len(),
                layout.len()
            ),
        ));
    }
    let mut record = Record {
        line,
        ..Record::default()
    };
    for (column, cell) in layout.iter().zip(cells) {
        let cell = unguarded(cell);
        match column {
            Field::Domain => record.domain = cell,
            Field::Scope => record.scope = cell,
            Field::Host => record.host = cell,
            Field::Port => record.port = cell,
            Field::Comment => record.comment = cell,
            Field::FurtherHosts => record.further_hosts = cell,
            Field::Enabled => record.enabled = cell,
        }
    }
    Ok(record)
}

/// The cells of one row.
pub(super) fn cells(line: usize, text: &str) -> Result<Cells<'_>, LineError> {
    let mut rows = Rows { rest: text, line };
    rows.next()
        .map_or_else(|| Ok(Vec::new()), |(_, cells)| cells)
}

pub(super) type Cells<'a> = Vec<Cow<'a, str>>;

/// The rows of a CSV text that are not blank, each with the line on which it starts.
struct Rows<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Iterator for Rows<'a> {
    type Item = (usize, Result<Cells<'a>, LineError>);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(rest) = after_line_break(self.rest) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(message) => return Some((line, Err(LineError::whole(line, message)))),
            }
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
            } else {
                return Some((line, Ok(cells)));
            }
        }
    }
}

impl<'a> Rows<'a> {
    /// Takes one cell, and leaves the comma or line break after it.
    fn cell(&mut self) -> Result<Cow<'a, str>, &'static str> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', '\r', '\n']).unwrap_or(self.rest.len());
            let (cell, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(cell.into());
        };
        let Some(end) = closing_quote(quoted) else {
            // Nothing after an open quote can be trusted, so that the reading ends here.
            self.rest = "";
            return Err("A double quote is never closed. Close it, or leave it out.");
        };
        let (cell, rest) = quoted.split_at(end);
        self.line += cell.matches('\n').count();
        self.rest = &rest[1..];
        if !self.rest.is_empty() && !self.rest.starts_with([',', '\r', '\n']) {
            let end = self.rest.find(['\r', '\n']).unwrap_or(self.rest.len());
            self.rest = &self.rest[end..];
            return Err(
                "Text follows a closing double quote. Write a quote inside a cell as two quotes.",
            );
        }
        Ok(if cell.contains('"') {
            cell.replace("\"\"", "\"").into()
        } else {
            cell.into()
        })
    }
}

/// Where the quote stands that ends a quoted cell: the first one that is not doubled.
fn closing_quote(quoted: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + quoted.get(from..)?.find('"')?;
        if !quoted[at + 1..].starts_with('"') {
            return Some(at);
        }
        from = at + 2;
    }
}

fn after_line_break(text: &str) -> Option<&str> {
    text.strip_prefix("\r\n")
        .or_else(|| text.strip_prefix(['\r', '\n']))
}
