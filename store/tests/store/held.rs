//! Removed routes: for which names mail is held, for how long, and what ends it.

use std::time::Duration;

use routing::{ManagedDomain, Pattern, Route};
use serde_json::json;
use store::{
    Error, Event, HeldQuery, ObjectKind, PageSize, QueuedMail, Release, RowId, Selection, Stored,
    Timestamp, Tombstone,
};

use crate::{
    fixture::{Fixture, by, domain, managed, pattern, route, route_to},
    model,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn held(f: &Fixture) -> Vec<Stored<Tombstone>> {
    f.store.held(HeldQuery::default()).await.unwrap().rows
}

/// As they are shown, with the scope where that does not show.
async fn names(f: &Fixture) -> Vec<String> {
    let name = |Pattern { domain, scope }: Pattern| format!("{domain} {scope}");
    let rows = held(f).await.into_iter();
    rows.map(|row| name(row.value.pattern)).collect()
}

async fn edit(f: &Fixture, row: &Stored<Route>, value: Route) -> Stored<Route> {
    let saved = f.store.edit(&by("ben"), row.id, row.version, value).await;
    saved.unwrap().row
}

async fn delete(f: &Fixture, row: &Stored<Route>) {
    delete_with(f, row, QueuedMail::default()).await;
}

async fn delete_with(f: &Fixture, row: &Stored<Route>, queued: QueuedMail) {
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    let by = by("ben");
    let deleted = f.store.delete_with::<Route>(&by, rows, queued);
    deleted.await.unwrap();
}

#[tokio::test]
async fn a_deleted_route_holds_mail_for_five_days() {
    let f = Fixture::new().await;
    let row = f.add(route(".example.com")).await;
    f.add(route("example.org")).await;
    delete(&f, &row).await;
    let [held] = held(&f).await.try_into().unwrap();
    assert_eq!(
        held.value,
        Tombstone {
            pattern: pattern(".example.com"),
            route: row.id,
            removed_at: by("ben").at,
            removed_by: "ben".to_owned(),
            until: Timestamp(by("ben").at.0 + 5 * DAY_MS),
        }
    );
    assert_eq!(
        serde_json::to_value(&held).unwrap(),
        json!({
            "id": 4, "version": 4, "domain": "example.com", "scope": "subdomains", "route": 1,
            "removed_at": 1_772_323_200_000_i64, "removed_by": "ben",
            "until": 1_772_755_200_000_i64,
        })
    );
    assert_eq!(
        f.store.held_of(&domain("example.com")).await.unwrap(),
        [held]
    );
    assert_eq!(f.store.held_of(&domain("example.org")).await.unwrap(), []);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn what_becomes_of_queued_mail_can_be_said() {
    let f = Fixture::new().await;
    for queued in [
        QueuedMail::Release,
        QueuedMail::Hold(Duration::ZERO),
        QueuedMail::Hold(Duration::from_nanos(1)),
    ] {
        let row = f.add(route("example.com")).await;
        delete_with(&f, &row, queued).await;
        assert_eq!(held(&f).await, [], "{queued:?}");
    }
    let row = f.add(route("example.com")).await;
    delete_with(&f, &row, QueuedMail::Hold(Duration::MAX)).await;
    assert_eq!(held(&f).await[0].value.until, Timestamp(i64::MAX));
    // A managed domain holds nothing: its mail may be meant for its new MX.
    let row = f.add(managed("example.org")).await;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    let by = by("ben");
    let deleted = f.store.delete::<ManagedDomain>(&by, rows);
    deleted.await.unwrap();
    assert_eq!(names(&f).await, ["example.com domain"]);
}

#[tokio::test]
async fn a_route_that_moves_holds_mail_for_the_names_it_leaves() {
    for (was, is, held) in [
        ("a.example", "b.example", "a.example domain"),
        ("a.example+", "b.example", "a.example both"),
        ("a.example", ".a.example", "a.example domain"),
        (".a.example", "a.example", "a.example subdomains"),
        ("a.example+", "a.example", "a.example subdomains"),
        ("a.example+", ".a.example", "a.example domain"),
        ("a.example", "a.example+", ""),
        (".a.example", "a.example+", ""),
        ("a.example+", "a.example+", ""),
        ("b.a.example", ".a.example", "b.a.example domain"),
    ] {
        let f = Fixture::new().await;
        let row = f.add(route(was)).await;
        edit(&f, &row, route_to(is, "new.example.net", 26)).await;
        assert_eq!(names(&f).await.join(", "), held, "{was} {is}");
        model::assert_log_leads_to_rows(&f.raw());
    }
}

#[tokio::test]
async fn a_rule_for_the_same_names_ends_it() {
    for (removed, added, left) in [
        ("a.example", "a.example", ""),
        ("a.example", "a.example+", ""),
        ("a.example+", "a.example+", ""),
        ("a.example+", "a.example", "a.example subdomains"),
        ("a.example+", ".a.example", "a.example domain"),
        ("a.example", ".a.example", "a.example domain"),
        (".a.example", "a.example", "a.example subdomains"),
        // Not the same names, though the route applies to them.
        ("b.a.example", ".a.example", "b.a.example domain"),
        ("a.example", "managed a.example", ""),
        ("a.example+", "managed a.example", "a.example subdomains"),
        (".a.example", "managed a.example", "a.example subdomains"),
    ] {
        let f = Fixture::new().await;
        let row = f.add(route(removed)).await;
        delete(&f, &row).await;
        let version = match added.strip_prefix("managed ") {
            Some(name) => f.add(managed(name)).await.version,
            None => f.add(route(added)).await.version,
        };
        assert_eq!(names(&f).await.join(", "), left, "{removed} {added}");
        // So the row's own change is the last one.
        assert_eq!(f.store.latest().await.unwrap(), version);
        model::assert_log_leads_to_rows(&f.raw());
    }
}

#[tokio::test]
async fn a_rule_that_moves_there_ends_it_too() {
    let f = Fixture::new().await;
    let row = f.add(route("a.example")).await;
    let row = edit(&f, &row, route("b.example")).await;
    assert_eq!(names(&f).await, ["a.example domain"]);
    let row = edit(&f, &row, route("a.example")).await;
    assert_eq!(names(&f).await, ["b.example domain"]);
    let other = f.add(managed("c.example")).await;
    let (by, moved) = (by("ben"), managed("b.example"));
    let moved = f.store.edit(&by, other.id, other.version, moved);
    moved.await.unwrap();
    assert_eq!(held(&f).await, []);
    // A managed domain that moves on leaves nothing.
    assert_eq!(f.all::<Route>().await, [row]);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn a_refused_rule_ends_nothing() {
    let f = Fixture::new().await;
    f.add(route("a.example")).await;
    let row = f.add(route(".a.example")).await;
    delete(&f, &row).await;
    let before = held(&f).await;
    let refused = f.store.add(&by("ben"), route("a.example+")).await;
    assert!(matches!(refused, Err(Error::Exists(_))));
    assert_eq!(held(&f).await, before);
}

async fn three(f: &Fixture) -> Vec<RowId> {
    for name in ["c.example", "a.example", "b.example+"] {
        let row = f.add(route(name)).await;
        delete(f, &row).await;
    }
    held(f).await.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn one_several_or_all_are_released() {
    let f = Fixture::new().await;
    let ids = three(&f).await;
    let release = async |release| {
        let released = f.store.release(&by("cleo"), release).await.unwrap();
        assert_eq!(released.act.is_some(), !released.rows.is_empty());
        let ids: Vec<_> = released.rows.iter().map(|row| row.id).collect();
        ids
    };
    let rows = vec![ids[1], RowId(99), ids[1]];
    assert_eq!(release(Release::Rows(rows.clone())).await, [ids[1]]);
    assert_eq!(names(&f).await, ["a.example domain", "c.example domain"]);
    assert_eq!(release(Release::Rows(rows)).await, [], "once is enough");
    let last = f.store.changes(0, 99).await.unwrap().pop().unwrap();
    assert_eq!(
        (last.actor.as_str(), last.kind, last.object_id, last.after),
        ("cleo", ObjectKind::Tombstone, ids[1], None)
    );
    assert_eq!(release(Release::All).await, [ids[0], ids[2]]);
    assert_eq!(held(&f).await, []);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn its_time_comes() {
    let f = Fixture::new().await;
    let [short, long] = [
        f.add(route("a.example")).await,
        f.add(route("b.example")).await,
    ];
    let days = |days: u64| QueuedMail::Hold(Duration::from_hours(24 * days));
    delete_with(&f, &long, days(2)).await;
    delete_with(&f, &short, days(1)).await;
    let expire = async |after_ms: i64| {
        let mut by = by("smart-hosts");
        by.at.0 += after_ms;
        let released = f.store.release_expired(&by).await.unwrap();
        released.len()
    };
    let latest = f.store.latest().await.unwrap();
    assert_eq!(expire(DAY_MS - 1).await, 0);
    assert_eq!(f.store.latest().await.unwrap(), latest);
    assert_eq!(expire(DAY_MS).await, 1);
    assert_eq!(names(&f).await, ["b.example domain"]);
    assert_eq!(expire(9 * DAY_MS).await, 1);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn pages_follow_each_other_and_a_search_finds_some() {
    let f = Fixture::new().await;
    three(&f).await;
    let page = async |search: &str, after: Option<&Stored<Tombstone>>| {
        let query = HeldQuery {
            search: search.to_owned(),
            after: after.map(|row| row.value.pattern.clone()),
            size: PageSize::new(2),
        };
        f.store.held(query).await.unwrap()
    };
    let first = page("", None).await;
    assert_eq!((first.rows.len(), first.matching), (2, 3));
    assert!(first.has_next);
    let second = page("", first.rows.last()).await;
    assert_eq!((second.rows.len(), second.matching), (1, 3));
    assert!(!second.has_next);
    assert_eq!(second.rows[0].value.pattern, pattern("c.example"));
    let found = page(" B.Example ", None).await;
    assert_eq!((found.rows.len(), found.matching), (1, 1));
    assert_eq!(page("b.example", found.rows.last()).await.rows, []);
}

#[tokio::test]
async fn the_feed_tells_of_it() {
    let f = Fixture::new().await;
    let row = f.add(route("a.example+")).await;
    let mut feed = f.store.feed(None).await.unwrap();
    feed.rest().await.unwrap();
    delete(&f, &row).await;
    let [held] = held(&f).await.try_into().unwrap();
    let mut feed = f.store.feed(Some(feed.version)).await.unwrap();
    // In this order, so that the mail is not let go between the two.
    assert_eq!(
        feed.rest().await.unwrap(),
        [Event::Held(held.clone()), Event::RouteGone(row.id)]
    );
    let half = f.add(route("a.example")).await;
    let mut feed = f.store.feed(Some(feed.version)).await.unwrap();
    let mut smaller = held.clone();
    smaller.value.pattern = pattern(".a.example");
    smaller.version.0 = half.version.0 - 1;
    let told = [Event::Route(half), Event::Held(smaller.clone())];
    assert_eq!(feed.rest().await.unwrap(), told);
    let mut whole = f.store.feed(None).await.unwrap();
    let there = whole.rest().await.unwrap();
    assert_eq!(there[1..], told);
    f.store.release(&by("anna"), Release::All).await.unwrap();
    let mut feed = f.store.feed(Some(feed.version)).await.unwrap();
    assert_eq!(feed.rest().await.unwrap(), [Event::Released(held.id)]);
}

#[tokio::test]
async fn the_schema_holds_it_by_itself() {
    let f = Fixture::new().await;
    f.add(route("route.example")).await;
    let row = f.add(route("held.example+")).await;
    delete(&f, &row).await;
    let raw = f.raw();
    let insert = |domain: &str, scope: &str, by: &str, until: i64| {
        let sql = "INSERT INTO tombstones (domain, scope, route, removed_at, removed_by, until, id,
                       version) VALUES (?, ?, 1, 5, ?, ?, 100, 100)";
        raw.execute(sql, (domain, scope, by, until))
    };
    insert("route.example", "subdomains", "anna", 6).unwrap();
    for (domain, scope, by, until) in [
        ("route.example", "domain", "anna", 6),
        ("route.example", "both", "anna", 6),
        ("held.example", "domain", "anna", 6),
        ("a.example", "none", "anna", 6),
        ("a.example", "domain", "", 6),
        ("a.example", "domain", "anna", 5),
        ("A.example", "domain", "anna", 6),
        (".a.example", "domain", "anna", 6),
        ("example", "domain", "anna", 6),
        ("", "domain", "anna", 6),
    ] {
        let refused = insert(domain, scope, by, until);
        assert!(refused.is_err(), "{domain:?} {scope:?} {by:?} {until}");
    }
    for sql in [
        "UPDATE tombstones SET domain = 'b.example' WHERE domain = 'held.example'",
        "UPDATE tombstones SET scope = 'both' WHERE domain = 'route.example'",
        "UPDATE tombstones SET version = 0",
    ] {
        assert!(raw.execute(sql, []).is_err(), "{sql}");
    }
    // A route that another program has put beside it can be deleted all the same.
    raw.execute_batch(
        "INSERT INTO routes (domain, scope, host, port, comment, id, version)
         VALUES ('held.example', 'domain', 'relay', 25, '', 101, 101)",
    )
    .unwrap();
    let row = f.store.get::<Route>(RowId(101)).await.unwrap().unwrap();
    delete(&f, &row).await;
    let held = names(&f).await;
    let both = ["held.example domain", "held.example subdomains"];
    assert_eq!(held[..2], both);
}

#[tokio::test]
async fn a_row_that_cannot_be_holds_its_names_all_the_same() {
    let f = Fixture::new().await;
    three(&f).await;
    f.raw()
        .execute_batch(
            "PRAGMA ignore_check_constraints = ON;
             UPDATE tombstones SET removed_by = CAST(x'ff' AS TEXT) WHERE domain = 'a.example';",
        )
        .unwrap();
    let mut feed = f.store.feed(None).await.unwrap();
    let events = feed.rest().await.unwrap();
    assert!(matches!(&events[1], Event::Invalid(row)
        if row.kind == ObjectKind::Tombstone && row.pattern == pattern("a.example")));
    assert_eq!(events.len(), 4);
    let page = f.store.held(HeldQuery::default()).await;
    assert!(matches!(
        page,
        Err(Error::Corrupt {
            table: "tombstones",
            ..
        })
    ));
}
