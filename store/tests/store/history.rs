//! The history: acts, filters, pages, the chain, and what is removed for its age.

use std::time::Duration;

use routing::{ManagedDomain, Route};
use serde_json::json;
use store::{
    Broken, By, Change, Error, Head, HistoryFilter, HistoryPosition, HistoryQuery, Named,
    ObjectKind, PageSize, Position, Selection, Timestamp, Verdict, Version,
};

use crate::fixture::{Fixture, by, hop, login, managed, route, route_to, settings};

/// Milliseconds after those of [`by`].
pub(crate) fn later(actor: &str, ms: i64) -> By {
    let by = by(actor);
    By::new(by.actor, Timestamp(by.at.0 + ms))
}

async fn ids(f: &Fixture, filter: HistoryFilter) -> Vec<i64> {
    let query = HistoryQuery {
        filter: filter.clone(),
        ..HistoryQuery::default()
    };
    let page = f.store.history(query).await.unwrap();
    let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
    // The export says the same, the other way round.
    let mut export = f.store.export_history(filter, Duration::MAX).await.unwrap();
    let mut exported = Vec::new();
    while let Some(batch) = export.recv().await {
        exported.extend(batch.unwrap().into_iter().map(|entry| entry.id));
    }
    exported.reverse();
    assert_eq!(ids, exported);
    ids
}

pub(crate) async fn verified(f: &Fixture) -> Head {
    match f.store.verify_history(None).await.unwrap() {
        Verdict::Whole(verified) => verified.head,
        Verdict::Broken(broken) => panic!("{broken}"),
    }
}

async fn broken(f: &Fixture, noted: Option<Head>) -> Broken {
    match f.store.verify_history(noted).await.unwrap() {
        Verdict::Whole(verified) => panic!("{verified:?}"),
        Verdict::Broken(broken) => broken,
    }
}

#[tokio::test]
async fn what_is_done_at_once_is_one_act_and_says_from_where() {
    let f = Fixture::new().await;
    let mut rows = Vec::new();
    for name in ["a.example.com", ".b.example.com"] {
        let row = f.add(route(name)).await;
        rows.push((row.id, row.version));
    }
    let by = by("ben").from("192.0.2.7");
    let deleted = f
        .store
        .delete::<Route>(&by, Selection::Rows(rows))
        .await
        .unwrap();
    assert_eq!(deleted.act, Some(3));
    let act = f.store.act(5).await.unwrap().unwrap();
    assert_eq!((act.number, act.count), (3, 4));
    let said = |entry: &Change| (entry.act, entry.origin.clone(), entry.name.clone());
    let said: Vec<_> = act.entries.iter().map(said).collect();
    let of = |name: &str| (3, "192.0.2.7".to_owned(), name.to_owned());
    assert_eq!(
        said,
        [
            of("a.example.com"),
            of("a.example.com"),
            of(".b.example.com"),
            of(".b.example.com")
        ]
    );
    assert_eq!(
        f.store.act(1).await.unwrap().unwrap().entries[0].origin,
        By::HERE
    );
    assert_eq!(f.store.act(7).await.unwrap(), None);
    // Deleting nothing is no act.
    let deleted = f
        .store
        .delete::<Route>(&by, Selection::Rows(Vec::new()))
        .await
        .unwrap();
    assert_eq!(deleted.act, None);
}

#[tokio::test]
async fn a_change_tells_its_act_and_what_is_so_already_has_none() {
    let f = Fixture::new().await;
    let saved = f.save(route("example.com")).await;
    assert_eq!(saved.act, Some(1));
    let (id, version) = (saved.row.id, saved.row.version);
    let ben = by("ben");
    let again = f.store.edit(&ben, id, version, route("example.com"));
    assert_eq!(again.await.unwrap().act, None);
    let next_hop = Some(hop("relay", 25));
    let set = |seen| f.store.set_default_routing(&ben, seen, next_hop.clone());
    assert_eq!(set(Version(0)).await.unwrap().act, Some(2));
    assert_eq!(set(Version(2)).await.unwrap().act, None);
    assert_eq!(f.store.default_routing().await.unwrap().act, None);
    let input = settings("[relay]:25", "required", login("user", "secret"));
    assert_eq!(f.set(input.clone()).await.unwrap().act, Some(3));
    assert_eq!(f.set(input).await.unwrap().act, None);
}

#[tokio::test]
async fn entries_are_found_by_person_kind_name_and_time() {
    let f = Fixture::new().await;
    for (name, who, ms) in [
        ("a.example.com", "anna", 0),
        ("b.example.com", "ben", 1000),
        (".a.example.com", "anna", 2000),
        ("a.example.com.au", "ben", 3000),
    ] {
        f.store.add(&later(who, ms), route(name)).await.unwrap();
    }
    let by = later("anna", 4000);
    f.store.add(&by, managed("example.org")).await.unwrap();
    f.store
        .set_default_routing(&by, Version(0), Some(hop("relay", 25)))
        .await
        .unwrap();
    let all = HistoryFilter::default;
    assert_eq!(ids(&f, all()).await, [6, 5, 4, 3, 2, 1]);
    let person = Some("anna".to_owned());
    let of = HistoryFilter { person, ..all() };
    assert_eq!(ids(&f, of.clone()).await, [6, 5, 3, 1]);
    let kind = Some(ObjectKind::Route);
    let of = HistoryFilter { kind, ..of };
    assert_eq!(ids(&f, of.clone()).await, [3, 1]);
    let name = Some(Named::Beginning("a.".to_owned()));
    assert_eq!(ids(&f, HistoryFilter { name, ..of }).await, [1]);
    let named = |name| HistoryFilter {
        name: Some(name),
        ..all()
    };
    let exactly = |name: &str| named(Named::Exactly(name.to_owned()));
    let beginning = |name: &str| named(Named::Beginning(name.to_owned()));
    assert_eq!(ids(&f, exactly("a.example.com")).await, [1]);
    assert_eq!(ids(&f, beginning("a.example.com")).await, [4, 1]);
    assert_eq!(ids(&f, beginning(".a")).await, [3]);
    assert_eq!(ids(&f, beginning("")).await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(ids(&f, beginning("c")).await, [0; 0]);
    assert_eq!(ids(&f, exactly("default domain routing")).await, [6]);
    let start = by.at.0 - 4000;
    let between = |from: i64, until: i64| HistoryFilter {
        from: Some(Timestamp(start + from)),
        until: Some(Timestamp(start + until)),
        ..all()
    };
    assert_eq!(ids(&f, between(1000, 3000)).await, [3, 2]);
    assert_eq!(ids(&f, between(3001, 4001)).await, [6, 5]);
    assert_eq!(ids(&f, between(4001, 9000)).await, [0; 0]);
    assert_eq!(ids(&f, between(-9000, 0)).await, [0; 0]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_hides_nothing() {
    let f = Fixture::new().await;
    for ms in [0, 9000, 1000, 2000] {
        let name = format!("a{ms}.example.com");
        f.store.add(&later("anna", ms), route(&name)).await.unwrap();
    }
    let start = by("anna").at.0;
    let filter = HistoryFilter {
        from: Some(Timestamp(start + 1000)),
        until: Some(Timestamp(start + 3000)),
        ..HistoryFilter::default()
    };
    assert_eq!(ids(&f, filter).await, [4, 3]);
}

#[tokio::test]
async fn pages_go_both_ways() {
    use HistoryPosition::{After, Before, Newest};
    let f = Fixture::new().await;
    for n in 0..7 {
        f.add(route(&format!("a{n}.example.com"))).await;
    }
    let page = async |position| {
        let query = HistoryQuery {
            position,
            size: PageSize::new(3),
            filter: HistoryFilter::default(),
        };
        let page = f.store.history(query).await.unwrap();
        let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
        (ids, page.has_newer, page.has_older)
    };
    assert_eq!(page(Newest).await, (vec![7, 6, 5], false, true));
    assert_eq!(page(Before(5)).await, (vec![4, 3, 2], true, true));
    assert_eq!(page(Before(2)).await, (vec![1], true, false));
    assert_eq!(page(After(1)).await, (vec![4, 3, 2], true, true));
    assert_eq!(page(After(4)).await, (vec![7, 6, 5], false, true));
    assert_eq!(page(Before(1)).await, (vec![7, 6, 5], false, true));
}

#[tokio::test]
async fn the_chain_verifies_and_every_alteration_is_found() {
    let f = Fixture::new().await;
    assert_eq!(verified(&f).await.id, 0);
    let row = f.add(route("example.com")).await;
    let noted = verified(&f).await;
    f.store
        .edit(
            &by("ben"),
            row.id,
            row.version,
            route_to("example.com", "b", 25),
        )
        .await
        .unwrap();
    f.add(managed("example.org")).await;
    let head = verified(&f).await;
    assert_eq!(head.id, 3);
    assert_eq!(f.store.change(3).await.unwrap().unwrap().hash, head.hash);
    for noted in [noted, head] {
        let verdict = f.store.verify_history(Some(noted)).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole(verified) if verified.entries == 3));
    }
    let forged = Head { id: 2, ..head };
    assert_eq!(broken(&f, Some(forged)).await, Broken::Other(2));
    let to_come = Head { id: 9, ..head };
    assert_eq!(broken(&f, Some(to_come)).await, Broken::CutOff(4));

    let raw = f.raw();
    raw.execute_batch("DROP TRIGGER changes_stay").unwrap();
    for (column, value) in [
        ("act", "1"),
        ("at", "at + 1"),
        ("actor", "'nobody'"),
        ("origin", "'192.0.2.1'"),
        ("undoes", "1"),
        ("kind", "'managed_domain'"),
        ("object_id", "2"),
        ("name", "'example.org'"),
        ("before", "NULL"),
        ("after", "replace(after, '25', '26')"),
        ("hash", "zeroblob(32)"),
    ] {
        raw.execute_batch(&format!(
            "BEGIN; CREATE TABLE was AS SELECT {column} AS was FROM changes WHERE id = 2;
             UPDATE changes SET {column} = {value} WHERE id = 2; COMMIT;"
        ))
        .unwrap();
        assert_eq!(broken(&f, None).await, Broken::Altered(2), "{column}");
        raw.execute_batch(&format!(
            "BEGIN; UPDATE changes SET {column} = (SELECT was FROM was) WHERE id = 2;
             DROP TABLE was; COMMIT;"
        ))
        .unwrap();
        assert_eq!(verified(&f).await, head);
    }
}

#[tokio::test]
async fn an_entry_that_was_removed_is_found() {
    for (sql, found) in [
        ("DELETE FROM changes WHERE id = 1", Broken::Removed(1)),
        ("DELETE FROM changes WHERE id = 2", Broken::Removed(2)),
        ("DELETE FROM changes WHERE id >= 3", Broken::CutOff(3)),
        ("DELETE FROM changes", Broken::CutOff(1)),
        (
            "DELETE FROM changes WHERE id = 1; UPDATE chain SET removed = 1",
            Broken::Altered(2),
        ),
    ] {
        let f = Fixture::new().await;
        for name in ["a.example.com", "b.example.com", "c.example.com"] {
            f.add(route(name)).await;
        }
        f.raw().execute_batch(sql).unwrap();
        assert_eq!(broken(&f, None).await, found, "{sql}");
        // It goes on, but what is missing stays found.
        f.add(route("d.example.com")).await;
        assert!(matches!(
            f.store.verify_history(None).await.unwrap(),
            Verdict::Broken(_)
        ));
    }
}

#[tokio::test]
async fn what_is_removed_for_its_age_keeps_the_chain() {
    let f = Fixture::new().await;
    let mut noted = Vec::new();
    for (name, ms) in [
        ("a.example.com", 0),
        ("b.example.com", 1000),
        ("c.example.com", 2000),
    ] {
        f.store.add(&later("anna", ms), route(name)).await.unwrap();
        noted.push(verified(&f).await);
    }
    let prune = async |ms| {
        let before = later("anna", ms).at;
        let pruned = f.store.prune_history(&later("cleo", 5000), before).await;
        pruned.unwrap()
    };
    assert_eq!(prune(0).await, 0);
    assert_eq!(prune(1001).await, 2);
    assert_eq!(prune(1001).await, 0);
    assert_eq!(ids(&f, HistoryFilter::default()).await, [4, 3]);
    let said = f.store.change(4).await.unwrap().unwrap();
    assert_eq!(
        (said.kind, said.actor.as_str()),
        (ObjectKind::History, "cleo")
    );
    assert_eq!(
        said.after,
        Some(json!({ "removed": 2, "hash": noted[1].hash }))
    );
    let undone = f.store.undo(&by("anna"), 4).await.unwrap_err();
    assert!(undone.to_string().contains("nothing that could be undone"));
    let verdict = f.store.verify_history(Some(noted[2])).await.unwrap();
    let Verdict::Whole(whole) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!((whole.entries, whole.removed), (2, 2));
    assert!(f.store.verify_history(Some(noted[1])).await.is_ok());
    assert_eq!(broken(&f, Some(noted[0])).await, Broken::TooOld(1));
    // What is left stands on what was removed.
    f.raw()
        .execute("UPDATE chain SET hash = zeroblob(32)", [])
        .unwrap();
    assert_eq!(broken(&f, None).await, Broken::Altered(3));
}

/// Has the chain begin after this entry.
fn begin_after(f: &Fixture, id: i64) {
    f.raw()
        .execute_batch(&format!(
            "UPDATE chain SET (removed, at, hash) = (SELECT id, at, hash FROM changes WHERE id = {id});
             DELETE FROM changes WHERE id <= {id};"
        ))
        .unwrap();
}

#[tokio::test]
async fn entries_that_somebody_has_removed_by_hand_are_missed() {
    let f = Fixture::new().await;
    for ms in 0..6 {
        let row = route(&format!("a{ms}.example.com"));
        f.store.add(&later("anna", ms), row).await.unwrap();
    }
    let head = verified(&f).await;
    begin_after(&f, 2);
    assert_eq!(broken(&f, Some(head)).await, Broken::Unsaid(2));

    // Nor does it help that others were removed for their age.
    let f = Fixture::new().await;
    for ms in 0..6 {
        let row = route(&format!("a{ms}.example.com"));
        f.store.add(&later("anna", ms), row).await.unwrap();
    }
    let by = later("cleo", 9);
    f.store.prune_history(&by, later("x", 2).at).await.unwrap();
    verified(&f).await;
    begin_after(&f, 4);
    assert_eq!(broken(&f, None).await, Broken::Unsaid(4));
    // Whoever removes them as one should leaves a trace.
    let before = later("x", 5).at;
    assert_eq!(f.store.prune_history(&by, before).await.unwrap(), 1);
    verified(&f).await;
}

#[tokio::test]
async fn a_removal_that_has_broken_off_goes_on() {
    let f = Fixture::new().await;
    for ms in 0..6 {
        let row = route(&format!("a{ms}.example.com"));
        f.store.add(&later("anna", ms), row).await.unwrap();
    }
    let (by, before) = (later("cleo", 9), later("x", 4).at);
    let raw = f.raw();
    // As after the first of several transactions.
    raw.execute_batch(
        "CREATE TABLE kept AS SELECT * FROM changes WHERE id IN (3, 4);
         CREATE TABLE begins AS SELECT id, at, hash FROM changes WHERE id = 2;",
    )
    .unwrap();
    assert_eq!(f.store.prune_history(&by, before).await.unwrap(), 4);
    raw.execute_batch(
        "INSERT INTO changes SELECT * FROM kept;
         UPDATE chain SET (removed, at, hash) = (SELECT * FROM begins);
         DROP TABLE kept; DROP TABLE begins;",
    )
    .unwrap();
    verified(&f).await;
    assert_eq!(f.store.prune_history(&by, before).await.unwrap(), 2);
    verified(&f).await;
    assert_eq!(ids(&f, HistoryFilter::default()).await, [7, 6, 5]);
}

#[tokio::test]
async fn that_old_entries_went_is_not_said_for_ever() {
    let f = Fixture::new().await;
    f.add(route("example.com")).await;
    for (ms, removed) in [(10, 1), (20, 0), (30, 0)] {
        let by = later("cleo", ms);
        let pruned = f.store.prune_history(&by, later("x", ms - 1).at).await;
        assert_eq!(pruned.unwrap(), removed, "{ms}");
    }
    assert_eq!(ids(&f, HistoryFilter::default()).await, [2]);
}

#[tokio::test]
async fn without_any_entry_of_a_row_everything_goes_on() {
    let f = Fixture::new().await;
    let a = f.add(route("a.example.com")).await;
    let b = f.add(route("b.example.com")).await;
    let b = f
        .store
        .edit(
            &by("ben"),
            b.id,
            b.version,
            route_to("b.example.com", "b", 25),
        )
        .await
        .unwrap()
        .row;
    let (cleo, before) = (later("cleo", 9), later("anna", 1).at);
    assert_eq!(f.store.prune_history(&cleo, before).await.unwrap(), 3);
    assert_eq!(verified(&f).await.id, 4);
    // The feed cannot tell what has changed, and tells everything.
    let mut feed = f.store.feed(Some(Version(2))).await.unwrap();
    assert!(feed.whole);
    assert_eq!(feed.rest().await.unwrap().len(), 3);
    let mut feed = f.store.feed(Some(b.version)).await.unwrap();
    assert!(!feed.whole);
    assert!(feed.rest().await.unwrap().is_empty());
    // An edit of what was seen before that is refused, without saying who had changed it.
    let cleo = by("cleo");
    let edit = f
        .store
        .edit(&cleo, b.id, Version(2), route("b.example.com"));
    let error = edit.await.unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "Someone changed the route b.example.com meanwhile. Your change was not made."
    );
    // What was seen as it is can be edited, and numbers go on.
    let edit = f
        .store
        .edit(&cleo, a.id, a.version, route_to("a.example.com", "c", 25));
    assert_eq!(edit.await.unwrap().row.version, Version(5));
    assert_eq!(verified(&f).await.id, 5);
    let page = f.page::<Route>(Position::First).await;
    assert_eq!(page.rows.len(), 2);
    assert!(f.all::<ManagedDomain>().await.is_empty());
}

#[tokio::test]
async fn a_beginning_that_many_names_have_is_found_as_well() {
    let f = Fixture::new().await;
    f.log_changes(30_000);
    let of = |name: &str, kind| HistoryFilter {
        name: Some(Named::typed(name)),
        kind,
        ..HistoryFilter::default()
    };
    let found = async |filter| {
        let query = HistoryQuery {
            filter,
            position: HistoryPosition::Before(25_000),
            size: PageSize::new(3),
        };
        let page = f.store.history(query).await.unwrap();
        let ids = page.entries.iter().map(|entry| entry.id);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(found(of("n*", None)).await, [24_999, 24_998, 24_997]);
    let kind = Some(ObjectKind::ManagedDomain);
    assert_eq!(found(of("n*", kind)).await, [24_000, 23_000, 22_000]);
    assert_eq!(found(of("n2*", kind)).await, [24_000, 23_000, 22_000]);
    assert_eq!(found(of("n21000.example", kind)).await, [21_000]);
}
