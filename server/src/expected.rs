//! What the database says Postfix must answer: a sample, for there may be a million routes.

use gateway::explain::{Subject, explain, names};
use gateway::lookup::Reply;
use gateway::postfix::{Answer, AnswerSample, Expected, NextHopSample, Wanted};
use routing::{ManagedDomain, Route};
use store::{PageSize, Position, Query, Store, Stored};

use crate::clock;

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
    let mut expected = nothing();
    for row in ends::<Route>(store).await? {
        let route = row.value;
        let domain = route.pattern.domain.as_str();
        let domain = if route.pattern.scope.covers_domain() {
            domain.to_owned()
        } else {
            format!("{NOBODY}.{domain}")
        };
        about(&mut expected, store, &domain).await?;
        if !route.enabled {
            continue;
        }
        expected.smart_host_domains.push(domain);
        expected.uses_lists |= !route.next_hops.further().is_empty();
    }
    for row in ends::<ManagedDomain>(store).await? {
        let domain = row.value.domain.to_string();
        about(&mut expected, store, &domain).await?;
        expected.managed_domains.push(domain);
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

/// What must be answered about a domain, by the code that answers.
async fn about(expected: &mut Expected, store: &Store, domain: &str) -> Result<(), store::Error> {
    // A stored domain is always one that can be asked about.
    let Ok(subject) = Subject::parse(&format!("{NOBODY}@{domain}")) else {
        return Ok(());
    };
    let about = store.about(names(&subject)).await?;
    let (_, wanted) = explain(&subject, about, clock::now());
    add(expected, wanted);
    Ok(())
}

fn add(expected: &mut Expected, wanted: Wanted) {
    expected.transport.extend(sample(wanted.transport));
    expected.relay.extend(sample(wanted.relay));
    for hop in wanted.next_hops {
        // A password that cannot be read has no right answer: its mail waits, and the smart host's
        // page says why.
        let Ok(user) = hop.user else {
            expected.uses_accounts = true;
            continue;
        };
        expected.uses_accounts |= user.is_some();
        let known = |known: &NextHopSample| known.next_hop == hop.next_hop;
        if expected.next_hops.iter().any(known) {
            continue;
        }
        expected.next_hops.push(NextHopSample {
            user,
            tls: match hop.tls {
                Reply::Ok(policy) => Some(policy),
                Reply::NotFound | Reply::Temp(_) | Reply::Perm(_) => None,
            },
            next_hop: hop.next_hop,
        });
    }
}

/// A key and its answer; none where mail has to wait, which is no answer to compare.
fn sample(wanted: Option<(String, Reply)>) -> Option<AnswerSample> {
    let (key, reply) = wanted?;
    let answer = match reply {
        Reply::Ok(value) => Answer::Found(value),
        Reply::NotFound => Answer::NotFound,
        Reply::Temp(_) | Reply::Perm(_) => return None,
    };
    Some(AnswerSample { key, answer })
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

#[cfg(test)]
mod tests;
