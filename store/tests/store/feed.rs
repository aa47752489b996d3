//! The feed: what is told, in which order, and when it is everything.

use routing::Route;
use store::{Error, Event, ObjectKind, Selection, Stored, StoredLogin, Version};

use crate::{
    fixture::{Fixture, by, hop, login, managed, managed_at, pattern, route, settings},
    following::Follower,
};

async fn edit(f: &Fixture, row: &Stored<Route>, value: Route) -> Stored<Route> {
    let saved = f.store.edit(&by("ben"), row.id, row.version, value).await;
    saved.unwrap().row
}

async fn delete(f: &Fixture, row: &Stored<Route>) {
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
}

#[tokio::test]
async fn the_whole_feed_is_everything() {
    let f = Fixture::new().await;
    let mut empty = f.store.feed(None).await.unwrap();
    assert!(empty.whole);
    assert_eq!(empty.version, Version(0));
    assert_eq!(empty.rest().await.unwrap(), [Event::DefaultRouting(None)]);
    assert_eq!(empty.next().await.unwrap(), None, "it stays at its end");

    let default = Some(hop("default.example.net", 26));
    f.store
        .set_default_routing(&by("anna"), Version(0), default.clone())
        .await
        .unwrap();
    let managed = f.add(managed_at("example.org", "mx.example.org", 25)).await;
    let route = f.add(route("example.com+")).await;
    let mut feed = f.store.feed(None).await.unwrap();
    assert_eq!(feed.version, route.version);
    assert_eq!(
        feed.rest().await.unwrap(),
        [
            Event::DefaultRouting(default),
            Event::Managed(managed),
            Event::Route(route),
        ]
    );
}

#[tokio::test]
async fn then_only_what_has_changed_is_told_and_each_once() {
    let f = Fixture::new().await;
    let kept = f.add(route("kept.example.com")).await;
    let moved = f.add(route("moved.example.com")).await;
    let gone = f.add(route("gone.example.com")).await;
    let mut feed = f.store.feed(None).await.unwrap();
    feed.rest().await.unwrap();
    let mut none = f.store.feed(Some(feed.version)).await.unwrap();
    assert!(!none.whole);
    assert_eq!(none.rest().await.unwrap(), []);

    let mut row = moved.clone();
    for name in ["between.example.com", "new.example.com"] {
        row = edit(&f, &row, route(name)).await;
    }
    delete(&f, &gone).await;
    let brief = f.add(route("brief.example.com")).await;
    delete(&f, &brief).await;
    let again = f.add(managed("gone.example.com")).await;
    let mut feed = f.store.feed(Some(feed.version)).await.unwrap();
    assert!(!feed.whole);
    assert_eq!(feed.version, f.store.latest().await.unwrap());
    let mut events = feed.rest().await.unwrap();
    events.retain(|event| !matches!(event, Event::Held(_) | Event::Released(_)));
    // What is there comes first, so no name is without its row for a moment.
    assert_eq!(
        events,
        [
            Event::Managed(again),
            Event::Route(row),
            Event::RouteGone(gone.id),
            Event::RouteGone(brief.id),
        ]
    );
    assert_eq!(f.all::<Route>().await[0], kept);
}

#[tokio::test]
async fn who_was_away_for_too_long_is_given_everything() {
    let f = Fixture::new().await;
    f.add(route("a.example.com")).await;
    let mut follower = Follower::of(&f.store).await;
    f.add(route("b.example.com")).await;
    let last = f.add(route("c.example.com")).await;
    f.raw()
        .execute("DELETE FROM changes WHERE id <= 2", [])
        .unwrap();
    assert!(follower.follow(&f.store).await, "its next change is gone");
    assert_eq!(follower.routes.len(), 3);
    assert!(!follower.follow(&f.store).await);
    f.raw().execute("DELETE FROM changes", []).unwrap();
    assert!(!follower.follow(&f.store).await, "it missed nothing");
    follower.version = Version(2);
    assert!(follower.follow(&f.store).await, "the last change is gone");
    // As if the database had been restored from before what the follower knows.
    for version in [
        Version(last.version.0 + 1),
        Version(i64::MAX),
        Version(i64::MIN),
    ] {
        follower.version = version;
        assert!(follower.follow(&f.store).await, "{version}");
        assert_eq!(follower.version, last.version);
    }
}

#[tokio::test]
async fn so_many_changes_that_all_is_quicker() {
    let f = Fixture::new().await;
    let log = |from: i64, to: i64| {
        let sql =
            "WITH RECURSIVE n (id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM n WHERE id < ?2)
                   INSERT INTO changes (id, act, at, actor, origin, kind, object_id, name, before,
                       after, hash)
                   SELECT id, id, 0, 'anna', 'here', 'route', 1, '', '{}', '{}', zeroblob(32)
                   FROM n";
        f.raw().execute(sql, [from, to]).unwrap();
    };
    log(1, 100_000);
    let feed = f.store.feed(Some(Version(0))).await.unwrap();
    assert!(!feed.whole);
    drop(feed);
    log(100_001, 100_001);
    assert!(f.store.feed(Some(Version(0))).await.unwrap().whole);
}

#[tokio::test]
async fn a_long_feed_is_of_one_moment() {
    let f = Fixture::new().await;
    let rows: Vec<_> = (0..5_000)
        .map(|n| route(&format!("n{n:04}.example.com")))
        .collect();
    f.seed_routes(&rows);
    let mut feed = f.store.feed(None).await.unwrap();
    let first = feed.next().await.unwrap().unwrap();
    assert!(first.len() < 5_000, "it comes in pieces");
    f.raw().execute("DELETE FROM routes", []).unwrap();
    let rest = feed.rest().await.unwrap();
    // The default routing is an event too.
    assert_eq!(first.len() + rest.len(), 5_001);
}

#[tokio::test]
async fn a_receiver_that_goes_away_holds_nobody_up() {
    let f = Fixture::new().await;
    let rows: Vec<_> = (0..5_000)
        .map(|n| route(&format!("n{n:04}.example.com")))
        .collect();
    f.seed_routes(&rows);
    for _ in 0..10 {
        drop(f.store.feed(None).await.unwrap());
    }
    f.store.close().await.unwrap();
    assert!(matches!(f.store.feed(None).await, Err(Error::Closed)));
    assert!(matches!(f.store.latest().await, Err(Error::Closed)));
}

#[tokio::test]
async fn a_row_that_cannot_be_keeps_no_other_back() {
    let f = Fixture::new().await;
    let bad_route = f.add(route(".bad.example.com")).await.id;
    let bad_managed = f.add(managed("bad.example.org")).await.id;
    f.add(route("nameless.example.com")).await;
    let good = f.add(route("good.example.com")).await;
    let raw = f.raw();
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON;
         UPDATE routes SET port = 70000 WHERE domain = 'bad.example.com';
         UPDATE routes SET domain = 'Nameless' WHERE domain = 'nameless.example.com';
         UPDATE managed_domains SET host = 'not a host', port = 25;",
    )
    .unwrap();
    let mut feed = f.store.feed(None).await.unwrap();
    let events = feed.rest().await.unwrap();
    let mut invalid = Vec::new();
    for event in &events {
        if let Event::Invalid(row) = event {
            invalid.push((row.kind, row.id, row.pattern.clone()));
            assert!(row.detail.contains("The database is damaged"), "{row:?}");
        }
    }
    assert_eq!(
        invalid,
        [
            (
                ObjectKind::ManagedDomain,
                bad_managed,
                pattern("bad.example.org")
            ),
            (ObjectKind::Route, bad_route, pattern(".bad.example.com")),
        ]
    );
    assert!(events.contains(&Event::Route(good)));
    assert_eq!(events.len(), 4);
}

#[tokio::test]
async fn a_damaged_file_is_an_error() {
    let f = Fixture::new().await;
    let rows: Vec<_> = (0..500)
        .map(|n| route(&format!("n{n:04}.example.com")))
        .collect();
    f.seed_routes(&rows);
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'routes'";
    let page: usize = f.raw().query_row(sql, [], |row| row.get(0)).unwrap();
    f.store.close().await.unwrap();
    let mut bytes = std::fs::read(&f.path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    std::fs::write(&f.path, &bytes).unwrap();
    let store = f.another().await;
    let mut feed = store.feed(None).await.unwrap();
    let rest = feed.rest().await;
    assert!(matches!(rest, Err(Error::Corrupt { .. })), "{rest:?}");
    let after = feed.next().await;
    assert!(after.is_err(), "it has not said everything: {after:?}");
}

#[tokio::test]
async fn the_last_change_is_known_whoever_made_it() {
    let f = Fixture::new().await;
    let another = f.another().await;
    assert_eq!(f.store.latest().await.unwrap(), Version(0));
    let row = f.add(route("a.example.com")).await;
    assert_eq!(f.store.latest().await.unwrap(), row.version);
    assert_eq!(another.latest().await.unwrap(), row.version);
    let row = another.add(&by("ben"), route("b.example.com")).await;
    let version = row.unwrap().row.version;
    assert_eq!(f.store.latest().await.unwrap(), version);
    // Not even while somebody writes does it have to wait.
    let raw = f.raw();
    raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM changes")
        .unwrap();
    assert_eq!(f.store.latest().await.unwrap(), version);
}

#[tokio::test]
async fn changes_made_here_are_told() {
    let f = Fixture::new().await;
    let mut changed = f.store.changed();
    assert_eq!(*changed.borrow_and_update(), Version(0));
    let row = f.add(route("a.example.com")).await;
    changed.changed().await.unwrap();
    assert_eq!(*changed.borrow_and_update(), row.version);
    // Nothing is told of what is refused, or changes nothing.
    f.store
        .add(&by("ben"), route("a.example.com"))
        .await
        .unwrap_err();
    edit(&f, &row, row.value.clone()).await;
    assert!(!changed.has_changed().unwrap());
    // Somebody who does not wait for the end has made a change all the same.
    let store = f.store.clone();
    let adding = tokio::spawn(async move { store.add(&by("ben"), route("b.example.com")).await });
    tokio::task::yield_now().await;
    adding.abort();
    f.add(managed("example.org")).await;
    changed.changed().await.unwrap();
    assert_eq!(*changed.borrow(), f.store.latest().await.unwrap());
}

#[tokio::test]
async fn a_default_that_cannot_be_keeps_no_row_back() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let raw = f.raw();
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON;
         UPDATE default_routing SET host = 'not a host', port = 25;",
    )
    .unwrap();
    let events = f.store.feed(None).await.unwrap().rest().await.unwrap();
    assert_eq!(events, [Event::DefaultRouting(None), Event::Route(row)]);
}

#[tokio::test]
async fn settings_that_cannot_be_hold_the_mail_of_their_host_only() {
    let f = Fixture::new().await;
    for host in ["a.example:587", "b.example:587"] {
        f.set(settings(host, "required", login("anna", "canary")))
            .await
            .unwrap();
    }
    let raw = f.raw();
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON;
         UPDATE smart_hosts SET tls = 'whatever' WHERE host = 'a.example';",
    )
    .unwrap();
    let feed = f.store.feed(None).await.unwrap();
    let logins: Vec<_> = feed.settings.iter().map(|(_, login)| login).collect();
    assert!(
        matches!(
            logins[..],
            [StoredLogin::Unreadable, StoredLogin::Account(_)]
        ),
        "{logins:?}"
    );
}
