//! The text format: one row a line, short enough to be read and written by hand.

use super::reader::{LineError, check_kind};
use super::record::{Record, Take};
use super::{List, VERSION, hop_cells};
use crate::enabled;
use crate::input::joined;
use crate::managed::ManagedDomain;
use crate::route::Route;
use crate::scope::Scope;

/// What a disabled route says.
const DISABLED: &str = "disabled";

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        "# {} {VERSION}: {}\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// `domain,host,port[,further hosts][,disabled][,scope[,comment]]`. The dot before the domain says
/// "subdomains" by itself, so the scope is written only where it is "both" or where a comment follows.
/// Further hosts start with a bracket, and `disabled` stands by itself, as no scope does.
pub(super) fn route(route: &Route, out: &mut String) {
    let scope = route.pattern.scope;
    if scope == Scope::Subdomains {
        out.push('.');
    }
    out.push_str(route.pattern.domain.as_str());
    hop_cells(Some(route.next_hops.first()), out);
    if !route.next_hops.further().is_empty() {
        out.extend([",", &joined(route.next_hops.further())]);
    }
    if !route.enabled {
        out.extend([",", DISABLED]);
    }
    if scope == Scope::Both || !route.comment.is_empty() {
        out.extend([",", scope.as_str()]);
    }
    finish(route.comment.as_str(), out);
}

/// `domain,host,port[,comment]`, host and port empty for the default domain routing.
pub(super) fn managed_domain(managed: &ManagedDomain, out: &mut String) {
    out.push_str(managed.domain.as_str());
    hop_cells(managed.routing.as_ref(), out);
    finish(managed.comment.as_str(), out);
}

fn finish(comment: &str, out: &mut String) {
    if !comment.is_empty() {
        out.push(',');
        out.push_str(comment);
    }
    out.push('\n');
}

/// As [`read`], one line; returns whether any more of the file can be understood.
pub(super) fn read_line(list: List, number: usize, line: &str, take: &mut Take<'_>) -> bool {
    let read = understood(list, number, line);
    let goes_on = read.is_ok();
    if let Some(record) = read.transpose() {
        take(number, line, record);
    }
    goes_on
}

/// Reads line by line. Blank lines and lines that start with `#` are for people; the first line's
/// format and version are checked where they stand there.
pub(super) fn read<'a>(
    list: List,
    text: &'a str,
    take: &mut impl FnMut(Result<Record<'a>, LineError>),
) {
    for (number, line) in (1..).zip(text.lines()) {
        match understood(list, number, line) {
            Ok(record) => record.into_iter().for_each(|record| take(Ok(record))),
            Err(error) => return take(Err(error)),
        }
    }
}

/// What a line says, if anything. An error is about the file: no more of it can be understood.
fn understood(list: List, number: usize, line: &str) -> Result<Option<Record<'_>>, LineError> {
    let line = line.trim();
    let Some(remark) = line.strip_prefix('#') else {
        return Ok((!line.is_empty()).then(|| record(list, number, line)));
    };
    if number == 1
        && let Some((named, version)) = kind(remark)
    {
        check_kind(list, Some(named), Some(version))
            .map_err(|message| LineError::whole(number, message))?;
    }
    Ok(None)
}

/// How many rows the first line of a file says that it has.
pub(super) fn announced(line: &str) -> Option<u64> {
    let remark = line.trim().strip_prefix('#')?;
    kind(remark)?;
    let (_, count) = remark.split_once(':')?;
    count.split_whitespace().next()?.parse().ok()
}

/// The list and version in `smart-hosts 1: …`; `None` for any other remark.
fn kind(remark: &str) -> Option<(List, u64)> {
    let (kind, _) = remark.split_once(':')?;
    let (stem, version) = kind.trim().split_once(' ')?;
    Some((List::from_file_stem(stem)?, version.parse().ok()?))
}

/// The comment is the rest of the line, commas and all.
fn record(list: List, line: usize, text: &str) -> Record<'_> {
    let mut rest = Some(text);
    let mut next = || {
        let (column, after) = match rest?.split_once(',') {
            Some((column, after)) => (column, Some(after)),
            None => (rest?, None),
        };
        rest = after;
        Some(column)
    };
    let mut record = Record {
        line,
        domain: next().unwrap_or_default().into(),
        host: next().unwrap_or_default().into(),
        port: next().unwrap_or_default().into(),
        ..Record::default()
    };
    if list == List::Routes {
        let mut column = next();
        if let Some(further) = column.filter(|column| column.trim_start().starts_with('[')) {
            record.further_hosts = further.into();
            column = next();
        }
        if column.is_some_and(|column| column.trim().eq_ignore_ascii_case(DISABLED)) {
            record.enabled = enabled::as_str(false).into();
            column = next();
        }
        record.scope = column.unwrap_or_default().into();
    }
    record.comment = rest.unwrap_or_default().into();
    record
}
