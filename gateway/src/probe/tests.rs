//! Tests against real servers on loopback, each of which behaves as one test needs it.

mod addresses;
pub(super) mod authority;
pub(crate) mod dns;
mod envelope;
mod handshake;
mod hostile;
mod login;
mod policies;
mod secrets;
mod server;
mod stream;

use std::time::Duration;

use routing::{Account, Host, HostName, Password, Port, TlsName, TlsPolicy, UserName};

use super::{Kind, Limits, Names, Outcome, Plan, Prober, Report, Step, Trust};
use authority::Authority;
use server::{Server, Way};

/// The moment of all tests, since the epoch: 2027-01-15 08:00:00 UTC.
pub(super) const NOW: Duration = Duration::from_hours(500_000);

fn name(text: &str) -> HostName {
    match Host::parse(text) {
        Ok(Host::Name(name)) => name,
        other => panic!("{other:?}"),
    }
}

fn verified(expected: &str) -> TlsPolicy {
    TlsPolicy::Verified {
        name: Some(TlsName::parse(expected).unwrap()),
    }
}

fn plan(server: &Server, tls: TlsPolicy) -> Plan {
    let host = Host::parse("127.0.0.1").unwrap();
    Plan::new(host, Port::try_from(server.port).unwrap(), tls)
}

fn account(user: &str, password: &str) -> Account {
    Account {
        user: UserName::parse(user).unwrap(),
        password: Password::parse(password).unwrap(),
    }
}

/// For servers that never answer at some point. Up to there they answer at once, so that a busy
/// machine does not matter.
fn impatient() -> Limits {
    let soon = Duration::from_secs(2);
    Limits {
        resolve: soon,
        connect: soon,
        reply: soon,
        handshake: soon,
        ..Limits::default()
    }
}

async fn run(plan: &Plan, trust: Trust) -> Report {
    Prober::new(Names::Native, trust).run(plan, NOW).await
}

/// Kinds and outcomes, as one line.
fn steps(report: &Report) -> String {
    let steps: Vec<_> = report
        .steps
        .iter()
        .map(|step| match step.outcome {
            Outcome::Ok => format!("{:?}", step.kind),
            outcome => format!("{:?}:{outcome}", step.kind),
        })
        .collect();
    steps.join(" ")
}

#[track_caller]
fn last(report: &Report) -> &Step {
    report.steps.last().unwrap()
}

#[track_caller]
fn step(report: &Report, kind: Kind) -> &Step {
    let found = report.steps.iter().rfind(|step| step.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind:?} in {}", steps(report)))
}

/// The test ends with a failure of this kind, and says something like this.
#[track_caller]
fn assert_fails(report: &Report, kind: Kind, finding: &str) {
    let last = last(report);
    assert_eq!(report.outcome, Outcome::Failure, "{report:#?}");
    assert_eq!(
        (last.kind, last.outcome),
        (kind, Outcome::Failure),
        "{report:#?}"
    );
    assert!(last.finding.contains(finding), "{last:#?}");
    assert!(report.verdict.starts_with("Mail would not be delivered. "));
    assert!(report.verdict.contains(finding), "{}", report.verdict);
    assert!(report.advice.is_some(), "{report:#?}");
}
