//! Edits, and who wins when two people edit one row.

use routing::{ManagedDomain, Route};
use store::{Error, Existing, RowId, Version};

use crate::fixture::{Fixture, by, managed, managed_at, route, route_to};

#[tokio::test]
async fn an_edit_keeps_the_name_and_moves_the_version() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let value = route_to(".example.org", "b.example.net", 2525);
    let saved = f
        .store
        .edit(&by("ben"), row.id, row.version, value.clone())
        .await
        .unwrap()
        .row;
    assert_eq!((saved.id, &saved.value), (row.id, &value));
    assert!(saved.version > row.version);
    assert_eq!(f.all::<Route>().await, [saved]);

    let row = f.add(managed_at("example.com", "a.example.net", 26)).await;
    let value = managed("example.com");
    let saved = f
        .store
        .edit(&by("ben"), row.id, row.version, value)
        .await
        .unwrap()
        .row;
    assert_eq!(f.all::<ManagedDomain>().await, [saved]);
}

#[tokio::test]
async fn an_edit_to_the_same_changes_nothing() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let same = async |version| {
        f.store
            .edit(&by("ben"), row.id, version, route("example.com"))
            .await
    };
    assert_eq!(same(row.version).await.unwrap().row, row);
    // A form that is sent twice: the first time it was an edit, the second time it is one no more.
    assert_eq!(same(Version(0)).await.unwrap().row, row);
    assert_eq!(f.store.changes(0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_that_someone_else_changed_is_not_overwritten() {
    let f = Fixture::new().await;
    let seen = f.add(route("example.com")).await;
    let theirs = route_to("example.com", "b.example.net", 26);
    let now = f
        .store
        .edit(&by("ben"), seen.id, seen.version, theirs)
        .await
        .unwrap()
        .row;
    let mine = route_to("example.com", "c.example.net", 27);
    let refused = f
        .store
        .edit(&by("cleo"), seen.id, seen.version, mine)
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ben changed the route example.com meanwhile: host mail.example.net is now b.example.net, \
         port 25 is now 26. Your change was not made."
    );
    let Error::Changed {
        now: reported,
        change,
    } = refused
    else {
        panic!("{refused}");
    };
    assert_eq!(reported, Existing::Route(now.clone()));
    assert_eq!((change.actor.as_str(), change.id), ("ben", now.version.0));
    assert_eq!(f.all::<Route>().await, [now]);
}

#[tokio::test]
async fn a_row_that_someone_else_deleted_is_gone() {
    let f = Fixture::new().await;
    let row = f.add(route(".example.com")).await;
    let all = store::Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("ben"), all).await.unwrap();
    let edit = async |id| {
        f.store
            .edit(&by("cleo"), id, row.version, route("example.org"))
            .await
    };
    let refused = edit(row.id).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ben deleted the route .example.com meanwhile. Nothing was changed."
    );
    assert!(matches!(refused, Error::Gone { change: Some(_) }));
    let refused = edit(RowId(99)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "This row does not exist. Nothing was changed. Look at the list again."
    );
    // Nor does the name lead to a row that was added later.
    f.add(route(".example.com")).await;
    assert!(matches!(
        edit(row.id).await,
        Err(Error::Gone { change: Some(_) })
    ));
}

#[tokio::test]
async fn whoever_has_no_name_is_someone() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let all = store::Selection::Rows(vec![(row.id, row.version)]);
    let local = by(store::By::LOCAL);
    f.store.delete::<Route>(&local, all.clone()).await.unwrap();
    let refused = f.store.delete::<Route>(&local, all).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Someone deleted the route example.com meanwhile. Nothing was changed."
    );
}

#[tokio::test]
async fn an_edit_obeys_the_rules() {
    let f = Fixture::new().await;
    let other = f.add(route("a.example.com")).await;
    let domain = f.add(managed("b.example.com")).await;
    let row = f.add(route("c.example.com")).await;
    let edit = async |value| f.store.edit(&by("ben"), row.id, row.version, value).await;
    let refused = edit(route("a.example.com+")).await;
    assert!(matches!(refused, Err(Error::Exists(Existing::Route(row))) if row == other));
    let refused = edit(route("b.example.com")).await;
    assert!(matches!(refused, Err(Error::ManagedDomain(row)) if row == domain));
    let domain = f.add(managed("d.example.com")).await;
    let edit = async |name| {
        f.store
            .edit(&by("ben"), domain.id, domain.version, managed(name))
            .await
    };
    assert!(matches!(edit("c.example.com").await, Err(Error::Routed(found)) if found == row));
    let refused = edit("b.example.com").await;
    assert!(matches!(
        refused,
        Err(Error::Exists(Existing::ManagedDomain(_)))
    ));
    // Its own row is not in its way.
    f.store
        .edit(&by("ben"), row.id, row.version, route("c.example.com+"))
        .await
        .unwrap();
}
