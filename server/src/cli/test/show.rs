//! A test's steps as text.

use std::fmt::Write;

use gateway::probe::{Certificate, Plan, Report, Speaker, Step};

use super::super::{Failure, output};

/// What is tested; `as_set` if it is all as it is set.
pub(super) fn heading(plan: &Plan, as_set: bool) -> Result<(), Failure> {
    let login = match &plan.account {
        Some(account) => format!(", as user {}", account.user),
        None => String::new(),
    };
    let as_set = if as_set { ", as it is set" } else { "" };
    output::line(format_args!(
        "Testing {} port {}, TLS policy {}{login}{as_set}. No mail is sent.",
        plan.host, plan.port, plan.tls
    ))
}

/// A step and what was said in it.
pub(super) fn step(step: &Step) -> Result<(), Failure> {
    output::text(&text(step))
}

pub(super) fn verdict(report: &Report) -> Result<(), Failure> {
    output::line(&report.verdict)
}

fn text(step: &Step) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{:<8} {:<16} {:>6} ms  {}",
        step.outcome, step.kind, step.elapsed_ms, step.finding
    );
    for said in &step.said {
        let mark = match said.by {
            Speaker::Client => '>',
            Speaker::Server => '<',
        };
        for line in said.text.lines() {
            let _ = writeln!(text, "           {mark} {line}");
        }
    }
    if let Some(certificate) = &step.certificate {
        describe(certificate, &mut text);
    }
    if let Some(advice) = &step.advice {
        let _ = writeln!(text, "           {advice}");
    }
    text
}

fn describe(certificate: &Certificate, text: &mut String) {
    let mut facts = vec![
        ("subject", certificate.subject.clone()),
        ("issuer", certificate.issuer.clone()),
        ("names", certificate.names.join(", ")),
        ("begins", certificate.not_before.clone()),
        ("ends", certificate.not_after.clone()),
        ("SHA-256", certificate.sha256.clone()),
    ];
    for link in &certificate.chain {
        facts.push(("sent along", link.subject.clone()));
    }
    for (fact, value) in facts {
        // As above.
        let _ = writeln!(text, "           {fact:<10} {value}");
    }
}
