//! The log: every change leaves one entry for each row, and nothing else does.

use routing::Route;
use serde_json::json;
use store::{Action, By, ObjectKind, Selection, Timestamp};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    model,
};

#[tokio::test]
async fn every_change_says_who_when_before_and_after() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let value = route_to("example.com", "b.example.net", 26);
    let row = f
        .store
        .edit(&by("ben"), row.id, row.version, value)
        .await
        .unwrap()
        .row;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("cleo"), rows).await.unwrap();
    f.add(managed("example.com")).await;

    let changes = f.store.changes(0, 10).await.unwrap();
    let actions: Vec<_> = changes.iter().map(store::Change::action).collect();
    assert_eq!(
        actions,
        [
            Action::Added,
            Action::Edited,
            Action::Deleted,
            // Mail that may still be queued for the route is held, until there is a rule again.
            Action::Added,
            Action::Deleted,
            Action::Added
        ]
    );
    let actors: Vec<_> = changes.iter().map(|change| change.actor.as_str()).collect();
    assert_eq!(actors, ["anna", "ben", "cleo", "cleo", "anna", "anna"]);
    assert!(
        changes
            .iter()
            .all(|change| change.at == Timestamp(1_772_323_200_000))
    );
    assert!(changes[..3].iter().all(|change| change.object_id == row.id));
    assert_eq!(changes[3].kind, ObjectKind::Tombstone);
    assert_eq!(changes[3].object_id, changes[4].object_id);
    assert_eq!(changes[5].kind, ObjectKind::ManagedDomain);
    let before = json!({
        "domain": "example.com", "scope": "domain", "host": "mail.example.net", "port": 25, "comment": "",
    });
    assert_eq!(changes[1].before.as_ref(), Some(&before));
    let after = json!({"domain": "example.com", "host": null, "port": null, "comment": ""});
    assert_eq!(changes[5].after.as_ref(), Some(&after));
    assert_eq!(f.store.changes(1, 2).await.unwrap(), changes[1..3]);
    assert_eq!(f.store.changes(6, 2).await.unwrap(), []);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn a_refused_change_leaves_no_entry() {
    let f = Fixture::new().await;
    f.add(route("example.com")).await;
    assert!(
        f.store
            .add(&by("ben"), route("example.com+"))
            .await
            .is_err()
    );
    assert!(
        f.store
            .add(&by("ben"), managed("example.com"))
            .await
            .is_err()
    );
    assert_eq!(f.store.changes(0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_is_never_given_out_twice() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    // As if the history had been cut short.
    f.raw().execute("DELETE FROM changes", []).unwrap();
    let again = f.add(route("example.com")).await;
    assert!(again.id > row.id);
    assert_eq!(
        f.page::<Route>(store::Position::First).await.latest,
        again.version
    );
}

#[tokio::test]
async fn tells_when_a_change_was_made() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let later = By::new("ben", Timestamp(by("ben").at.0 + 1));
    let value = route_to("example.com", "b.example.net", 26);
    let edit = f.store.edit(&later, row.id, row.version, value);
    let edited = edit.await.unwrap().row;
    let of = [row.version, edited.version, store::Version(99)];
    let found = f.store.known(Vec::new(), of.into(), Vec::new());
    let found = found.await.unwrap().changed;
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [(row.version, by("ann").at), (edited.version, later.at)]
    );
}
