//! Routes that are disabled: they decide nothing, and keep their place.

use std::time::Duration;

use routing::{Format, List, ManagedDomain, Route};
use store::{Error, Event, HeldQuery, HistoryQuery, ImportMode, Selection, Stored};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    history::verified,
    import::{import, numbers},
    model,
};

fn disabled(route: Route) -> Route {
    Route {
        enabled: false,
        ..route
    }
}

async fn edit(f: &Fixture, row: &Stored<Route>, value: Route) -> Stored<Route> {
    let saved = f.store.edit(&by("ben"), row.id, row.version, value).await;
    saved.unwrap().row
}

async fn held(f: &Fixture) -> Vec<String> {
    let page = f.store.held(HeldQuery::default()).await.unwrap();
    let name = |row: Stored<store::Tombstone>| row.value.pattern.to_string();
    page.rows.into_iter().map(name).collect()
}

async fn enabled(f: &Fixture) -> Vec<bool> {
    let rows = f.all::<Route>().await.into_iter();
    rows.map(|row| row.value.enabled).collect()
}

async fn titles(f: &Fixture) -> Vec<String> {
    let page = f.store.history(HistoryQuery::default()).await.unwrap();
    page.entries.iter().map(store::Change::title).collect()
}

#[tokio::test]
async fn a_route_that_is_disabled_holds_mail_until_it_is_enabled() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let row = edit(&f, &row, disabled(route("example.com"))).await;
    assert!(!f.all::<Route>().await[0].value.enabled);
    assert_eq!(held(&f).await, ["example.com"]);
    model::assert_log_leads_to_rows(&f.raw());

    // What else it says changes nothing about that.
    let row = edit(&f, &row, disabled(route_to("example.com", "other", 26))).await;
    assert_eq!(held(&f).await, ["example.com"]);

    edit(&f, &row, route_to("example.com", "other", 26)).await;
    assert_eq!(held(&f).await, [""; 0]);
    assert_eq!(
        titles(&f).await,
        [
            "Enabled route example.com",
            "Stopped holding mail for example.com",
            "Changed route example.com",
            "Began to hold mail for example.com",
            "Disabled route example.com",
            "Added route example.com",
        ]
    );
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
}

#[tokio::test]
async fn one_that_never_decided_holds_nothing() {
    let f = Fixture::new().await;
    let row = f.add(disabled(route("example.com"))).await;
    // Moved while it is disabled, and deleted.
    let row = edit(&f, &row, disabled(route("example.org"))).await;
    let row = Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("ben"), row).await.unwrap();
    assert_eq!(held(&f).await, [""; 0]);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn whoever_answers_from_memory_does_not_hear_of_it() {
    let f = Fixture::new().await;
    let one = f.add(route("one.example")).await;
    f.add(disabled(route("two.example"))).await;
    let routes = async |since| {
        let mut feed = f.store.feed(since).await.unwrap();
        let events = feed.rest().await.unwrap();
        let told = |event: &Event| match event {
            Event::Route(row) => Some(row.value.pattern.to_string()),
            Event::RouteGone(id) => Some(format!("{id} gone")),
            _ => None,
        };
        (
            feed.version,
            events.iter().filter_map(told).collect::<Vec<_>>(),
        )
    };
    let (version, all) = routes(None).await;
    assert_eq!(all, ["one.example"]);
    edit(&f, &one, disabled(route("one.example"))).await;
    assert_eq!(routes(Some(version)).await.1, [format!("{} gone", one.id)]);
    assert_eq!(routes(None).await.1, [""; 0]);
    let about = f.store.about(vec!["one.example".to_owned()]).await.unwrap();
    assert!(
        !about
            .events
            .iter()
            .any(|event| matches!(event, Event::Route(_)))
    );
}

#[tokio::test]
async fn it_does_not_stand_in_for_a_removed_route_in_a_table() {
    let f = Fixture::new().await;
    f.add(disabled(route("*.example.com"))).await;
    let below = f.add(route("a.example.com")).await;
    let gone = Selection::Rows(vec![(below.id, below.version)]);
    f.store.delete::<Route>(&by("ben"), gone).await.unwrap();
    let patience = Duration::from_mins(1);
    let text = f
        .store
        .export_text(List::Routes, Format::Postfix, "", patience);
    let text = text.await.unwrap().recv().await.unwrap().unwrap();
    let (_, held) = text.split_once("# removed routes").unwrap();
    let held = held.lines().nth(1).unwrap();
    assert!(held.starts_with("a.example.com "), "{text}");
}

#[tokio::test]
async fn it_keeps_its_place() {
    let f = Fixture::new().await;
    f.add(disabled(route("example.com"))).await;
    let again = f
        .store
        .add(&by("anna"), route("example.com"))
        .await
        .unwrap_err();
    assert!(matches!(again, Error::Exists(_)), "{again}");
    let as_managed = f
        .store
        .add(&by("anna"), managed("example.com"))
        .await
        .unwrap_err();
    assert!(matches!(as_managed, Error::Routed(_)), "{as_managed}");
    // It wins over nothing, and nothing wins over it.
    let below = f
        .store
        .add(&by("anna"), disabled(route("*.example.net")))
        .await
        .unwrap();
    assert_eq!(below.notes, []);
    let beside = f
        .store
        .add(&by("anna"), managed("example.net"))
        .await
        .unwrap();
    assert_eq!(beside.notes.len(), 1, "{:?}", beside.notes);
    assert_eq!(f.all::<ManagedDomain>().await.len(), 1);
}

#[tokio::test]
async fn an_import_enables_and_disables() {
    let f = Fixture::new().await;
    f.add(route("a.example")).await;
    f.add(disabled(route("b.example"))).await;
    f.add(disabled(route("c.example"))).await;
    let lines = "a.example,mail.example.net,25,disabled\n\
                 b.example,mail.example.net,25\n\
                 c.example,mail.example.net,25,disabled\n\
                 d.example,mail.example.net,25,disabled\n";
    let imported = import(&f.store, ImportMode::Merge, lines).await;
    assert_eq!(numbers(imported.done), [1, 2, 1, 0, 0]);
    assert_eq!(held(&f).await, ["a.example"]);
    assert_eq!(enabled(&f).await, [false, true, false, false]);
    model::assert_log_leads_to_rows(&f.raw());

    f.store
        .undo(&by("anna"), imported.act.unwrap())
        .await
        .unwrap();
    assert_eq!(held(&f).await, ["b.example"]);
    assert_eq!(enabled(&f).await, [true, false, false]);
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
}

#[tokio::test]
async fn undoing_enables_and_disables() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let by = by("ben");
    let saved = f
        .store
        .edit(&by, row.id, row.version, disabled(route("example.com")));
    let act = saved.await.unwrap().act.unwrap();
    let undone = f.store.undo(&by, act).await.unwrap();
    assert_eq!(held(&f).await, [""; 0]);
    assert!(f.all::<Route>().await[0].value.enabled);
    f.store.undo(&by, undone.act.unwrap()).await.unwrap();
    assert_eq!(held(&f).await, ["example.com"]);
    assert!(!f.all::<Route>().await[0].value.enabled);
    model::assert_log_leads_to_rows(&f.raw());
}
