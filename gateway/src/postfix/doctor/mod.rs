//! The doctor: whether the live Postfix does what the console shows.
//!
//! It only looks and asks. Every finding names the command that puts it right.

mod access;
mod address;
mod answers;
mod chroot;
mod exam;
mod reach;
mod report;
mod sasl;
mod services;
mod standing;
mod tables;
#[cfg(test)]
mod tests;
mod version;

pub use address::{Wanted, WantedHop, ask};
pub use report::{Check, Outcome, Report};
pub use standing::{Examination, Standing};

use super::live::{Live, LiveError};
use super::settings::Settings;
use super::system::System;
use exam::Exam;

/// A domain that nobody has: names below `invalid` are never in use (RFC 6761 section 6.4).
const NOBODYS_DOMAIN: &str = "smart-hosts-check.invalid";

/// What a table must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This value.
    Found(String),
    /// That there is no such key.
    NotFound,
}

/// A key and what must be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerSample {
    /// The key, as Postfix asks: a mail address for `transport_maps`, a domain for `relay_domains`.
    pub key: String,
    /// What must be answered.
    pub answer: Answer,
}

/// A smart host and what must be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHopSample {
    /// As Postfix asks: `[mail.example.net]:587`.
    pub next_hop: String,
    /// The user name of its account, if it has one. The password is never compared, nor shown.
    pub user: Option<String>,
    /// Its TLS policy as `smtp_tls_policy_maps` must answer; `None` if that is not to be compared.
    pub tls: Option<String>,
}

/// What the console's own database says, to compare with: samples, for there may be a million routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The version of this program; a look-up service of another one may answer otherwise.
    pub version: String,
    /// Why there is nothing to compare with, if so: a sentence.
    pub problem: Option<String>,
    /// Mail addresses, for `transport_maps`.
    pub transport: Vec<AnswerSample>,
    /// Domains, for `relay_domains`.
    pub relay: Vec<AnswerSample>,
    /// Smart hosts.
    pub next_hops: Vec<NextHopSample>,
    /// Domains with a route to a smart host, for which no mail may be accepted from outside.
    pub smart_host_domains: Vec<String>,
    /// Managed domains.
    pub managed_domains: Vec<String>,
    /// Whether any route has a list of several hosts.
    pub uses_lists: bool,
    /// Whether any smart host has an account.
    pub uses_accounts: bool,
}

/// Examines the live Postfix.
#[must_use]
pub fn examine(system: &impl System, settings: &Settings, expected: &Expected) -> Report {
    look(system, settings, expected).report
}

/// Examines the live Postfix, and says how much of it can be seen.
#[must_use]
pub fn look(system: &impl System, settings: &Settings, expected: &Expected) -> Examination {
    let live = match Live::read(system, settings) {
        Ok(live) => live,
        Err(error) => {
            return Examination {
                standing: Standing::without(&error),
                report: unreadable(&error),
            };
        }
    };
    let mut exam = Exam::new(system, settings, &live, expected);
    version::examine(&mut exam);
    services::examine(&mut exam);
    tables::examine(&mut exam);
    reach::examine(&mut exam);
    answers::examine(&mut exam);
    sasl::examine(&mut exam);
    chroot::examine(&mut exam);
    access::examine(&mut exam);
    Examination {
        standing: Standing::of(&live, exam.is_root),
        report: exam.into_report(),
    }
}

fn unreadable(error: &LiveError) -> Report {
    let fix = match error {
        LiveError::NotThere { .. } => "apt-get install postfix",
        LiveError::Refused { .. } => "postconf -n",
    };
    Report {
        checks: vec![Check {
            name: "postfix".to_owned(),
            outcome: Outcome::Unknown,
            found: error.to_string(),
            fix: Some(fix.to_owned()),
        }],
    }
}
