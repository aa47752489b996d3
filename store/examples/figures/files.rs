//! Files: how long an import, its undo and an export take, beside the database's own program.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use routing::{Format, List, ManagedDomain, Route};
use store::{ImportMode, Store};
use tokio::sync::oneshot;

use crate::data::{self, by};
use crate::report::{Figure, memory};

/// How long nothing of an export may be taken.
const PATIENCE: Duration = Duration::from_mins(1);

/// Forgets how much memory there was at most; returns how much there is now.
fn from_now_on() -> f64 {
    // Where that is not allowed, the peak is that of the whole run, which is no less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    memory("self", "VmRSS:")
}

pub(crate) async fn measure(routes: u32) {
    for (name, sorted) in [("sorted", true), ("unsorted", false)] {
        let folder = tempfile::tempdir().unwrap();
        let lines = data::lines(routes, sorted);
        let (reference, plain) = data::sqlite3_imports(folder.path(), "plain", &lines);
        let path = folder.path().join("smart-hosts.db");
        let store = Store::open(&path).await.unwrap();
        let before = from_now_on();
        let took = data::import::<Route>(&store, &lines).await;
        let grown = memory("self", "VmHWM:") - before;
        let reference = reference.as_secs_f64();
        let beside = |figure: Figure| figure.beside("sqlite3 .import", reference);
        let written = took.checking + took.writing;
        let figure = Figure::seconds(&format!("import, {name}: check and commit"), written);
        beside(figure).goal("ratio_at_most", 2.0).print();
        let name = format!("import, {name}: with reading the file");
        beside(Figure::seconds(&name, took.reading + written)).print();
        if sorted {
            Figure::new("import: memory it takes more", grown, "MiB")
                .goal("at_most", 64.0)
                .print();
            meanwhile(&store, routes).await;
            export(&store, routes, &plain, folder.path()).await;
            undo(&store, took.act).await;
        }
        store.close().await.unwrap();
    }
}

/// How long another's change takes while a file is checked that says what is there already.
async fn meanwhile(store: &Store, routes: u32) {
    let mut import = store.import::<Route>(ImportMode::Merge).await.unwrap();
    data::read(&mut import, &data::lines(routes, true));
    let (stop, mut stopped) = oneshot::channel();
    let other = store.clone();
    let changing = tokio::spawn(async move {
        let (mut longest, mut number) = (Duration::ZERO, 0);
        while stopped.try_recv().is_err() {
            number += 1;
            let line = format!("meanwhile{number}.example");
            let rows = routing::parse_managed_domains(Format::Text, &line).unwrap();
            let row: ManagedDomain = rows.into_iter().next().unwrap();
            let began = Instant::now();
            other.add(&by(), row).await.unwrap();
            longest = longest.max(began.elapsed());
        }
        longest
    });
    import.check().await.unwrap();
    stop.send(()).unwrap();
    Figure::millis(
        "import: another's change while it is checked, at most",
        changing.await.unwrap(),
    )
    .goal("at_most", 100.0)
    .print();
}

async fn export(store: &Store, routes: u32, plain: &Path, folder: &Path) {
    let before = from_now_on();
    let began = Instant::now();
    let mut file = std::fs::File::create(folder.join("ours.csv")).unwrap();
    let export = store.export_text(List::Routes, Format::Csv, "", PATIENCE);
    let mut text = export.await.unwrap();
    while let Some(piece) = text.recv().await {
        file.write_all(piece.unwrap().as_bytes()).unwrap();
    }
    let took = began.elapsed();
    let grown = memory("self", "VmHWM:") - before;
    let rows = f64::from(routes);
    let script = format!(
        ".mode csv\n.once '{}'\nSELECT domain, host, port FROM routes;\n",
        folder.join("theirs.csv").display()
    );
    let theirs = data::sqlite3(plain, &script);
    Figure::new("export: rows a second", rows / took.as_secs_f64(), "/s")
        .beside("sqlite3, SELECT as CSV", rows / theirs.as_secs_f64())
        .goal("ratio_at_least", 0.7)
        .print();
    Figure::new("export: memory it takes more", grown, "MiB")
        .goal("at_most", 16.0)
        .print();
}

async fn undo(store: &Store, act: i64) {
    let before = from_now_on();
    let began = Instant::now();
    store.undo(&by(), act).await.unwrap();
    Figure::seconds("undo of the import", began.elapsed()).print();
    let grown = memory("self", "VmHWM:") - before;
    Figure::new("undo of the import: memory it takes more", grown, "MiB")
        .goal("at_most", 64.0)
        .print();
}
