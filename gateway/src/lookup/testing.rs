//! Rules for tests, from lines as an administrator would write them.

use routing::{Input, ManagedDomain, NextHops, Route, Scope};
use store::{Event, RowId, Stored, Timestamp, Tombstone, Version};

use super::index::Index;
use super::settings::AllSettings;

/// A row with this number.
pub(super) fn stored<T>(id: i64, value: T) -> Stored<T> {
    Stored {
        id: RowId(id),
        version: Version(id),
        value,
    }
}

/// A route: `route(1, "example.com", "both", "mail1.example.net:587, mail2.example.net:587")`.
pub(super) fn route(id: i64, domain: &str, scope: &str, hops: &str) -> Event {
    let hops = NextHops::parse(hops).unwrap().unwrap();
    let value: Route = Input {
        domain: domain.to_owned(),
        scope: scope.to_owned(),
        relay_host: hops.first().host.to_string(),
        relay_port: hops.first().port.to_string(),
        ..Input::default()
    }
    .route()
    .unwrap();
    let value = Route {
        next_hops: hops,
        ..value
    };
    Event::Route(stored(id, value))
}

/// A managed domain; without a host it follows the default.
pub(super) fn managed(id: i64, domain: &str, host: &str, port: &str) -> Event {
    let value: ManagedDomain = Input {
        domain: domain.to_owned(),
        relay_host: host.to_owned(),
        relay_port: port.to_owned(),
        ..Input::default()
    }
    .managed_domain()
    .unwrap();
    Event::Managed(stored(id, value))
}

/// A removed route that holds mail until then.
pub(super) fn held(id: i64, domain: &str, until: i64) -> Event {
    let value = Tombstone {
        pattern: routing::Pattern::parse(domain, Scope::Domain).unwrap(),
        route: RowId(1),
        removed_at: Timestamp(0),
        removed_by: "local".to_owned(),
        until: Timestamp(until),
    };
    Event::Held(stored(id, value))
}

/// An index of these rules.
pub(super) fn index(events: &[Event]) -> Index {
    let index = Index::default();
    let mut reload = index.reload();
    reload.take(events);
    reload.done(AllSettings::default(), Version(1));
    index
}
