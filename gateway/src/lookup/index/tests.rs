use std::collections::BTreeMap;

use proptest::prelude::*;
use routing::decision::Asked;
use store::{Event, RowId, Timestamp, Version};

use super::{Index, Transport};
use crate::lookup::settings::AllSettings;
use crate::lookup::testing::{held, index, managed, route};

const NOW: Timestamp = Timestamp(1000);

fn transport(index: &Index, domain: &str) -> Transport {
    index.transport(&Asked::domain(domain), NOW)
}

fn goes_to(index: &Index, domain: &str) -> String {
    match transport(index, domain) {
        Transport::SmartHost { hops, .. } => hops.to_string(),
        other => format!("{other:?}"),
    }
}

/// A million rules are to fit into 150 MiB, so every octet is a mebibyte.
#[test]
fn a_rule_is_small() {
    assert_eq!(size_of::<Option<super::tables::Rule>>(), 32);
}

#[test]
fn a_row_that_moves_takes_another_ones_place() {
    let index = index(&[
        route(1, "a.example", "domain", "h1.example:25"),
        route(2, "b.example", "domain", "h2.example:25"),
    ]);
    let swapped = [
        route(1, "b.example", "domain", "h1.example:25"),
        route(2, "a.example", "domain", "h2.example:25"),
    ];
    index.apply(&swapped, AllSettings::default(), Version(2));
    assert_eq!(goes_to(&index, "a.example"), "[h2.example]:25");
    assert_eq!(goes_to(&index, "b.example"), "[h1.example]:25");
    assert_eq!((index.rules(), index.next_hops()), (2, 2));
    assert_eq!(index.version(), Some(Version(2)));
}

#[test]
fn a_late_word_of_a_row_that_is_gone_does_not_touch_the_new_one() {
    let index = index(&[route(1, "a.example", "domain", "h1.example:25")]);
    let events = [
        route(2, "a.example", "domain", "h2.example:25"),
        Event::RouteGone(RowId(1)),
        Event::RouteGone(RowId(77)),
        Event::ManagedGone(RowId(2)),
        Event::Released(RowId(2)),
    ];
    index.apply(&events, AllSettings::default(), Version(2));
    assert_eq!(goes_to(&index, "a.example"), "[h2.example]:25");
    assert_eq!((index.rules(), index.next_hops()), (1, 1));
}

#[test]
fn a_removed_route_holds_until_its_time_or_its_release() {
    let index = index(&[held(3, "a.example", 1001), held(4, "b.example", 1000)]);
    assert_eq!(transport(&index, "a.example"), Transport::Held);
    assert_eq!(transport(&index, "b.example"), Transport::NoRule);
    index.apply(
        &[held(4, "b.example", 2000)],
        AllSettings::default(),
        Version(2),
    );
    assert_eq!(transport(&index, "b.example"), Transport::Held);
    index.apply(
        &[Event::Released(RowId(4))],
        AllSettings::default(),
        Version(3),
    );
    assert_eq!(transport(&index, "b.example"), Transport::NoRule);
}

#[test]
fn reading_anew_changes_no_answer_before_its_end() {
    let index = index(&[
        route(1, "same.example", "domain", "h1.example:25"),
        route(2, "other.example", "domain", "h2.example:25"),
        route(3, "gone.example", "domain", "h3.example:25"),
    ]);
    let anew = [
        route(1, "same.example", "domain", "h1.example:25"),
        route(2, "other.example", "domain", "h9.example:25"),
        route(4, "new.example", "domain", "h4.example:25"),
    ];
    let before = [
        "[h1.example]:25",
        "[h2.example]:25",
        "[h3.example]:25",
        "NoRule",
    ];
    let after = [
        "[h1.example]:25",
        "[h9.example]:25",
        "NoRule",
        "[h4.example]:25",
    ];
    let now = || ["same", "other", "gone", "new"].map(|n| goes_to(&index, &format!("{n}.example")));

    let mut reload = index.reload();
    reload.take(&anew);
    assert_eq!(now(), before);
    drop(reload);
    assert_eq!(
        (now(), index.rules(), index.next_hops()),
        (before.map(String::from), 3, 3)
    );

    let mut reload = index.reload();
    reload.take(&anew);
    assert_eq!(now(), before);
    reload.done(AllSettings::default(), Version(9));
    assert_eq!(
        (now(), index.rules(), index.next_hops()),
        (after.map(String::from), 3, 3)
    );
    assert_eq!(index.version(), Some(Version(9)));
}

/// What may happen to rows.
#[derive(Clone, Debug)]
enum Step {
    Route(i64, &'static str, &'static str, &'static str),
    Managed(i64, &'static str),
    RouteGone(i64),
    ManagedGone(i64),
    /// Everything is read anew: so that what is kept is what is in the model.
    Anew,
    /// Reading anew ends half way.
    Unfinished,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name =
        || prop::sample::select(&["a.example", "b.a.example", "c.b.a.example", "d.example"][..]);
    let scope = prop::sample::select(&["domain", "subdomains", "both"][..]);
    let hops = prop::sample::select(
        &[
            "h1.example:25",
            "h2.example:587",
            "h1.example:25, h2.example:587",
        ][..],
    );
    let step = prop_oneof![
        6 => (1..6i64, name(), scope, hops).prop_map(|(i, n, s, h)| Step::Route(i, n, s, h)),
        2 => (1..4i64, name()).prop_map(|(i, n)| Step::Managed(i, n)),
        3 => (1..6i64).prop_map(Step::RouteGone),
        1 => (1..4i64).prop_map(Step::ManagedGone),
        1 => Just(Step::Anew),
        1 => Just(Step::Unfinished),
    ];
    prop::collection::vec(step, 0..40)
}

/// Rows by their numbers, as the database has them.
#[derive(Debug, Default)]
struct Model {
    routes: BTreeMap<i64, (&'static str, &'static str, &'static str)>,
    managed: BTreeMap<i64, &'static str>,
}

impl Model {
    fn events(&self) -> Vec<Event> {
        let routes = self
            .routes
            .iter()
            .map(|(id, (n, s, h))| route(*id, n, s, h));
        let managed = self
            .managed
            .iter()
            .map(|(id, name)| managed(*id, name, "m.example", "26"));
        routes.chain(managed).collect()
    }

    /// Whether the store would refuse this route.
    fn clashes(&self, id: i64, name: &str, scope: &str) -> bool {
        let overlaps = |other: &str| scope == other || scope == "both" || other == "both";
        self.routes
            .iter()
            .any(|(i, (n, s, _))| *i != id && *n == name && overlaps(s))
    }
}

proptest! {
    /// However an index came to be what it is, it answers as one that was read from the start.
    #[test]
    fn what_followed_is_what_would_be_read(steps in steps()) {
        let followed = index(&[]);
        let mut model = Model::default();
        for (version, step) in (2..).zip(steps) {
            let mut events = Vec::new();
            match step {
                Step::Route(id, name, scope, _) if model.clashes(id, name, scope) => {}
                Step::Route(id, name, scope, hops) => {
                    model.routes.insert(id, (name, scope, hops));
                    events.push(route(id, name, scope, hops));
                }
                Step::Managed(id, name) => {
                    if !model.managed.values().any(|other| *other == name) {
                        model.managed.insert(id, name);
                        events.push(managed(id, name, "m.example", "26"));
                    }
                }
                Step::RouteGone(id) => {
                    model.routes.remove(&id);
                    events.push(Event::RouteGone(RowId(id)));
                }
                Step::ManagedGone(id) => {
                    model.managed.remove(&id);
                    events.push(Event::ManagedGone(RowId(id)));
                }
                Step::Anew => {
                    let mut reload = followed.reload();
                    reload.take(&model.events());
                    reload.done(AllSettings::default(), Version(version));
                }
                Step::Unfinished => {
                    let mut reload = followed.reload();
                    reload.take(&[route(1, "d.example", "both", "h7.example:25")]);
                }
            }
            followed.apply(&events, AllSettings::default(), Version(version));
            let read = index(&model.events());
            prop_assert_eq!(followed.rules(), read.rules());
            prop_assert_eq!(followed.next_hops(), read.next_hops());
            for name in ["a.example", "b.a.example", "c.b.a.example", "x.c.b.a.example", "d.example"] {
                prop_assert_eq!(transport(&followed, name), transport(&read, name), "{}", name);
            }
        }
    }
}
