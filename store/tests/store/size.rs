//! How long things take when there are many rows. Prints; judges nothing, for machines differ.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use routing::Route;
use store::{
    DifferenceQuery, HistoryFilter, HistoryPosition, HistoryQuery, ImportMode, Moment, Named,
    ObjectKind, Page, PageSize, Position, Query, Sort, SortBy, Store, Timestamp,
};
use tokio::sync::oneshot;

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

/// The same with the database's own program, if it is there.
fn import_by_sqlite3(folder: &Path, file: &Path) {
    let start = Instant::now();
    let script = format!(
        "CREATE TABLE routes (domain TEXT PRIMARY KEY, host TEXT, port INTEGER);\n.mode csv\n.import {} routes\n",
        file.display()
    );
    let database = folder.join("plain.db");
    let imported = std::process::Command::new("sqlite3")
        .arg(&database)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write;
            child.stdin.take().unwrap().write_all(script.as_bytes())?;
            child.wait()
        });
    if imported.is_ok_and(|status| status.success()) {
        print("sqlite3 .import", start.elapsed());
    }
}

/// Changes the store until it is told to stop; returns how long a change has taken at most.
async fn change_meanwhile(store: Store, mut stopped: oneshot::Receiver<()>) -> Duration {
    let mut longest = Duration::ZERO;
    let mut n = 0;
    while stopped.try_recv().is_err() {
        let start = Instant::now();
        n += 1;
        let own = managed(&format!("own{n}.example"));
        store.add(&by("bob"), own).await.unwrap();
        longest = longest.max(start.elapsed());
    }
    longest
}

/// As a person would import them: a file, sorted, of 45 MB. Beside it, the database's own program.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: 1,000,000 routes; run with --release -- --ignored --nocapture"]
async fn a_million_imported() {
    let f = Fixture::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("routes.csv");
    let lines = (0..1_000_000_u32).map(|n| {
        format!(
            "customer{n:07}.example.com,mail{}.example.net,25\n",
            n % 977
        )
    });
    let lines: String = lines.collect();
    std::fs::write(&file, &lines).unwrap();
    import_by_sqlite3(folder.path(), &file);

    let whole = Instant::now();
    let start = Instant::now();
    let mut import = f.store.import::<Route>(ImportMode::Merge).await.unwrap();
    let mut reader = routing::FileReader::<Route>::new(routing::FileFormat::Text);
    let mut rows = 0;
    for piece in lines.as_bytes().chunks(65_536) {
        reader.push(piece, &mut |row| drop(std::hint::black_box(row)));
    }
    print("parse only", start.elapsed());
    let start = Instant::now();
    let parsed = whole.elapsed();
    let mut reader = routing::FileReader::<Route>::new(routing::FileFormat::Text);
    for piece in lines.as_bytes().chunks(65_536) {
        reader.push(piece, &mut |row| {
            rows += 1;
            import.push(row.line, row.text, row.row).unwrap();
        });
    }
    print("parse and put aside", start.elapsed());
    assert_eq!(rows, 1_000_000);
    let start = Instant::now();
    let (stop, stopped) = oneshot::channel();
    let others = tokio::spawn(change_meanwhile(f.store.clone(), stopped));
    import.check().await.unwrap();
    print("check", start.elapsed());
    stop.send(()).unwrap();
    print("  a change meanwhile, at most", others.await.unwrap());
    let start = Instant::now();
    let imported = import.commit(&by("anna"), "routes.csv").await.unwrap();
    print("commit", start.elapsed());
    print(
        "all but parsing twice",
        whole.elapsed().saturating_sub(parsed),
    );
    drop(import);
    let start = Instant::now();
    let mut feed = f.store.feed(None).await.unwrap();
    let mut events = 0;
    while let Some(some) = feed.next().await.unwrap() {
        events += some.len();
    }
    print("feed of everything", start.elapsed());
    assert!(events > 1_000_000);
    let start = Instant::now();
    f.store.verify_history(None).await.unwrap();
    print("verify the history", start.elapsed());
    median("find a line by name", async |round| {
        let filter = HistoryFilter {
            name: Some(Named::Exactly(format!(
                "customer{:07}.example.com",
                u32::from(round) * 7_919
            ))),
            ..HistoryFilter::default()
        };
        let query = HistoryQuery {
            filter,
            ..HistoryQuery::default()
        };
        f.store.history(query).await.unwrap()
    })
    .await;
    let start = Instant::now();
    f.store
        .undo(&by("anna"), imported.act.unwrap())
        .await
        .unwrap();
    print("undo", start.elapsed());
    let size = |path: &Path| std::fs::metadata(path).unwrap().len() / 1_000_000;
    println!("database {} MB, file {} MB", size(&f.path), size(&file));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
}
