//! Changes: how long one takes apart from the disk, and how many a second are safe on the disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use routing::{Format, Route, parse_routes};
use store::{Position, Query, Selection, Store};
use tokio::task::JoinSet;

use crate::data::{self, by};
use crate::report::{Figure, percentile};

/// Rows that are added, edited and deleted.
const ROUNDS: usize = 300;
/// People who change something at the same time, and who read meanwhile.
const WRITERS: usize = 32;
const READERS: usize = 4;
const TIME: Duration = Duration::from_secs(5);

fn route(name: &str, port: usize) -> Route {
    let line = format!("{name},mail.example.net,{port}");
    let rows = parse_routes(Format::Text, &line).unwrap();
    rows.into_iter().next().unwrap()
}

/// On a file system in memory, where flushing costs nothing: what is left is ours.
pub(crate) async fn one_by_one(routes: u32) {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        eprintln!("there is no /dev/shm, so changes are not measured apart from the disk");
        return;
    }
    let folder = tempfile::tempdir_in(memory).unwrap();
    let store = data::filled(folder.path(), routes).await;
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..ROUNDS {
        let name = format!("new{round}.example.com");
        let began = Instant::now();
        let added = store.add(&by(), route(&name, 25)).await.unwrap().row;
        times[0].push(began.elapsed());
        let began = Instant::now();
        let value = route(&name, 587);
        let edited = store.edit(&by(), added.id, added.version, value).await;
        times[1].push(began.elapsed());
        let edited = edited.unwrap().row;
        let selection = Selection::Rows(vec![(edited.id, edited.version)]);
        let began = Instant::now();
        store.delete::<Route>(&by(), selection).await.unwrap();
        times[2].push(began.elapsed());
    }
    for (what, times) in ["add", "edit", "delete"].into_iter().zip(&mut times) {
        let name = format!("{what} a route, apart from the disk");
        Figure::millis(&format!("{name}, p50"), percentile(times, 50)).print();
        Figure::millis(&format!("{name}, p99"), percentile(times, 99))
            .goal("at_most", 5.0)
            .print();
    }
    store.close().await.unwrap();
}

/// How often a second the disk says that a few bytes are safe.
fn flushes(folder: &Path) -> f64 {
    use std::io::Write as _;
    let mut file = std::fs::File::create(folder.join("flushed")).unwrap();
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// On the disk, by many at once, while others read.
pub(crate) async fn together(store: &Store, folder: &Path) {
    let reference = flushes(folder);
    let over = Arc::new(AtomicBool::new(false));
    let (written, read) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut people = JoinSet::new();
    for person in 0..WRITERS {
        let (store, over, written) = (store.clone(), Arc::clone(&over), Arc::clone(&written));
        people.spawn(async move {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let name = format!("person{person}row{}.example.com", times.len());
                let began = Instant::now();
                store.add(&by(), route(&name, 25)).await.unwrap();
                times.push(began.elapsed());
                written.fetch_add(1, Ordering::Relaxed);
            }
            times
        });
    }
    for _ in 0..READERS {
        let (store, over, read) = (store.clone(), Arc::clone(&over), Arc::clone(&read));
        people.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                let query = Query {
                    position: Position::Last,
                    ..Query::default()
                };
                store.page::<Route>(query).await.unwrap();
                read.fetch_add(1, Ordering::Relaxed);
            }
            Vec::new()
        });
    }
    tokio::time::sleep(TIME).await;
    let a_second = |count: &AtomicU64| {
        f64::from(u32::try_from(count.load(Ordering::Relaxed)).unwrap()) / TIME.as_secs_f64()
    };
    let (changes, pages) = (a_second(&written), a_second(&read));
    over.store(true, Ordering::Relaxed);
    let mut times: Vec<_> = people.join_all().await.into_iter().flatten().collect();
    Figure::new("changes a second that are safe, 32 people", changes, "/s")
        .beside("flushes of the disk, one by one", reference)
        .goal("at_least", 2000.0)
        .print();
    Figure::new("pages read a second meanwhile, 4 people", pages, "/s").print();
    let name = "a change among those of 32 people, p99";
    Figure::millis(name, percentile(&mut times, 99)).print();
}
