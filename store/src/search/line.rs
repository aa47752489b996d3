//! A route as a line of text: all that a search can find, and what the list is sorted by.

use routing::Scope;

use super::{fold, unicode_domain, unicode_host};
use crate::SortBy;

/// Ends a line.
pub(super) const END: u8 = b'\n';
/// Ends a part of a line. No text to look for holds this or any other control character.
const PART: u8 = 0;

/// A port is written six bits to an octet, in octets with which no character of UTF-8 begins: so no text
/// is ever found in it. The same goes for the scope.
const DIGIT: u8 = 0x80;
const DIGIT_BITS: u32 = 6;
const DIGIT_MASK: u16 = 0x3f;
/// Octets of a port.
const PORT: usize = 3;

const SCOPES: [(u8, Scope); 3] = [
    (DIGIT, Scope::Both),
    (DIGIT + 1, Scope::Domain),
    (DIGIT + 2, Scope::Subdomains),
];

/// What a route is listed under: its place in a sorted list. In the order of fields, octet by octet, as
/// the engine compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub(super) by: Lead<'a>,
    pub(super) domain: &'a [u8],
    pub(super) scope: &'a [u8],
}

/// The column before domain and scope, by which the list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lead<'a> {
    None,
    Host(&'a [u8]),
    Port(i64),
}

/// One line, without its end:
/// scope, domain as it is shown, port, then hosts, comment and Unicode forms, folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a>(pub(super) &'a [u8]);

impl<'a> Line<'a> {
    /// Its place in a list that is sorted by this column.
    pub(super) fn key(self, by: SortBy) -> Key<'a> {
        let (&mark, rest) = self.0.split_first().unwrap_or((&DIGIT, &[]));
        let scope = SCOPES.iter().find(|(known, _)| *known == mark);
        let scope = scope.map_or(Scope::Domain, |(_, scope)| *scope);
        let (shown, rest) = part(rest);
        let domain = match scope {
            Scope::Subdomains => shown.strip_prefix(b".").unwrap_or(shown),
            _ => shown,
        };
        let (port, rest) = rest.split_at(PORT.min(rest.len()));
        let by = match by {
            SortBy::Domain => Lead::None,
            SortBy::Host => Lead::Host(part(rest).0),
            SortBy::Port => Lead::Port(number(port)),
        };
        Key {
            by,
            domain,
            scope: scope.as_str().as_bytes(),
        }
    }
}

/// What stands before the end of a part, and what stands after it.
fn part(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(PART, line) {
        Some(end) => (&line[..end], &line[end + 1..]),
        None => (line, &[]),
    }
}

fn digit(bits: u16) -> u8 {
    DIGIT | (bits & DIGIT_MASK).to_le_bytes()[0]
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| {
        number << DIGIT_BITS | i64::from(digit & !DIGIT)
    })
}

/// What a line says, as the engine has it; a damaged file may hold anything.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns<'a> {
    pub(super) domain: &'a str,
    pub(super) scope: &'a str,
    pub(super) port: i64,
    /// Each on a line of its own, the first one first.
    pub(super) hosts: &'a str,
    pub(super) comment: &'a str,
}

impl Columns<'_> {
    /// Writes the line with its end, or nothing if no list could show the row: then it says so itself.
    pub(super) fn write(&self, to: &mut Vec<u8>) -> bool {
        let scope = SCOPES
            .iter()
            .find(|(_, scope)| scope.as_str() == self.scope);
        let Some(&(mark, scope)) = scope else {
            return false;
        };
        let Ok(port) = u16::try_from(self.port) else {
            return false;
        };
        let control = |text: &str| text.bytes().any(|byte| byte < b' ');
        let hosts = || self.hosts.lines();
        if control(self.domain) || control(self.comment) || hosts().any(control) {
            return false;
        }
        to.push(mark);
        let shown = to.len();
        if scope == Scope::Subdomains {
            to.push(b'.');
        }
        to.extend(self.domain.as_bytes());
        let unicode = std::str::from_utf8(&to[shown..])
            .ok()
            .and_then(unicode_domain);
        to.push(PART);
        to.extend([port >> (2 * DIGIT_BITS), port >> DIGIT_BITS, port].map(digit));
        let mut say = |text: &str| {
            to.extend(text.as_bytes());
            to.push(PART);
        };
        hosts().for_each(&mut say);
        say(&fold(self.comment));
        if let Some(name) = unicode {
            say(&fold(&name));
        }
        for name in hosts().filter_map(unicode_host) {
            say(&fold(&name));
        }
        to.push(END);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: Columns<'_> = Columns {
        domain: "xn--bcher-kva.example",
        scope: "subdomains",
        port: 65_535,
        hosts: "mail.example.net\nxn--bcher-kva",
        comment: "Old Customer",
    };

    fn line(columns: &Columns<'_>) -> Vec<u8> {
        let mut line = Vec::new();
        assert!(columns.write(&mut line));
        assert_eq!(line.pop(), Some(END));
        line
    }

    #[test]
    fn a_line_tells_its_place_in_each_order() {
        for port in [1, 25, 63, 64, 4096, 65_535] {
            let line = line(&Columns { port, ..ROUTE });
            let leads = [
                (SortBy::Domain, Lead::None),
                (SortBy::Host, Lead::Host(b"mail.example.net")),
                (SortBy::Port, Lead::Port(port)),
            ];
            for (by, lead) in leads {
                let key = Key {
                    by: lead,
                    domain: b"xn--bcher-kva.example",
                    scope: b"subdomains",
                };
                assert_eq!(Line(&line).key(by), key);
            }
        }
    }

    #[test]
    fn all_that_can_be_found_is_in_the_line() {
        let line = line(&ROUTE);
        for text in [
            ".xn--bcher-kva.example",
            ".bücher.example",
            "mail.example.net",
            "old customer",
        ] {
            assert!(
                memchr::memmem::find(&line, text.as_bytes()).is_some(),
                "{text}"
            );
        }
        assert!(!line.contains(&END));
    }

    #[test]
    fn what_no_list_can_show_has_no_line() {
        for columns in [
            Columns {
                scope: "all",
                ..ROUTE
            },
            Columns { port: -1, ..ROUTE },
            Columns {
                domain: "a\nb.example",
                ..ROUTE
            },
            Columns {
                hosts: "a\0b",
                ..ROUTE
            },
            Columns {
                comment: "\n",
                ..ROUTE
            },
        ] {
            let mut line = Vec::new();
            assert!(!columns.write(&mut line));
            assert!(line.is_empty());
        }
    }
}
