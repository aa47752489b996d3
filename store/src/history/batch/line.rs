//! How a line is written: a row in a few dozen bytes.
//!
//! A line is its length and then: its kind, how far its object's id lies below its number, what the
//! object said before and what it says after. Numbers are in the usual groups of seven bits, least
//! significant first; before each text stands its length.

use std::borrow::Cow;

use routing::{Host, ManagedDomain, NextHop, NextHops, Pattern, Port, Route, Scope};
use serde_json::Value;

use crate::{
    ObjectKind, RowId, change,
    row::{Canonical, read_canonical},
};

/// What an object says, to be written.
#[derive(Clone, Copy, Debug)]
pub enum StateRef<'a> {
    Route(&'a Route),
    StagedRoute(StagedRoute<'a>),
    ManagedDomain(&'a ManagedDomain),
    /// Any other, as JSON.
    Json(&'a str),
}

/// A route, as the table of an import holds it.
#[derive(Clone, Copy, Debug)]
pub struct StagedRoute<'a> {
    pub(crate) domain: &'a str,
    pub(crate) scope: &'a str,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) comment: &'a str,
    /// `position host port`, in their order, with commas between them.
    pub(crate) further: Option<&'a str>,
    pub(crate) enabled: bool,
}

impl<'a> StagedRoute<'a> {
    /// Host and port of all next hops.
    fn hops(&self) -> impl Iterator<Item = (Cow<'a, str>, u64)> + Clone {
        let further = self.further.into_iter().flat_map(|hops| hops.split(','));
        let further = further.filter_map(|hop| {
            let (_, hop) = hop.split_once(' ')?;
            let (host, port) = hop.split_once(' ')?;
            Some((host.into(), port.parse().ok()?))
        });
        std::iter::once((self.host.into(), self.port.into())).chain(further)
    }
}

/// What an object says, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Route(Route),
    ManagedDomain(ManagedDomain),
    Json(String),
}

impl State {
    /// As an entry of its own would hold it.
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Route(route) => serde_json::to_string(route),
            Self::ManagedDomain(managed) => serde_json::to_string(managed),
            Self::Json(json) => Ok(json.clone()),
        }
    }

    pub(crate) fn to_value(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Route(route) => serde_json::to_value(route),
            Self::ManagedDomain(managed) => serde_json::to_value(managed),
            Self::Json(json) => serde_json::from_str(json),
        }
    }

    /// What people call the object.
    fn name(&self, kind: ObjectKind) -> Result<String, serde_json::Error> {
        Ok(match self {
            Self::Route(route) => route.pattern.to_string(),
            Self::ManagedDomain(managed) => managed.domain.to_string(),
            Self::Json(json) => change::name_of(kind, &serde_json::from_str(json)?),
        })
    }
}

/// One line of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) number: i64,
    pub(crate) kind: ObjectKind,
    pub(crate) object: RowId,
    pub(crate) before: Option<State>,
    pub(crate) after: Option<State>,
}

impl Line {
    /// What people call the object.
    pub(crate) fn name(&self) -> Result<String, serde_json::Error> {
        let state = self.after.as_ref().or(self.before.as_ref());
        state.map_or_else(|| Ok(String::new()), |state| state.name(self.kind))
    }
}

const KINDS: [(u8, ObjectKind); 3] = [
    (1, ObjectKind::Route),
    (2, ObjectKind::ManagedDomain),
    (3, ObjectKind::Tombstone),
];

const NOTHING: u8 = 0;
const JSON: u8 = 1;
const ROUTE: u8 = 2;
const MANAGED_DOMAIN: u8 = 3;
/// As [`ROUTE`].
const DISABLED_ROUTE: u8 = 4;

/// Writes a line, without its length.
pub(super) fn write(
    number: i64,
    kind: ObjectKind,
    object: RowId,
    [before, after]: [Option<StateRef<'_>>; 2],
    out: &mut Vec<u8>,
) {
    let kind = KINDS.iter().find(|(_, known)| *known == kind);
    out.push(kind.map_or(0, |(code, _)| *code));
    // Ids are numbers of earlier lines or entries, or of this very line.
    write_number(number.abs_diff(object.0), out);
    for state in [before, after] {
        write_state(state, out);
    }
}

fn write_state(state: Option<StateRef<'_>>, out: &mut Vec<u8>) {
    match state {
        None => out.push(NOTHING),
        Some(StateRef::Json(json)) => {
            out.push(JSON);
            write_text(json, out);
        }
        Some(StateRef::Route(route)) => {
            let (pattern, comment) = (&route.pattern, route.comment.as_str());
            let texts = [pattern.domain.as_str(), pattern.scope.as_str(), comment];
            let hops = route.next_hops.iter().map(host_and_port);
            write_route(route.enabled, texts, hops, out);
        }
        Some(StateRef::StagedRoute(route)) => {
            let texts = [route.domain, route.scope, route.comment];
            write_route(route.enabled, texts, route.hops(), out);
        }
        Some(StateRef::ManagedDomain(managed)) => {
            out.push(MANAGED_DOMAIN);
            write_text(managed.domain.as_str(), out);
            write_text(managed.comment.as_str(), out);
            write_hops(managed.routing.iter().map(host_and_port), out);
        }
    }
}

/// A route: its domain, scope and comment, and its next hops.
fn write_route<'a>(
    enabled: bool,
    texts: [&str; 3],
    hops: impl Iterator<Item = (Cow<'a, str>, u64)> + Clone,
    out: &mut Vec<u8>,
) {
    out.push(if enabled { ROUTE } else { DISABLED_ROUTE });
    for text in texts {
        write_text(text, out);
    }
    write_hops(hops, out);
}

fn host_and_port(NextHop { host, port }: &NextHop) -> (Cow<'_, str>, u64) {
    let host = match host {
        Host::Name(name) => name.as_str().into(),
        address => address.to_string().into(),
    };
    (host, port.get().into())
}

fn write_hops<'a>(hops: impl Iterator<Item = (Cow<'a, str>, u64)> + Clone, out: &mut Vec<u8>) {
    write_number(hops.clone().count() as u64, out);
    for (host, port) in hops {
        write_text(&host, out);
        write_number(port, out);
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
    out.push(number as u8);
}

/// Reads what was written, trusting nothing in it.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next line, not read yet.
    pub(super) fn line(&mut self) -> Read<&'a [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| TRUNCATED)?;
        let (line, rest) = self.0.split_at_checked(length).ok_or(TRUNCATED)?;
        self.0 = rest;
        Ok(line)
    }

    fn byte(&mut self) -> Read<u8> {
        let (byte, rest) = self.0.split_first().ok_or(TRUNCATED)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number is too great")
    }

    fn text(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.line()?).map_err(|_| "a text is not UTF-8")
    }

    /// As in the tables, every value has one form.
    fn parsed<T: Canonical>(&mut self) -> Read<T> {
        read_canonical(self.text()?).map_err(|_| INVALID)
    }

    fn hops(&mut self) -> Read<Vec<NextHop>> {
        let count = self.number()?;
        let hop = |_| {
            let host = self.parsed()?;
            let port = u16::try_from(self.number()?).map(Port::try_from);
            match port {
                Ok(Ok(port)) => Ok(NextHop { host, port }),
                _ => Err(INVALID),
            }
        };
        (0..count).map(hop).collect()
    }

    fn state(&mut self) -> Read<Option<State>> {
        let form = self.byte()?;
        Ok(Some(match form {
            NOTHING => return Ok(None),
            JSON => State::Json(self.text()?.to_owned()),
            ROUTE | DISABLED_ROUTE => {
                let domain = self.parsed()?;
                let scope: Scope = self.parsed()?;
                let comment = self.parsed()?;
                let mut hops = self.hops()?.into_iter();
                let first = hops.next().ok_or("a route leads nowhere")?;
                let next_hops = NextHops::new(first, hops.collect()).map_err(|_| INVALID)?;
                State::Route(Route {
                    pattern: Pattern { domain, scope },
                    next_hops,
                    comment,
                    enabled: form == ROUTE,
                })
            }
            MANAGED_DOMAIN => {
                let domain = self.parsed()?;
                let comment = self.parsed()?;
                let mut hops = self.hops()?.into_iter();
                State::ManagedDomain(ManagedDomain {
                    domain,
                    routing: hops.next(),
                    comment,
                })
            }
            _ => return Err("a state is of an unknown form"),
        }))
    }
}

const TRUNCATED: &str = "a line is cut off";
const INVALID: &str = "a value is none that would have been written";

/// Reads a line, without its length.
pub(super) fn read(number: i64, bytes: &[u8]) -> Read<Line> {
    let mut reader = Reader(bytes);
    let kind = reader.byte()?;
    let kind = KINDS.iter().find(|(code, _)| *code == kind);
    let (_, kind) = kind.ok_or("a line is of an unknown kind")?;
    let back = i64::try_from(reader.number()?).map_err(|_| INVALID)?;
    let line = Line {
        number,
        kind: *kind,
        object: RowId(number.checked_sub(back).ok_or(INVALID)?),
        before: reader.state()?,
        after: reader.state()?,
    };
    if reader.is_at_end() {
        Ok(line)
    } else {
        Err("something follows the end of a line")
    }
}
