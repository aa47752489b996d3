//! Whatever was done: undone in reverse, everything is as it was, step by step; and any moment comes
//! back as a whole.

use proptest::prelude::*;
use routing::{ManagedDomain, Route};
use store::{
    HeldQuery, ImportMode, Login, Moment, Record, Release, Restore, RowId, Selection,
    SmartHostInput, Version,
};

use crate::{
    fixture::{Fixture, by, hop, hop_of, managed, route_over, settings},
    history::verified,
    model,
};

const NAMES: [&str; 6] = [
    "a.example",
    ".a.example",
    "a.example+",
    "b.example",
    "b.example+",
    ".b.example",
];
const DOMAINS: [&str; 3] = ["a.example", "b.example", "c.example"];
const HOPS: [&str; 5] = [
    "[one]:25",
    "[two]:25",
    "[one]:25, [two]:25",
    "[two]:25, [one]:25",
    "[three]:465",
];
const HOSTS: [&str; 3] = ["[one]:25", "[two]:25", "[three]:465"];
const POLICIES: [&str; 3] = ["opportunistic", "required", "implicit"];

/// Something that a person does. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Deed {
    AddRoute(usize, usize),
    EditRoute(usize, usize, usize),
    DeleteRoutes(usize, usize),
    AddManaged(usize, bool),
    EditManaged(usize, usize, bool),
    DeleteManaged(usize),
    SetDefault(Option<usize>),
    SetSmartHost(usize, usize, bool),
    DeleteSmartHost(usize),
    Release,
    Import(Vec<(usize, usize)>, bool),
    ImportManaged(Vec<(usize, bool)>, bool),
    Undo(usize),
    UndoOne(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let some = 0..64_usize;
    prop_oneof![
        4 => (some.clone(), some.clone()).prop_map(|(name, hops)| Deed::AddRoute(name, hops)),
        4 => (some.clone(), some.clone(), some.clone()).prop_map(|(row, name, hops)| Deed::EditRoute(row, name, hops)),
        3 => (some.clone(), 1..3_usize).prop_map(|(from, count)| Deed::DeleteRoutes(from, count)),
        2 => (some.clone(), any::<bool>()).prop_map(|(domain, routed)| Deed::AddManaged(domain, routed)),
        2 => (some.clone(), some.clone(), any::<bool>()).prop_map(|(row, domain, routed)| Deed::EditManaged(row, domain, routed)),
        2 => some.clone().prop_map(Deed::DeleteManaged),
        1 => proptest::option::of(some.clone()).prop_map(Deed::SetDefault),
        2 => (some.clone(), some.clone(), any::<bool>()).prop_map(|(host, tls, noted)| Deed::SetSmartHost(host, tls, noted)),
        1 => some.clone().prop_map(Deed::DeleteSmartHost),
        1 => Just(Deed::Release),
        3 => (proptest::collection::vec((some.clone(), some.clone()), 0..6), any::<bool>())
            .prop_map(|(rows, replace)| Deed::Import(rows, replace)),
        1 => (proptest::collection::vec((some.clone(), any::<bool>()), 0..3), any::<bool>())
            .prop_map(|(rows, replace)| Deed::ImportManaged(rows, replace)),
        2 => some.clone().prop_map(Deed::Undo),
        2 => some.prop_map(Deed::UndoOne),
    ]
}

fn pick<T>(all: &[T], number: usize) -> Option<&T> {
    all.get(number.checked_rem(all.len())?)
}

/// Does it, unless a rule refuses it or there is nothing to do it to.
async fn carry_out(f: &Fixture, deed: &Deed) {
    let by = by("anna");
    let store = &f.store;
    match *deed {
        Deed::AddRoute(name, hops) => drop(store.add(&by, route(name, hops)).await),
        Deed::EditRoute(row, name, hops) => {
            if let Some(row) = pick(&f.all::<Route>().await, row) {
                drop(
                    store
                        .edit(&by, row.id, row.version, route(name, hops))
                        .await,
                );
            }
        }
        Deed::DeleteRoutes(from, count) => {
            let rows = f.all::<Route>().await;
            let chosen = rows.iter().cycle().skip(from).take(count.min(rows.len()));
            let chosen = chosen.map(|row| (row.id, row.version)).collect();
            store
                .delete::<Route>(&by, Selection::Rows(chosen))
                .await
                .unwrap();
        }
        Deed::AddManaged(domain, routed) => drop(store.add(&by, managed_row(domain, routed)).await),
        Deed::EditManaged(row, domain, routed) => {
            if let Some(row) = pick(&f.all::<ManagedDomain>().await, row) {
                let value = managed_row(domain, routed);
                drop(store.edit(&by, row.id, row.version, value).await);
            }
        }
        Deed::DeleteManaged(row) => {
            if let Some(row) = pick(&f.all::<ManagedDomain>().await, row) {
                let rows = Selection::Rows(vec![(row.id, row.version)]);
                store.delete::<ManagedDomain>(&by, rows).await.unwrap();
            }
        }
        Deed::SetDefault(host) => {
            let seen = store.default_routing().await.unwrap().version;
            let next_hop = host.map(|host| hop(["x", "y", "z"][host % 3], 25));
            store
                .set_default_routing(&by, seen, next_hop)
                .await
                .unwrap();
        }
        Deed::SetSmartHost(host, tls, noted) => {
            let host = HOSTS[host % HOSTS.len()];
            let tls = POLICIES[tls % POLICIES.len()];
            let comment = if noted { "noted" } else { "" };
            let input = SmartHostInput {
                comment: comment.parse().unwrap(),
                ..settings(host, tls, Login::Keep)
            };
            drop(f.set(input).await);
        }
        Deed::DeleteSmartHost(host) => {
            let of = hop_of(HOSTS[host % HOSTS.len()]);
            let seen = store.smart_host(&of).await.unwrap().version;
            drop(store.delete_smart_host(&by, &of, seen).await);
        }
        Deed::Release => drop(store.release(&by, Release::All).await.unwrap()),
        Deed::Import(ref rows, replace) => {
            let rows = rows.iter().map(|(name, hops)| route(*name, *hops));
            import(f, rows, replace).await;
        }
        Deed::ImportManaged(ref rows, replace) => {
            let rows = rows
                .iter()
                .map(|(domain, routed)| managed_row(*domain, *routed));
            import(f, rows, replace).await;
        }
        Deed::Undo(change) => drop(store.undo(&by, some_change(f, change).await).await),
        Deed::UndoOne(change) => drop(store.undo_one(&by, some_change(f, change).await).await),
    }
}

/// Imports what is not refused.
async fn import<T: Record>(f: &Fixture, rows: impl Iterator<Item = T>, replace: bool) {
    let mode = if replace {
        ImportMode::Replace
    } else {
        ImportMode::Merge
    };
    let mut import = f.store.import(mode).await.unwrap();
    for (line, row) in (1..).zip(rows) {
        import.push(line, "", Ok(row)).unwrap();
    }
    import.check().await.unwrap();
    import.commit(&by("anna"), "").await.unwrap();
}

async fn some_change(f: &Fixture, number: usize) -> i64 {
    let latest = f.store.latest().await.unwrap().0;
    // Mostly the last ones.
    latest - i64::try_from(number % 5).unwrap()
}

fn route(name: usize, hops: usize) -> Route {
    Route {
        enabled: !hops.is_multiple_of(5),
        ..route_over(NAMES[name % NAMES.len()], HOPS[hops % HOPS.len()])
    }
}

fn managed_row(domain: usize, routed: bool) -> ManagedDomain {
    ManagedDomain {
        routing: routed.then(|| hop("inside", 25)),
        ..managed(DOMAINS[domain % DOMAINS.len()])
    }
}

async fn lines<T: Record>(f: &Fixture) -> String {
    let line = |row: &store::Stored<T>| {
        let (RowId(id), json) = (row.id, serde_json::to_string(&row.value).unwrap());
        format!("{id} {json}\n")
    };
    f.all::<T>().await.iter().map(line).collect()
}

/// Everything that decides where mail goes, but for what is held. With ids: rows come back as the rows
/// that they were.
async fn export(f: &Fixture) -> String {
    let mut text = lines::<Route>(f).await + &lines::<ManagedDomain>(f).await;
    let default = f.store.default_routing().await.unwrap().next_hop;
    text += &serde_json::to_string(&default).unwrap();
    for host in HOSTS {
        let settings = f.store.smart_host(&hop_of(host)).await.unwrap().settings;
        text += &serde_json::to_string(&settings).unwrap();
    }
    text
}

async fn check(deeds: &[Deed]) {
    let f = Fixture::new().await;
    // Each state, and the last change that led to it.
    let mut states = vec![(0, export(&f).await)];
    let mut acts = Vec::new();
    for deed in deeds {
        carry_out(&f, deed).await;
        let latest = f.store.latest().await.unwrap().0;
        if latest > states.last().unwrap().0 {
            states.push((latest, export(&f).await));
            acts.push(latest);
        }
    }
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
    let end = export(&f).await;
    for (change, state) in &states {
        let seen = f.store.latest().await.unwrap();
        let moment = Moment::After(*change);
        let restored = f
            .store
            .restore(&by("cleo"), moment, Restore::All, seen)
            .await;
        let restored = restored.unwrap();
        assert_eq!(&export(&f).await, state, "as it was after {change}");
        model::assert_log_leads_to_rows(&f.raw());
        if let Some(act) = restored.act {
            f.store.undo(&by("cleo"), act).await.unwrap();
        }
        assert_eq!(export(&f).await, end);
    }
    for (act, (_, before)) in acts.iter().zip(&states).rev() {
        let undone = f.store.undo(&by("cleo"), *act).await;
        undone.unwrap_or_else(|error| panic!("{act}: {error}"));
        assert_eq!(&export(&f).await, before, "before {act}");
    }
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
    // Nothing is held for names that have a rule.
    let held = f.store.held(HeldQuery::default()).await.unwrap();
    assert!(f.all::<Route>().await.is_empty() || held.rows.is_empty());
    assert!(f.store.latest().await.unwrap() >= Version(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn undone_in_reverse_everything_is_as_it_was(deeds in proptest::collection::vec(deed(), 1..24)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check(&deeds));
    }
}
