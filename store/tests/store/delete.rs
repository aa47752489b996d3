//! Deleting what was ticked or what a search shows: all of it, or nothing.

use routing::{ManagedDomain, Route};
use store::{Error, RowId, Selection, Version};

use crate::fixture::{Fixture, by, managed, route, route_to};

async fn three(f: &Fixture) -> Vec<(RowId, Version)> {
    let mut rows = Vec::new();
    for name in ["a.example.com", "b.example.com", "c.example.com"] {
        let row = f.add(route(name)).await;
        rows.push((row.id, row.version));
    }
    rows
}

async fn delete(f: &Fixture, selection: Selection) -> Result<u64, Error> {
    let deleted = f.store.delete::<Route>(&by("ben"), selection).await;
    deleted.map(|deleted| deleted.rows)
}

#[tokio::test]
async fn exactly_the_named_rows_go() {
    let f = Fixture::new().await;
    let rows = three(&f).await;
    let ticked = vec![rows[2], rows[0], rows[2]];
    let deleted = f
        .store
        .delete::<Route>(&by("ben"), Selection::Rows(ticked))
        .await
        .unwrap();
    let names = |rows: &[store::Stored<Route>]| {
        let domains = rows.iter().map(|row| row.value.pattern.to_string());
        domains.collect::<Vec<_>>()
    };
    assert_eq!(deleted.rows, 2);
    assert_eq!(names(&f.all().await), ["b.example.com"]);
    assert_eq!(delete(&f, Selection::Rows(Vec::new())).await.unwrap(), 0);
}

#[tokio::test]
async fn one_row_that_changed_keeps_all() {
    let f = Fixture::new().await;
    let rows = three(&f).await;
    let (id, version) = rows[2];
    let value = route_to("c.example.com", "b.example.net", 25);
    f.store.edit(&by("cleo"), id, version, value).await.unwrap();
    let before = f.store.changes(0, 99).await.unwrap();
    let refused = delete(&f, Selection::Rows(rows)).await;
    assert!(matches!(refused, Err(Error::Changed { now, .. }) if now.id() == id));
    assert_eq!(f.all::<Route>().await.len(), 3);
    assert_eq!(f.store.changes(0, 99).await.unwrap(), before);
}

#[tokio::test]
async fn one_row_that_is_gone_keeps_all() {
    let f = Fixture::new().await;
    let rows = three(&f).await;
    delete(&f, Selection::Rows(vec![rows[2]])).await.unwrap();
    let refused = delete(&f, Selection::Rows(rows)).await;
    assert!(matches!(refused, Err(Error::Gone { change: Some(_) })));
    assert_eq!(f.all::<Route>().await.len(), 2);
}

#[tokio::test]
async fn rows_of_the_other_list_are_not_touched() {
    let f = Fixture::new().await;
    let row = f.add(managed("example.com")).await;
    let refused = delete(&f, Selection::Rows(vec![(row.id, row.version)])).await;
    assert!(matches!(refused, Err(Error::Gone { change: None })));
    assert_eq!(f.all::<ManagedDomain>().await, [row]);
}

#[tokio::test]
async fn all_that_a_search_finds_goes() {
    let f = Fixture::new().await;
    three(&f).await;
    f.add(route("example.org")).await;
    let latest = f.page::<Route>(store::Position::First).await.latest;
    let matching = |search: &str, as_of, expected| Selection::Matching {
        search: search.to_owned(),
        as_of,
        expected,
    };
    // What was counted and what is there differ.
    let refused = delete(&f, matching("example.com", latest, 2)).await;
    let expected = (2, 3, 0);
    assert!(
        matches!(refused, Err(Error::SelectionChanged { expected: e, found, newer })
            if (e, found, newer) == expected)
    );
    // One went and one came: as many, but not the same.
    let gone = f.all::<Route>().await.remove(0);
    delete(&f, Selection::Rows(vec![(gone.id, gone.version)]))
        .await
        .unwrap();
    f.add(route("d.example.com")).await;
    let refused = delete(&f, matching("example.com", latest, 3))
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The list has changed: 3 rows were selected, 3 match now, 1 of them written since. Nothing \
         was changed. Look at the list again and repeat the selection."
    );
    assert_eq!(f.all::<Route>().await.len(), 4);
    let latest = f.page::<Route>(store::Position::First).await.latest;
    assert_eq!(
        delete(&f, matching(" Example.COM", latest, 3))
            .await
            .unwrap(),
        3
    );
    assert_eq!(f.all::<Route>().await.len(), 1);
    let latest = f.page::<Route>(store::Position::First).await.latest;
    assert_eq!(delete(&f, matching("", latest, 1)).await.unwrap(), 1);
}
