//! One JSON document, laid out with one row a line so that tools which compare lines can be used.

use super::reader::{LineError, check_kind};
use super::record::Record;
use super::{List, VERSION};
use crate::enabled;
use crate::input::joined;
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use crate::typed::{self, Typed};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub(super) const FOOTER: &str = "\n]}\n";

pub(super) const fn rows_name(list: List) -> &'static str {
    match list {
        List::Routes => "routes",
        List::ManagedDomains => "managed_domains",
    }
}

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        r#"{{"format":"{}","version":{VERSION},"count":{count},"{}":["#,
        list.file_stem(),
        rows_name(list)
    )
}

/// The members and their order are those that `serde` gives a [`Route`], written by hand because
/// that cannot fail: all but the comment need no escaping.
pub(super) fn route(route: &Route, out: &mut String) {
    let Route {
        pattern,
        next_hops,
        comment,
        enabled,
    } = route;
    let NextHop { host, port } = next_hops.first();
    out.extend([
        r#"{"domain":""#,
        pattern.domain.as_str(),
        r#"","scope":""#,
        pattern.scope.as_str(),
        r#"","host":""#,
        &host.to_string(),
        r#"","port":"#,
        &port.to_string(),
        r#","comment":"#,
        &Value::from(comment.as_str()).to_string(),
    ]);
    for (index, NextHop { host, port }) in next_hops.further().iter().enumerate() {
        out.push_str(if index == 0 {
            r#","further_hosts":["#
        } else {
            ","
        });
        out.extend([
            r#"{"host":""#,
            &host.to_string(),
            r#"","port":"#,
            &port.to_string(),
            "}",
        ]);
    }
    if !next_hops.further().is_empty() {
        out.push(']');
    }
    if !enabled {
        out.push_str(r#","enabled":false"#);
    }
    out.push('}');
}

/// As [`route`].
pub(super) fn managed_domain(managed: &ManagedDomain, out: &mut String) {
    let (host, port) = managed.routing.as_ref().map_or_else(
        || ("null".to_owned(), "null".to_owned()),
        |NextHop { host, port }| (format!("\"{host}\""), port.to_string()),
    );
    out.extend([
        r#"{"domain":""#,
        managed.domain.as_str(),
        r#"","host":"#,
        &host,
        r#","port":"#,
        &port,
        r#","comment":"#,
        &Value::from(managed.comment.as_str()).to_string(),
        "}",
    ]);
}

/// The document. `count` says whether it is whole, if it can be read; else the rows speak for themselves.
#[derive(Deserialize)]
#[serde(expecting = "an object with a list of rows")]
struct Document<'a> {
    format: Option<String>,
    version: Option<u64>,
    #[serde(default)]
    count: Option<Value>,
    #[serde(borrow, default)]
    routes: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    managed_domains: Option<Vec<&'a RawValue>>,
}

/// A row. Unknown members are refused, for a misspelt one would be lost in silence.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with domain, host and port"
)]
struct Row {
    domain: String,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    port: Option<Value>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    further_hosts: Option<Vec<NextHop>>,
    #[serde(default)]
    enabled: Option<bool>,
}

/// Refuses a document that says it is of another kind.
fn check(list: List, named: Option<&str>, version: Option<u64>) -> Result<(), String> {
    match named.map(List::from_file_stem) {
        Some(None) => Err(format!(
            "The format {} is unknown. Choose a {} file.",
            Typed::new(named.unwrap_or_default()),
            list.file_stem()
        )),
        named => check_kind(list, named.flatten(), version),
    }
}

/// As [`check`], of what a document says before its rows.
pub(super) fn check_document(list: List, text: &[u8]) -> Result<(), String> {
    // What cannot be read yet is refused at its end.
    match serde_json::from_slice::<Document<'_>>(text) {
        Ok(document) => check(list, document.format.as_deref(), document.version),
        Err(_) => Ok(()),
    }
}

/// How many rows a document says that it has.
pub(super) fn announced(text: &[u8]) -> Option<u64> {
    let document: Document<'_> = serde_json::from_slice(text).ok()?;
    document.count?.as_u64()
}

/// One row of a document.
pub(super) fn row(line: usize, text: &str) -> Result<Record<'static>, LineError> {
    match serde_json::from_str::<Row>(text) {
        Ok(row) => Ok(record(line, row)),
        Err(error) => Err(unreadable(line - 1, &error)),
    }
}

pub(super) fn read<'a>(
    list: List,
    text: &'a str,
    take: &mut impl FnMut(Result<Record<'a>, LineError>),
) {
    let document: Document<'a> = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => return take(Err(unreadable(0, &error))),
    };
    if let Err(message) = check(list, document.format.as_deref(), document.version) {
        return take(Err(LineError::whole(1, message)));
    }
    let rows = match list {
        List::Routes => document.routes,
        List::ManagedDomains => document.managed_domains,
    };
    let Some(rows) = rows else {
        let message = format!(
            "There is no list named \"{}\" in the file.",
            rows_name(list)
        );
        return take(Err(LineError::whole(1, message)));
    };
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    for row in rows {
        let line = lines.of(row.get());
        take(match serde_json::from_str::<Row>(row.get()) {
            Ok(row) => Ok(record(line, row)),
            Err(error) => Err(unreadable(line - 1, &error)),
        });
    }
}

/// An error of the JSON reader as a line error, `above` being the lines before what it read.
fn unreadable(above: usize, error: &serde_json::Error) -> LineError {
    let message = error.to_string();
    // The reader's own "at line 1 column 8" counts from the start of the row.
    let message = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    LineError::whole(
        above + error.line().max(1),
        format!(
            "The JSON is not as expected: {}.",
            typed::shown(message, 200)
        ),
    )
}

fn record<'a>(line: usize, row: Row) -> Record<'a> {
    Record {
        line,
        domain: row.domain.into(),
        scope: row.scope.unwrap_or_default().into(),
        host: row.host.unwrap_or_default().into(),
        port: match row.port {
            None | Some(Value::Null) => "".into(),
            Some(Value::String(port)) => port.into(),
            // A number, or something that the port's own sentence will name.
            Some(other) => other.to_string().into(),
        },
        comment: row.comment.unwrap_or_default().into(),
        further_hosts: joined(&row.further_hosts.unwrap_or_default()).into(),
        enabled: row.enabled.map_or("", enabled::as_str).into(),
    }
}

/// Finds the lines of parts of a text, in one pass if they are asked for in order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(&mut self, part: &'a str) -> usize {
        // A raw value is a slice of the document: its place follows from the addresses.
        let start = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        if let Some(between) = self.text.get(self.at..start) {
            self.line += between.matches('\n').count();
            self.at = start;
        }
        self.line
    }
}
