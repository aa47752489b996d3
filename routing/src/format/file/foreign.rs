//! Postfix's tables, and files of Proxmox Mail Gateway that are made like them.

use super::super::LineError;
use super::super::record::{Record, Take};
use crate::typed::Typed;

/// Services of Postfix that hand mail to a smart host; any other does something else with it.
const TO_A_HOST: [&str; 3] = ["smtp", "relay", "smarthost"];

/// A table as transport(5) describes it. A line that begins with white space goes on with the one before.
#[derive(Debug, Default)]
pub(super) struct Postfix {
    /// Whether a comment says something about the entry after it.
    comments: bool,
    comment: String,
    /// An entry that may go on, and where it began.
    entry: Option<(usize, String)>,
}

impl Postfix {
    /// As Proxmox Mail Gateway writes it: before an entry may stand its comment.
    pub(super) fn with_comments() -> Self {
        Self {
            comments: true,
            ..Self::default()
        }
    }

    pub(super) fn line(&mut self, line: usize, text: &str, take: &mut Take<'_>) {
        let content = text.trim();
        if content.is_empty() {
            return;
        }
        if let Some(comment) = content.strip_prefix('#') {
            if self.comments {
                self.end(take);
                comment.trim().clone_into(&mut self.comment);
            }
            return;
        }
        match &mut self.entry {
            Some((_, entry)) if text.starts_with([' ', '\t']) => {
                entry.push(' ');
                entry.push_str(content);
                entry.truncate(floor(entry, super::LONGEST));
            }
            _ => {
                self.end(take);
                self.entry = Some((line, content.to_owned()));
            }
        }
    }

    pub(super) fn end(&mut self, take: &mut Take<'_>) {
        let Some((line, text)) = self.entry.take() else {
            return;
        };
        let comment = std::mem::take(&mut self.comment);
        let record = entry(&text).map(|record| Record {
            line,
            comment: comment.into(),
            ..record
        });
        let record = record.map_err(|message| LineError::whole(line, message));
        take(line, &text, record);
    }
}

/// The nearest place at or before `end` where a text can be cut.
fn floor(text: &str, end: usize) -> usize {
    let end = end.min(text.len());
    (0..=end)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// An entry of a table: a name and, after white space, `transport:nexthop`.
fn entry(text: &str) -> Result<Record<'_>, String> {
    let Some((name, value)) = text.split_once(char::is_whitespace) else {
        return Err("There is no destination after the domain.".to_owned());
    };
    destination(name, value.trim())
}

/// What a name and `transport:nexthop` say as a row.
pub(super) fn destination<'a>(name: &'a str, value: &'a str) -> Result<Record<'a>, String> {
    if name.contains('@') {
        return Err("This is an address, but only whole domains have routes.".to_owned());
    }
    if name == "*" {
        return Err("This is for all other domains, which routes cannot be for.".to_owned());
    }
    let (service, hops) = value.split_once(':').unwrap_or(("", value));
    let (service, hops) = if value.starts_with('[') {
        ("", value)
    } else {
        (service, hops)
    };
    let known = TO_A_HOST.iter().any(|known| service.starts_with(known));
    if !(service.is_empty() || known) {
        return Err(format!(
            "Mail goes to Postfix's service {}, which is no smart host.",
            Typed::new(service)
        ));
    }
    let mut hops = hops.split(',').map(hop);
    let (host, port) = hops.next().unwrap_or(("", ""));
    if host.is_empty() {
        return Err(
            "No host is named, so mail goes to the domain's MX. It needs no route.".to_owned(),
        );
    }
    let further: Vec<_> = hops
        .map(|(host, port)| format!("[{host}]:{port}"))
        .collect();
    Ok(Record {
        domain: name.into(),
        host: host.into(),
        port: port.into(),
        further_hosts: further.join(" ").into(),
        ..Record::default()
    })
}

/// Host and port, of `[host]:port` and of what Postfix takes for the same.
fn hop(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => text.rsplit_once(':').unwrap_or((text, "")),
    };
    let address = host
        .get(..5)
        .filter(|prefix| prefix.eq_ignore_ascii_case("ipv6:"));
    let host = address.map_or(host, |prefix| &host[prefix.len()..]);
    (host, number(port))
}

/// The port of a service that has a name.
fn number(port: &str) -> &str {
    match port {
        "" | "smtp" => "25",
        "submission" => "587",
        "smtps" | "submissions" => "465",
        port => port,
    }
}

/// `/etc/pmg/domains`: a domain, perhaps with something after it for Postfix.
pub(super) fn domain_only(line: usize, text: &str, take: &mut Take<'_>) {
    let content = text.trim();
    if content.is_empty() || content.starts_with('#') {
        return;
    }
    let domain = content.split_whitespace().next().unwrap_or(content);
    let record = Record {
        line,
        domain: domain.into(),
        ..Record::default()
    };
    take(line, text, Ok(record));
}
