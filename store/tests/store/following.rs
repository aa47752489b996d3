//! Whoever follows the feed has what the store has, whatever is done in whatever order.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use routing::{ManagedDomain, NextHop, Route};
use store::{Event, Feed, HeldQuery, Release, RowId, Selection, Store, Stored, Tombstone, Version};

use crate::{
    fixture::{Fixture, by, hop, managed, pattern, route, route_to},
    model,
};

/// What a receiver has in mind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Follower {
    pub(crate) routes: BTreeMap<RowId, Stored<Route>>,
    managed_domains: BTreeMap<RowId, Stored<ManagedDomain>>,
    default_routing: Option<NextHop>,
    held: BTreeMap<RowId, Stored<Tombstone>>,
    pub(crate) version: Version,
}

impl Follower {
    pub(crate) async fn of(store: &Store) -> Self {
        let mut follower = Self::default();
        follower.take(store.feed(None).await.unwrap()).await;
        follower
    }

    /// Takes a feed and returns whether it was everything.
    async fn take(&mut self, mut feed: Feed) -> bool {
        if feed.whole {
            *self = Self::default();
        }
        for event in feed.rest().await.unwrap() {
            self.apply(event);
        }
        self.version = feed.version;
        feed.whole
    }

    pub(crate) async fn follow(&mut self, store: &Store) -> bool {
        let feed = store.feed(Some(self.version)).await.unwrap();
        self.take(feed).await
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Route(row) => drop(self.routes.insert(row.id, row)),
            Event::RouteGone(id) => drop(self.routes.remove(&id)),
            Event::Managed(row) => drop(self.managed_domains.insert(row.id, row)),
            Event::ManagedGone(id) => drop(self.managed_domains.remove(&id)),
            Event::DefaultRouting(next_hop) => self.default_routing = next_hop,
            Event::Held(row) => drop(self.held.insert(row.id, row)),
            Event::Released(id) => drop(self.held.remove(&id)),
            Event::Invalid(invalid) => panic!("{invalid:?}"),
        }
    }
}

/// One of a few names, so that they meet.
fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("a.example"),
        Just(".a.example"),
        Just("a.example+"),
        Just("b.a.example"),
        Just("c.example"),
    ]
}

#[derive(Clone, Debug)]
enum Act {
    Add(&'static str),
    Edit(usize, &'static str, u16),
    Delete(usize),
    Manage(&'static str),
    Unmanage(usize),
    Default(u16),
    Release(usize),
    Follow,
}

fn act() -> impl Strategy<Value = Act> {
    let port = 1_u16..4;
    prop_oneof![
        3 => name().prop_map(Act::Add),
        2 => (any::<usize>(), name(), port.clone()).prop_map(|(n, name, port)| Act::Edit(n, name, port)),
        2 => any::<usize>().prop_map(Act::Delete),
        1 => name().prop_map(|name| Act::Manage(name.trim_matches(['.', '+']))),
        1 => any::<usize>().prop_map(Act::Unmanage),
        1 => port.prop_map(Act::Default),
        1 => any::<usize>().prop_map(Act::Release),
        2 => Just(Act::Follow),
    ]
}

/// Does it, if the rules allow it.
async fn perform(f: &Fixture, act: Act) {
    let by = by("anna");
    let routes = f.all::<Route>().await;
    let managed_domains = f.all::<ManagedDomain>().await;
    match act {
        Act::Add(name) => drop(f.store.add(&by, route(name)).await),
        Act::Edit(n, name, port) if !routes.is_empty() => {
            let row = &routes[n % routes.len()];
            let value = route_to(name, "mail.example.net", port);
            drop(f.store.edit(&by, row.id, row.version, value).await);
        }
        Act::Delete(n) if !routes.is_empty() => {
            let row = &routes[n % routes.len()];
            let rows = Selection::Rows(vec![(row.id, row.version)]);
            f.store.delete::<Route>(&by, rows).await.unwrap();
        }
        Act::Manage(name) => drop(f.store.add(&by, managed(name)).await),
        Act::Unmanage(n) if !managed_domains.is_empty() => {
            let row = &managed_domains[n % managed_domains.len()];
            let rows = Selection::Rows(vec![(row.id, row.version)]);
            f.store.delete::<ManagedDomain>(&by, rows).await.unwrap();
        }
        Act::Default(port) => {
            let seen = f.store.default_routing().await.unwrap().version;
            let to = Some(hop("default.example.net", port));
            drop(f.store.set_default_routing(&by, seen, to).await.unwrap());
        }
        Act::Release(n) => {
            let held = f.store.held(HeldQuery::default()).await.unwrap().rows;
            let rows = held.iter().skip(n % 3).map(|row| row.id).collect();
            drop(f.store.release(&by, Release::Rows(rows)).await.unwrap());
        }
        Act::Edit(..) | Act::Delete(_) | Act::Unmanage(_) | Act::Follow => {}
    }
}

async fn assert_no_name_is_held_beside_its_rule(f: &Fixture) {
    let rules: Vec<_> = (f.all::<Route>().await.into_iter())
        .map(|row| row.value.pattern)
        .chain(
            (f.all::<ManagedDomain>().await)
                .iter()
                .map(|row| pattern(row.value.domain.as_str())),
        )
        .collect();
    let held = f.store.held(HeldQuery::default()).await.unwrap();
    assert_eq!(held.rows.len() as u64, held.matching);
    let mut names: Vec<_> = held.rows.into_iter().map(|row| row.value.pattern).collect();
    while let Some(name) = names.pop() {
        for other in rules.iter().chain(&names) {
            let meet = other.domain == name.domain && other.scope.overlaps(name.scope);
            assert!(!meet, "{name:?} {other:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_follows_has_what_who_starts_anew_has(acts in vec(act(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let f = Fixture::new().await;
            let mut follower = Follower::of(&f.store).await;
            for act in acts {
                if matches!(act, Act::Follow) {
                    let gone = follower.clone();
                    assert!(!follower.follow(&f.store).await, "{gone:?}");
                    assert_eq!(follower, Follower::of(&f.store).await);
                } else {
                    perform(&f, act).await;
                    assert_no_name_is_held_beside_its_rule(&f).await;
                }
            }
            model::assert_log_leads_to_rows(&f.raw());
        });
    }
}
