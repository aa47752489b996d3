//! What the database says Postfix must answer: a sample, for there may be a million routes.

use gateway::postfix::{Answer, AnswerSample, Expected, NextHopSample};
use routing::{ManagedDomain, NextHop, Route, TlsKind, TlsPolicy};
use store::{PageSize, Position, Query, Store, Stored};

/// How many rows are taken from either end of a list.
const ROWS: usize = 10;

/// A local part, and a label, that nobody has: what is asked about is the domain.
const NOBODY: &str = "smart-hosts-check";

/// Nothing to compare with.
pub(super) fn nothing() -> Expected {
    Expected {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Expected::default()
    }
}

/// Reads a sample of routes and managed domains.
///
/// # Errors
/// If the database cannot be read.
pub(super) async fn read(store: &Store) -> Result<Expected, store::Error> {
    let default = store.default_routing().await?.next_hop;
    let mut expected = nothing();
    for row in ends::<Route>(store).await? {
        route(&mut expected, &row.value);
    }
    for row in ends::<ManagedDomain>(store).await? {
        managed_domain(&mut expected, &row.value, default.as_ref());
    }
    Ok(expected)
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

fn route(expected: &mut Expected, route: &Route) {
    let domain = route.pattern.domain.as_str();
    let domain = if route.pattern.scope.covers_domain() {
        domain.to_owned()
    } else {
        format!("{NOBODY}.{domain}")
    };
    let first = route.next_hops.first();
    let transport = match policy(first).kind() {
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
    let next_hop = first.to_string();
    if expected
        .next_hops
        .iter()
        .all(|known| known.next_hop != next_hop)
    {
        let tls = match policy(first) {
            TlsPolicy::Opportunistic => "may",
            _ => "encrypt",
        };
        expected.next_hops.push(NextHopSample {
            next_hop,
            user: None,
            tls: Some(tls.to_owned()),
        });
    }
}

/// What applies to a smart host: the default for its port.
fn policy(next_hop: &NextHop) -> TlsPolicy {
    TlsPolicy::default_for(next_hop.port)
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
