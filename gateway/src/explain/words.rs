//! The answer as a sentence.

use routing::{NextHop, NextHops, TlsPolicy};
use store::{Event, PasswordState, Timestamp};

use super::{Explanation, Hop, Outcome, Subject, as_domain, shown};

/// The Unicode form of a name, where that differs.
pub(super) fn unicode(name: &str) -> Option<String> {
    as_domain(name)?.to_unicode()
}

/// A next hop as people read it.
pub(super) fn hop(next_hop: &NextHop) -> String {
    let host = match next_hop.host.to_unicode() {
        Some(unicode) => format!("{unicode} ({})", next_hop.host),
        None => next_hop.host.to_string(),
    };
    format!("{host}, port {}", next_hop.port)
}

/// Next hops in the order in which they are tried.
pub(super) fn hops(hops: &NextHops) -> String {
    let words: Vec<_> = hops.iter().map(hop).collect();
    words.join("; if that fails, to ")
}

/// A moment as people read it.
pub(super) fn time(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', " UTC")
}

/// The answer, and what to do where mail waits.
pub(super) fn answer(
    subject: &Subject,
    explanation: &Explanation,
    row: Option<&Event>,
) -> (String, Option<String>) {
    let mail = format!("Mail for {subject}");
    let domain = explanation.domain.as_deref().map(shown).unwrap_or_default();
    let way = || way(&explanation.next_hops);
    let advice = |text: &str| Some(text.to_owned());
    match (explanation.outcome, row) {
        (Outcome::SmartHost, _) => (
            format!("{mail} goes to {}.", way()),
            unreadable(explanation),
        ),
        (Outcome::OwnRouting, _) => (
            format!(
                "{mail} goes to the server of the managed domain {domain}: {}.",
                way()
            ),
            None,
        ),
        (Outcome::DefaultRouting, _) => (
            format!("{mail} goes to the default for managed domains: {}.", way()),
            None,
        ),
        (Outcome::NoRouting, _) => (
            format!(
                "{mail} waits: {domain} is a managed domain without routing of its own, and there \
                 is no default domain routing."
            ),
            advice("Set default domain routing, or give the managed domain a host."),
        ),
        (Outcome::Held, Some(Event::Held(row))) => (
            format!(
                "{mail} waits in Postfix\u{2019}s queue until {}: its route was removed.",
                time(row.value.until)
            ),
            advice(
                "Release it under Held mail or by \"smart-hosts route release\", or add a route again.",
            ),
        ),
        (Outcome::Unusable, Some(Event::Route(_))) => (
            format!("{mail} waits: the hosts of its route do not go together."),
            advice("Set the TLS of its smart hosts alike, or change the hosts of the route."),
        ),
        (Outcome::Unusable | Outcome::Held, _) => (
            format!("{mail} waits: the rule for it cannot be read."),
            advice("Delete the row and add it again; the log says what is wrong with it."),
        ),
        (Outcome::NoRule, _) => (no_rule(subject, explanation), None),
    }
}

fn no_rule(subject: &Subject, explanation: &Explanation) -> String {
    match &explanation.domain {
        Some(domain) => format!(
            "No rule is for {subject}: Postfix delivers its mail as it would without Smart Hosts, \
             usually to the mail servers (MX) of {}.",
            shown(domain)
        ),
        None if subject.is_null() => {
            "No rule is for <>, the sender of bounces: it has no domain.".to_owned()
        }
        None if subject.as_str().contains('[') => {
            format!("No rule is for {subject}: Postfix delivers to the IP address itself.")
        }
        None => format!(
            "No rule is for {subject}: it has no domain. Postfix adds its own (myorigin), so ask for \
             the whole address."
        ),
    }
}

/// The way over the hops, with what is demanded on the first of them.
fn way(hops: &[Hop]) -> String {
    let mut words = String::new();
    for (index, each) in hops.iter().enumerate() {
        if index > 0 {
            words.push_str("; if that fails, to ");
        }
        words.push_str(&hop(&each.next_hop));
        if let (0, Some(tls)) = (index, &each.tls) {
            words.push_str(over(tls));
            if let Some(user) = &each.user {
                words.push_str(", signing in as ");
                words.push_str(user);
            }
        }
    }
    words
}

fn over(tls: &TlsPolicy) -> &'static str {
    match tls {
        TlsPolicy::None => ", without TLS",
        TlsPolicy::Opportunistic => ", over TLS if offered",
        TlsPolicy::Required => ", over TLS (required)",
        TlsPolicy::Verified { .. } => ", over TLS (required, certificate verified)",
        TlsPolicy::Implicit => ", over TLS (implicit)",
        TlsPolicy::ImplicitVerified { .. } => ", over TLS (implicit, certificate verified)",
    }
}

/// Postfix is answered that the password cannot be had now, and the mail waits.
fn unreadable(explanation: &Explanation) -> Option<String> {
    let hops = explanation.next_hops.iter();
    let unreadable = |hop: &&Hop| hop.password == PasswordState::Unreadable;
    let bad = hops.clone().find(unreadable)?;
    Some(format!(
        "The password for {} cannot be read, so mail waits there. Enter it again.",
        hop(&bad.next_hop)
    ))
}
