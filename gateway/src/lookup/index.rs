//! The rules in memory, as answers need them.

mod explain;
mod hops;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use routing::decision::{self, Asked, Decision};
use routing::postfix::Service;
use routing::{NextHop, NextHops, TlsPolicy};
use store::{Event, ObjectKind, RowId, StoredLogin, Timestamp, Version};

pub use self::explain::{Found, Tried};
use self::tables::{Is, New, Now, State, Tables};
use super::settings::AllSettings;

/// How many rules are looked at before look-ups have their turn again.
const STRIDE: usize = 50_000;

/// All rules in memory, for look-ups that cost microseconds and need no database.
///
/// A change takes the time of the change, not of the list: readers wait for as long as one
/// transaction's rows take to be put in place.
#[derive(Debug)]
pub struct Index {
    tables: RwLock<Tables>,
    /// The state of the store that this is; -1 until there is one.
    version: AtomicI64,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            tables: RwLock::default(),
            version: AtomicI64::new(-1),
        }
    }
}

/// How to reach a recipient, or why the mail waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// To a smart host.
    SmartHost {
        /// The hosts, in the order in which they are tried.
        hops: NextHops,
        /// The service that reaches all of them.
        service: Service,
        /// The route.
        route: RowId,
    },
    /// To the server of a managed domain.
    Managed {
        /// The server.
        next_hop: NextHop,
        /// The managed domain.
        managed: RowId,
    },
    /// A managed domain without routing, and there is no default.
    NoRouting,
    /// The row cannot be used as it is.
    Unusable,
    /// A removed route.
    Held,
    /// No rule: normal delivery.
    NoRule,
}

impl Index {
    /// Which state of the store the answers are of; `None` before everything has been read once.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        let version = self.version.load(Ordering::Acquire);
        (version >= 0).then_some(Version(version))
    }

    /// How many rules there are.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.read().count().0
    }

    /// How many different next hops they have.
    #[must_use]
    pub fn next_hops(&self) -> usize {
        self.read().count().1
    }

    /// Applies what has changed, all at once: no look-up sees a part of it. The settings are all there
    /// are, as of the same version.
    pub fn apply(&self, events: &[Event], settings: AllSettings, version: Version) {
        let mut tables = self.write();
        tables.set_settings(settings);
        for event in events {
            take(&mut tables, event, State::Present);
        }
        self.version.store(version.0, Ordering::Release);
    }

    /// Begins to read everything anew. Answers are given from what was there before until
    /// [`Reload::done`].
    #[must_use]
    pub fn reload(&self) -> Reload<'_> {
        Reload { index: self }
    }

    /// Whether mail for a domain is accepted from outside.
    #[must_use]
    pub fn is_managed(&self, asked: &Asked<'_>) -> bool {
        let tables = self.read();
        let now = Now {
            tables: &tables,
            // Managed domains have no end.
            at: Timestamp(0),
        };
        decision::is_managed(&now, asked)
    }

    /// Where mail goes at this moment.
    #[must_use]
    pub fn transport(&self, asked: &Asked<'_>, at: Timestamp) -> Transport {
        let tables = self.read();
        let now = Now {
            tables: &tables,
            at,
        };
        let decision = decision::decide(&now, asked, &mut ());
        transport(&tables, decision).unwrap_or(Transport::Unusable)
    }

    /// The TLS policy towards a next hop; `None` if no rule has it.
    #[must_use]
    pub fn tls(&self, next_hop: &NextHop) -> Option<TlsPolicy> {
        let tables = self.read();
        let known = tables.knows(next_hop);
        known.then(|| tables.settings().tls(next_hop))
    }

    /// How to sign in to a next hop; `None` if no rule has it.
    #[must_use]
    pub fn login(&self, next_hop: &NextHop) -> Option<StoredLogin> {
        let tables = self.read();
        if !tables.knows(next_hop) {
            return None;
        }
        let settings = tables.settings().get(next_hop);
        Some(settings.map_or(StoredLogin::None, |settings| settings.login.clone()))
    }

    fn clear_next(&self) {
        let mut from = 0;
        while !self.write().clear_next(from..from + STRIDE) {
            from += STRIDE;
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything, on its way in. Dropped before it is [done](Reload::done), it changes no answer.
#[derive(Debug)]
pub struct Reload<'a> {
    index: &'a Index,
}

impl Reload<'_> {
    /// Takes a part.
    pub fn take(&mut self, events: &[Event]) {
        let mut tables = self.index.write();
        for event in events {
            take(&mut tables, event, State::Next);
        }
    }

    /// That was all: answers are of this version from now on. The settings are all there
    /// are, as for [`Index::apply`].
    pub fn done(self, settings: AllSettings, version: Version) {
        let mut tables = self.index.write();
        tables.set_settings(settings);
        tables.turn();
        self.index.version.store(version.0, Ordering::Release);
    }
}

/// What is in no state any more goes: what was there before, or what came of an unfinished reading.
impl Drop for Reload<'_> {
    fn drop(&mut self) {
        self.index.clear_next();
    }
}

fn take(tables: &mut Tables, event: &Event, state: State) {
    match event {
        Event::Route(row) => tables.put(
            New {
                is: Is::Route,
                id: row.id,
                pattern: &row.value.pattern,
                hops: Some(&row.value.next_hops),
                sound: true,
                until: None,
            },
            state,
        ),
        Event::Held(row) => tables.put(
            New {
                is: Is::Held,
                id: row.id,
                pattern: &row.value.pattern,
                hops: None,
                sound: true,
                until: Some(row.value.until),
            },
            state,
        ),
        Event::Managed(row) => {
            let hops = row.value.routing.clone();
            let hops = hops.and_then(|hop| NextHops::new(hop, Vec::new()).ok());
            let pattern = routing::Pattern {
                domain: row.value.domain.clone(),
                scope: routing::Scope::Domain,
            };
            let new = New {
                is: Is::Managed,
                id: row.id,
                pattern: &pattern,
                hops: hops.as_ref(),
                sound: true,
                until: None,
            };
            tables.put(new, state);
        }
        Event::Invalid(row) => {
            let new = New {
                is: match row.kind {
                    ObjectKind::ManagedDomain => Is::Managed,
                    ObjectKind::Tombstone => Is::Held,
                    _ => Is::Route,
                },
                id: row.id,
                pattern: &row.pattern,
                hops: None,
                sound: false,
                until: None,
            };
            tables.put(new, state);
        }
        Event::DefaultRouting(next_hop) => tables.set_default_routing(next_hop.clone(), state),
        Event::RouteGone(id) => tables.remove(Is::Route, *id),
        Event::ManagedGone(id) => tables.remove(Is::Managed, *id),
        Event::Released(id) => tables.remove(Is::Held, *id),
    }
}

/// What a decision means; `None` if the tables contradict themselves.
fn transport(tables: &Tables, decision: Decision<u32>) -> Option<Transport> {
    Some(match decision {
        Decision::OwnRouting(slot) => Transport::Managed {
            next_hop: tables.list(slot)?.hops.first().clone(),
            managed: tables.rule(slot)?.id,
        },
        Decision::DefaultRouting(slot) => Transport::Managed {
            next_hop: tables.default_routing()?.clone(),
            managed: tables.rule(slot)?.id,
        },
        Decision::NoRouting(_) => Transport::NoRouting,
        Decision::Route(slot) => {
            let list = tables.list(slot)?;
            Transport::SmartHost {
                hops: list.hops.clone(),
                service: list.service?,
                route: tables.rule(slot)?.id,
            }
        }
        Decision::Unusable(_) => Transport::Unusable,
        Decision::Held(_) => Transport::Held,
        Decision::NoRule => Transport::NoRule,
    })
}
