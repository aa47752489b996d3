//! Lists: how long a page takes.

use std::time::{Duration, Instant};

use routing::Route;
use store::{HistoryPosition, HistoryQuery, Page, Position, Query, RowId, Sort, SortBy, Store};

use crate::report::{Figure, percentile};

/// Pages for each figure: so many, or as many as fit into a time, but enough to tell the slow ones from
/// the others.
const ROUNDS: u32 = 200;
const TIME: Duration = Duration::from_secs(4);
const LEAST: u32 = 20;
/// Milliseconds that 99 of 100 pages may take, and searches.
const PAGE: f64 = 10.0;
const SEARCH: f64 = 25.0;

/// Does something often; prints how long it took in the middle, and for 99 of 100.
async fn measure_one<R>(name: &str, limit: f64, mut work: impl AsyncFnMut(u32) -> R) {
    let mut times = Vec::new();
    let first = Instant::now();
    for round in 0..ROUNDS {
        if round >= LEAST && first.elapsed() > TIME {
            break;
        }
        let began = Instant::now();
        work(round).await;
        times.push(began.elapsed());
    }
    Figure::millis(&format!("{name}, p50"), percentile(&mut times, 50)).print();
    Figure::millis(&format!("{name}, p99"), percentile(&mut times, 99))
        .goal("at_most", limit)
        .print();
}

async fn page(store: &Store, search: &str, sort: Sort, position: Position) -> Page<Route> {
    let query = Query {
        search: search.to_owned(),
        sort,
        position,
        ..Query::default()
    };
    store.page(query).await.unwrap()
}

pub(crate) async fn measure(store: &Store, routes: u32) {
    let sorts = SortBy::ALL.map(|by| [false, true].map(|descending| Sort { by, descending }));
    for sort in sorts.into_iter().flatten() {
        measure_one(&format!("first page by {sort}"), PAGE, async |_| {
            page(store, "", sort, Position::First).await
        })
        .await;
        measure_one(
            &format!("page by key in the middle by {sort}"),
            PAGE,
            async |round| {
                let id = RowId::from(i64::from(routes / 2 + round * 7 % (routes / 4)));
                page(store, "", sort, Position::At(id)).await
            },
        )
        .await;
    }
    search(store, routes).await;
    let history = async |position| {
        let query = HistoryQuery {
            position,
            ..HistoryQuery::default()
        };
        store.history(query).await.unwrap()
    };
    measure_one("newest page of the history", PAGE, async |_| {
        history(HistoryPosition::Newest).await
    })
    .await;
    measure_one("page in the middle of the history", PAGE, async |_| {
        history(HistoryPosition::Before(i64::from(routes / 2))).await
    })
    .await;
}

async fn search(store: &Store, routes: u32) {
    let began = Instant::now();
    page(store, "nowhere", Sort::default(), Position::First).await;
    Figure::millis("the very first search", began.elapsed()).print();
    // Its text is read into memory meanwhile, in the background.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let middle = format!("{:05}", routes / 20);
    let parts = [
        ("the beginning of a domain", "customer00"),
        ("the middle of a domain", middle.as_str()),
        ("a host", "mail976"),
        ("what every row has", "example"),
        ("what no row has", "nowhere"),
    ];
    for (name, text) in parts {
        for by in SortBy::ALL {
            let sort = Sort {
                by,
                descending: false,
            };
            // Says how many are found, too.
            let name = format!("search for {name} by {sort}");
            measure_one(&name, SEARCH, async |_| {
                page(store, text, sort, Position::First).await
            })
            .await;
        }
    }
}
