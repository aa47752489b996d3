//! What the database says Postfix must answer: a sample, for there may be a million routes.

use gateway::postfix::{Answer, AnswerSample, Expected, NextHopSample};
use routing::{ManagedDomain, NextHop, NextHops, Route, TlsKind, TlsPolicy};
use store::{PageSize, PasswordState, Position, Query, Store, Stored, StoredSmartHost};

/// How many rows are taken from either end of a list.
const ROWS: usize = 10;

/// A local part, and a label, that nobody has: what is asked about is the domain.
const NOBODY: &str = "smart-hosts-check";

/// Nothing to compare with.
fn nothing() -> Expected {
    Expected {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Expected::default()
    }
}

/// Reads a sample of routes and managed domains.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn read(store: &Store) -> Result<Expected, store::Error> {
    let default = store.default_routing().await?.next_hop;
    let mut expected = nothing();
    for row in ends::<Route>(store).await? {
        let first = store.smart_host(row.value.next_hops.first()).await?;
        route(&mut expected, &row.value, &first);
        for next_hop in row.value.next_hops.iter() {
            smart_host(&mut expected, &store.smart_host(next_hop).await?);
        }
    }
    for row in ends::<ManagedDomain>(store).await? {
        managed_domain(&mut expected, &row.value, default.as_ref());
    }
    Ok(expected)
}

/// As [`read`]; a database that cannot be read is itself a finding, and no reason not to look at Postfix.
pub(crate) async fn read_or_why(store: &Store) -> Expected {
    read(store).await.unwrap_or_else(|error| why(&error))
}

/// Nothing to compare with, and why.
pub(crate) fn why(problem: &impl ToString) -> Expected {
    Expected {
        problem: Some(problem.to_string()),
        ..nothing()
    }
}

/// The first and the last rows of a list.
async fn ends<T: store::Record>(store: &Store) -> Result<Vec<Stored<T>>, store::Error> {
    let page = |position| {
        store.page::<T>(Query {
            size: PageSize::new(ROWS),
            position,
            ..Query::default()
        })
    };
    let mut rows = page(Position::First).await?.rows;
    for row in page(Position::Last).await?.rows {
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// All hosts of a list have the kind of TLS of the first, which the transport's name says.
fn route(expected: &mut Expected, route: &Route, first: &StoredSmartHost) {
    let domain = route.pattern.domain.as_str();
    let domain = if route.pattern.scope.covers_domain() {
        domain.to_owned()
    } else {
        format!("{NOBODY}.{domain}")
    };
    let transport = match first.settings.tls.kind() {
        TlsKind::StartTls => "smarthost",
        TlsKind::Implicit => "smarthosts",
    };
    let answer = Answer::Found(format!("{transport}:{}", route.next_hops));
    expected.transport.push(AnswerSample {
        key: format!("{NOBODY}@{domain}"),
        answer,
    });
    // No mail from outside is accepted for it, or the gateway would be an open relay.
    expected.relay.push(AnswerSample {
        key: domain.clone(),
        answer: Answer::NotFound,
    });
    expected.smart_host_domains.push(domain);
    expected.uses_lists |= is_list(&route.next_hops);
}

fn is_list(next_hops: &NextHops) -> bool {
    !next_hops.further().is_empty()
}

/// A password that cannot be read has no right answer: its mail waits, and the smart host's page says
/// why.
fn smart_host(expected: &mut Expected, smart_host: &StoredSmartHost) {
    let settings = &smart_host.settings;
    let next_hop = settings.next_hop.to_string();
    let known = |known: &NextHopSample| known.next_hop == next_hop;
    expected.uses_accounts |= settings.user.is_some();
    if smart_host.password == PasswordState::Unreadable || expected.next_hops.iter().any(known) {
        return;
    }
    expected.next_hops.push(NextHopSample {
        next_hop,
        user: settings.user.as_ref().map(ToString::to_string),
        tls: level(&settings.tls).map(str::to_owned),
    });
}

/// The level as `smtp_tls_policy_maps` has it. That of a verified smart host goes on with the names to
/// verify, which are not compared.
const fn level(policy: &TlsPolicy) -> Option<&'static str> {
    match policy {
        TlsPolicy::None => Some("none"),
        TlsPolicy::Opportunistic => Some("may"),
        TlsPolicy::Required | TlsPolicy::Implicit => Some("encrypt"),
        TlsPolicy::Verified { .. } | TlsPolicy::ImplicitVerified { .. } => None,
    }
}

fn managed_domain(expected: &mut Expected, managed: &ManagedDomain, default: Option<&NextHop>) {
    let domain = managed.domain.to_string();
    if let Some(next_hop) = managed.routing.as_ref().or(default) {
        expected.transport.push(AnswerSample {
            key: format!("{NOBODY}@{domain}"),
            answer: Answer::Found(format!("relay:{next_hop}")),
        });
    }
    expected.relay.push(AnswerSample {
        key: domain.clone(),
        answer: Answer::Found("1".to_owned()),
    });
    expected.managed_domains.push(domain);
}

#[cfg(test)]
mod tests;
