//! How long things take when there are many rows. Prints; judges nothing, for machines differ.

use std::time::{Duration, Instant};

use routing::Route;
use store::{
    DifferenceQuery, HistoryFilter, HistoryPosition, HistoryQuery, Moment, Named, ObjectKind, Page,
    PageSize, Position, Query, Sort, SortBy, Timestamp,
};

use crate::fixture::{Fixture, by, managed, route, route_to};

async fn median<R>(name: &str, mut work: impl AsyncFnMut(u16) -> R) {
    let mut times = Vec::new();
    for round in 0..11 {
        let start = Instant::now();
        work(round).await;
        times.push(start.elapsed());
    }
    times.sort();
    print(name, times[times.len() / 2]);
}

fn print(name: &str, time: Duration) {
    println!("{name:32} {:9.3} ms", time.as_secs_f64() * 1000.0);
}

#[tokio::test]
#[ignore = "takes a minute: 1,000,000 routes; run with --release -- --ignored --nocapture"]
async fn a_million_routes() {
    let f = Fixture::new().await;
    let start = Instant::now();
    let routes = (0..1_000_000_u32).map(|n| {
        let host = format!("mail{}.example.net", n % 977);
        route_to(&format!("customer{n:07}.example.com"), &host, 25)
    });
    let routes: Vec<_> = routes.collect();
    print("parse", start.elapsed());
    let start = Instant::now();
    f.seed_routes(&routes);
    print("insert by plain SQL", start.elapsed());
    let managed_domains: Vec<_> = (0..10_000)
        .map(|n| managed(&format!("own{n}.example.org")))
        .collect();
    f.raw().execute("DELETE FROM sqlite_sequence", []).unwrap();
    f.seed_managed_domains(&managed_domains);
    f.raw()
        .execute("UPDATE sqlite_sequence SET seq = 1000000", [])
        .unwrap();

    let page = async |search: &str, sort, position| -> Page<Route> {
        let query = Query {
            search: search.to_owned(),
            sort,
            position,
            ..Query::default()
        };
        f.store.page(query).await.unwrap()
    };
    for by in SortBy::ALL {
        let sort = Sort {
            by,
            descending: false,
        };
        median(&format!("first page by {sort}"), async |_| {
            page("", sort, Position::First).await
        })
        .await;
        median(&format!("page in the middle by {sort}"), async |n| {
            page("", sort, Position::At((500_000 + i64::from(n)).into())).await
        })
        .await;
    }
    let start = Instant::now();
    page("nowhere", Sort::default(), Position::First).await;
    print("first search", start.elapsed());
    // While the text is read into memory.
    tokio::time::sleep(Duration::from_secs(3)).await;
    for search in ["customer05", "0500000", "mail976", "example", "nowhere"] {
        for by in SortBy::ALL {
            let sort = Sort {
                by,
                descending: false,
            };
            median(&format!("search {search} by {sort}"), async |_| {
                page(search, sort, Position::First).await
            })
            .await;
        }
    }
    median("add", async |n| {
        f.add(route(&format!("new{n}.example.org"))).await
    })
    .await;
    median("add for subdomains", async |n| {
        f.add(route(&format!(".new{n}.example.org"))).await
    })
    .await;
    median("edit", async |n| {
        let row = f
            .store
            .get::<Route>((500_000 + i64::from(n)).into())
            .await
            .unwrap()
            .unwrap();
        let value = Route {
            next_hops: crate::fixture::hop("relay", 1000 + n).into(),
            ..row.value
        };
        f.store
            .edit(&by("anna"), row.id, row.version, value)
            .await
            .unwrap()
    })
    .await;
    let start = Instant::now();
    f.all::<Route>().await;
    print("export", start.elapsed());
    let start = Instant::now();
    f.another().await;
    print("open", start.elapsed());
}

#[tokio::test]
#[ignore = "takes a minute: 1,000,000 changes; run with --release -- --ignored --nocapture"]
async fn a_million_changes() {
    let f = Fixture::new().await;
    f.log_changes(1_000_000);
    let all = HistoryFilter::default;
    let page = async |name: &str, filter: HistoryFilter, position| {
        median(name, async |_| {
            let query = HistoryQuery {
                filter: filter.clone(),
                position,
                size: PageSize::default(),
            };
            f.store.history(query).await.unwrap()
        })
        .await;
    };
    let middle = HistoryPosition::Before(500_000);
    page("newest", all(), HistoryPosition::Newest).await;
    page("in the middle", all(), middle).await;
    let person = Some("ben".to_owned());
    page("of a person", HistoryFilter { person, ..all() }, middle).await;
    let kind = Some(ObjectKind::ManagedDomain);
    page("of a kind", HistoryFilter { kind, ..all() }, middle).await;
    for name in ["n500000.example", "n5000*", "n*"] {
        let filter = HistoryFilter {
            name: Some(Named::typed(name)),
            ..all()
        };
        page(name, filter, HistoryPosition::Newest).await;
    }
    let filter = HistoryFilter {
        from: Some(Timestamp(400_000_000)),
        until: Some(Timestamp(500_000_000)),
        ..all()
    };
    page("of a time", filter, HistoryPosition::Newest).await;
    median("difference from the last thousand", async |_| {
        let query = DifferenceQuery {
            moment: Moment::After(999_000),
            after: None,
            size: PageSize::default(),
        };
        f.store.difference(query).await.unwrap()
    })
    .await;
}
