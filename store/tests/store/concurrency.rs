//! Two programs on one file, and many people at once.

use std::time::Duration;

use routing::{ManagedDomain, Route};
use store::{Error, Existing, Selection};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    model,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_add_one_domain_to_either_list_one_wins() {
    let f = Fixture::new().await;
    let stores = [f.store.clone(), f.another().await];
    for round in 0..8 {
        let name = format!("race{round}.example.com");
        let mut tasks = tokio::task::JoinSet::new();
        for racer in 0..16 {
            let (store, name) = (stores[racer % 2].clone(), name.clone());
            tasks.spawn(async move {
                let by = by(&format!("racer {racer}"));
                match racer / 2 % 3 {
                    0 => store.add(&by, managed(&name)).await.map(drop),
                    1 => store.add(&by, route(&name)).await.map(drop),
                    _ => store.add(&by, route(&format!("{name}+"))).await.map(drop),
                }
            });
        }
        let results = tasks.join_all().await;
        let lost = results.into_iter().filter_map(Result::err);
        let lost: Vec<_> = lost
            .inspect(|error| {
                let typed = matches!(
                    error,
                    Error::Exists(_) | Error::ManagedDomain(_) | Error::Routed(_)
                );
                assert!(typed, "{error}");
            })
            .collect();
        assert_eq!(lost.len(), 15);
    }
    assert_eq!(
        f.all::<Route>().await.len() + f.all::<ManagedDomain>().await.len(),
        8
    );
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_edit_one_version_one_wins() {
    let f = Fixture::new().await;
    let stores = [f.store.clone(), f.another().await];
    let row = f.add(route("example.com")).await;
    let mut tasks = tokio::task::JoinSet::new();
    for racer in 0..12_u16 {
        let store = stores[usize::from(racer % 2)].clone();
        tasks.spawn(async move {
            let value = route_to("example.com", "mail.example.net", 1000 + racer);
            store.edit(&by("racer"), row.id, row.version, value).await
        });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().filter_map(|result| result.as_ref().err()).all(
        |error| matches!(error, Error::Changed { now: Existing::Route(now), .. } if now.id == row.id)
    ));
    assert_eq!(f.store.changes(0, 99).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_delete_one_row_one_wins() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let stores = [f.store.clone(), f.another().await];
    let mut tasks = tokio::task::JoinSet::new();
    for racer in 0..8 {
        let store = stores[racer % 2].clone();
        let rows = Selection::Rows(vec![(row.id, row.version)]);
        tasks.spawn(async move { store.delete::<Route>(&by("racer"), rows).await });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for() {
    let f = Fixture::new().await;
    let raw = f.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let store = f.store.clone();
    let adding = tokio::spawn(async move { store.add(&by("anna"), route("example.com")).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!adding.is_finished());
    // Reading goes on meanwhile.
    f.store.ping().await.unwrap();
    raw.execute_batch("COMMIT").unwrap();
    adding.await.unwrap().unwrap();
}
