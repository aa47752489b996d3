//! Walking through a list, page by page.

use std::fmt::Debug;

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};
use routing::{ManagedDomain, NextHop, Route};
use store::{Page, PageSize, Position, Query, Record, Sort, SortBy, Store, Version};
use tokio::runtime::Runtime;

use crate::fixture::{Fixture, by, hop, managed, pattern, route, route_to};

/// Few hosts and ports, so that many rows are equal in them.
fn next_hop() -> impl Strategy<Value = NextHop> {
    let hosts = vec!["192.0.2.1", "2001:db8::1", "mail.example.net"];
    (select(hosts), select(vec![9_u16, 25, 10_025])).prop_map(|(host, port)| hop(host, port))
}

fn routes() -> impl Strategy<Value = Vec<Route>> {
    // A domain with the scopes of its routes.
    let scopes = select(vec![&["", "."][..], &["+"], &[""], &["."]]);
    btree_map(0..50_u8, (scopes, vec(next_hop(), 2)), 0..20).prop_map(|domains| {
        let mut routes = Vec::new();
        for (name, (scopes, hops)) in domains {
            for (scope, next_hop) in scopes.iter().zip(hops) {
                let name = format!("{name}.example.com");
                let name = if *scope == "." {
                    format!(".{name}")
                } else {
                    format!("{name}{scope}")
                };
                let pattern = pattern(&name);
                routes.push(Route {
                    pattern,
                    next_hops: next_hop.into(),
                    ..route("example.com")
                });
            }
        }
        routes
    })
}

fn managed_domains() -> impl Strategy<Value = Vec<ManagedDomain>> {
    btree_map(0..50_u8, proptest::option::of(next_hop()), 0..30).prop_map(|domains| {
        let domains = domains.into_iter().map(|(name, routing)| ManagedDomain {
            routing,
            ..managed(&format!("{name}.example.com"))
        });
        domains.collect()
    })
}

fn sort() -> impl Strategy<Value = Sort> {
    let by = select(SortBy::ALL.to_vec());
    (by, any::<bool>()).prop_map(|(by, descending)| Sort { by, descending })
}

type Key = (String, u16, String, String);

/// The columns that decide, in their order.
fn route_key(by: SortBy, row: &Route) -> Key {
    let scope = row.pattern.scope.as_str().to_owned();
    key(
        by,
        Some(row.next_hops.first()),
        row.pattern.domain.to_string(),
        scope,
    )
}

fn managed_key(by: SortBy, row: &ManagedDomain) -> Key {
    key(
        by,
        row.routing.as_ref(),
        row.domain.to_string(),
        String::new(),
    )
}

fn key(by: SortBy, next_hop: Option<&NextHop>, domain: String, scope: String) -> Key {
    let host = next_hop.map(|hop| hop.host.to_string()).unwrap_or_default();
    let port = next_hop.map_or(0, |hop| hop.port.get());
    match by {
        SortBy::Domain => (String::new(), 0, domain, scope),
        SortBy::Host => (host, 0, domain, scope),
        SortBy::Port => (String::new(), port, domain, scope),
    }
}

/// Walks through the list in every way and compares with the rows sorted in memory.
async fn walk<T: Record + Debug>(
    store: &Store,
    mut rows: Vec<T>,
    key: fn(SortBy, &T) -> Key,
    sort: Sort,
    size: usize,
) {
    rows.sort_by_key(|row| key(sort.by, row));
    if sort.descending {
        rows.reverse();
    }
    let page = async |position| {
        let size = PageSize::new(size);
        let query = Query {
            search: String::new(),
            sort,
            size,
            position,
        };
        let page: Page<T> = store.page(query).await.unwrap();
        assert_eq!(
            (page.total, page.matching),
            (rows.len() as u64, rows.len() as u64)
        );
        page
    };
    let mut seen = Vec::new();
    let mut next = page(Position::First).await;
    assert!(!next.has_previous);
    loop {
        seen.extend(next.rows.iter().map(|row| row.value.clone()));
        let Some(last) = next.last_cursor(sort).filter(|_| next.has_next) else {
            break;
        };
        assert_eq!(next.rows.len(), size);
        let last = last.to_string().parse().unwrap();
        next = page(Position::After(last)).await;
        assert!(next.has_previous);
    }
    assert_eq!(seen, rows);

    let mut seen = Vec::new();
    let mut previous = page(Position::Last).await;
    assert!(!previous.has_next);
    loop {
        seen.extend(previous.rows.iter().rev().map(|row| row.value.clone()));
        let Some(first) = previous
            .first_cursor(sort)
            .filter(|_| previous.has_previous)
        else {
            break;
        };
        assert_eq!(previous.rows.len(), size);
        previous = page(Position::Before(first)).await;
        assert!(previous.has_next);
    }
    seen.reverse();
    assert_eq!(seen, rows);

    for id in 1..=i64::try_from(rows.len()).unwrap() {
        let at = page(Position::At(id.into())).await;
        let place = at.rows.iter().position(|row| row.id.0 == id).unwrap();
        assert_eq!(at.rows.len(), size.min(rows.len()));
        assert!(place == 0 || !at.has_next);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_route_is_on_one_page(rows in routes(), sort in sort(), size in 1..9_usize) {
        Runtime::new().unwrap().block_on(async {
            let f = Fixture::new().await;
            f.seed_routes(&rows);
            walk(&f.store, rows, route_key, sort, size).await;
        });
    }

    #[test]
    fn every_managed_domain_is_on_one_page(rows in managed_domains(), sort in sort(), size in 1..9_usize) {
        Runtime::new().unwrap().block_on(async {
            let f = Fixture::new().await;
            f.seed_managed_domains(&rows);
            walk(&f.store, rows, managed_key, sort, size).await;
        });
    }
}

async fn ten() -> Fixture {
    let f = Fixture::new().await;
    let rows: Vec<_> = (0..10)
        .map(|n| route_to(&format!("{n}.example.com"), "relay", 25))
        .collect();
    f.seed_routes(&rows);
    f
}

/// The first letters of the domains of a page of three.
async fn three(f: &Fixture, search: &str, position: Position) -> (String, Page<Route>) {
    let query = Query {
        search: search.to_owned(),
        size: PageSize::new(3),
        position,
        ..Query::default()
    };
    let page = f.store.page::<Route>(query).await.unwrap();
    let names = page
        .rows
        .iter()
        .map(|row| row.value.pattern.to_string().remove(0));
    (names.collect(), page)
}

#[tokio::test]
async fn a_page_whose_rows_are_gone_is_the_nearest_one() {
    let f = ten().await;
    let (_, last) = three(&f, "", Position::Last).await;
    let end = last.last_cursor(Sort::default()).unwrap();
    let (_, first) = three(&f, "", Position::First).await;
    let start = first.first_cursor(Sort::default()).unwrap();
    assert_eq!(three(&f, "", Position::After(end)).await.0, "789");
    assert_eq!(three(&f, "", Position::Before(start)).await.0, "012");
    assert_eq!(three(&f, "", Position::At(99.into())).await.0, "012");
}

#[tokio::test]
async fn a_place_in_another_list_is_the_beginning() {
    let f = ten().await;
    for text in [
        "5.example.com",
        "relay,5.example.com,domain",
        "25,5.example.com,domain",
        ",,,,",
    ] {
        let cursor = text.parse().unwrap();
        assert_eq!(
            three(&f, "", Position::After(cursor)).await.0,
            "012",
            "{text}"
        );
    }
    let cursor = "5.example.com,domain".parse().unwrap();
    assert_eq!(three(&f, "", Position::After(cursor)).await.0, "678");
}

#[tokio::test]
async fn a_row_that_the_search_hides_is_shown_without_the_search() {
    let f = ten().await;
    let (names, page) = three(&f, "example", Position::At(5.into())).await;
    assert_eq!((names.as_str(), page.search_dropped), ("456", false));
    let (names, page) = three(&f, "9", Position::At(5.into())).await;
    assert_eq!(
        (names.as_str(), page.search_dropped, page.matching),
        ("456", true, 10)
    );
    let (names, page) = three(&f, "9", Position::At(99.into())).await;
    assert_eq!(
        (names.as_str(), page.search_dropped, page.matching),
        ("9", false, 1)
    );
}

#[tokio::test]
async fn an_empty_list_has_an_empty_page() {
    let f = Fixture::new().await;
    for position in [Position::First, Position::Last, Position::At(1.into())] {
        let page = f.page::<ManagedDomain>(position).await;
        let empty = Page {
            rows: Vec::new(),
            matching: 0,
            total: 0,
            has_previous: false,
            has_next: false,
            latest: Version(0),
            search_dropped: false,
        };
        assert_eq!(page, empty);
        assert_eq!(page.first_cursor(Sort::default()), None);
    }
}

#[tokio::test]
async fn the_latest_version_is_that_of_the_last_change() {
    let f = Fixture::new().await;
    f.add(managed("example.com")).await;
    let row = f.add(route("example.org")).await;
    assert_eq!(
        f.page::<ManagedDomain>(Position::First).await.latest,
        row.version
    );
    f.store
        .set_default_routing(&by("anna"), Version(0), Some(hop("relay", 25)))
        .await
        .unwrap();
    assert!(f.page::<Route>(Position::First).await.latest > row.version);
}
