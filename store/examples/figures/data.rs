//! What is measured with: the same rows each time, in files and in a store.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use routing::{FileFormat, FileReader, ManagedDomain, Route};
use store::{By, Import, ImportMode, Record, Store, Timestamp};

/// Managed domains beside the routes.
const MANAGED: u32 = 10_000;
/// Routes share so many smart hosts.
const HOSTS: u32 = 977;
/// Greater than any count of routes, and prime.
const STRIDE: u64 = 2_654_435_761;

/// Who makes the changes.
pub(crate) fn by() -> By {
    By::new("bench", Timestamp(1_772_323_200_000))
}

/// The routes by name, or as if shuffled, as lines of a file.
pub(crate) fn lines(routes: u32, sorted: bool) -> String {
    (0..routes).fold(String::new(), |mut lines, turn| {
        let shuffled = u64::from(turn) * STRIDE % u64::from(routes);
        let number = if sorted { u64::from(turn) } else { shuffled };
        let host = number * STRIDE % u64::from(HOSTS);
        let line = format_args!("customer{number:07}.example.com,mail{host}.example.net,25");
        writeln!(lines, "{line}").unwrap();
        lines
    })
}

/// What an import has taken.
#[derive(Default)]
pub(crate) struct Took {
    pub(crate) reading: Duration,
    pub(crate) checking: Duration,
    pub(crate) writing: Duration,
    /// The act by which it was done.
    pub(crate) act: i64,
}

/// Imports these lines as a person would import a file.
pub(crate) async fn import<T: Record + routing::Listed>(store: &Store, lines: &str) -> Took {
    let mut import = store.import::<T>(ImportMode::Merge).await.unwrap();
    let mut took = Took::default();
    let began = Instant::now();
    read(&mut import, lines);
    took.reading = began.elapsed();
    let began = Instant::now();
    import.check().await.unwrap();
    took.checking = began.elapsed();
    let began = Instant::now();
    let imported = import.commit(&by(), "bench.csv").await.unwrap();
    took.writing = began.elapsed();
    took.act = imported.act.unwrap();
    took
}

pub(crate) fn read<T: Record + routing::Listed>(import: &mut Import<T>, lines: &str) {
    let mut reader = FileReader::<T>::new(FileFormat::Text);
    for piece in lines.as_bytes().chunks(65_536) {
        reader.push(piece, &mut |row| {
            import.push(row.line, row.text, row.row).unwrap();
        });
    }
}

/// A store with so many routes and with managed domains, and the history of how they came.
pub(crate) async fn filled(folder: &Path, routes: u32) -> Store {
    let store = Store::open(&folder.join("smart-hosts.db")).await.unwrap();
    import::<Route>(&store, &lines(routes, true)).await;
    let managed = (0..MANAGED).fold(String::new(), |mut lines, number| {
        writeln!(lines, "own{number:05}.example.org").unwrap();
        lines
    });
    import::<ManagedDomain>(&store, &managed).await;
    store
}

/// Lets the database's own program do something; returns how long it took.
pub(crate) fn sqlite3(database: &Path, script: &str) -> Duration {
    let began = Instant::now();
    let mut shell = Command::new("sqlite3")
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program sqlite3 is installed");
    let mut input = shell.stdin.take().unwrap();
    input.write_all(script.as_bytes()).unwrap();
    drop(input);
    assert!(shell.wait().unwrap().success());
    began.elapsed()
}

/// What the database's own program takes to import these lines into a new database, which is returned.
pub(crate) fn sqlite3_imports(folder: &Path, name: &str, lines: &str) -> (Duration, PathBuf) {
    let file = folder.join(format!("{name}.csv"));
    std::fs::write(&file, lines).unwrap();
    let database = folder.join(format!("{name}.db"));
    let script = format!(
        "CREATE TABLE routes (domain TEXT PRIMARY KEY, host TEXT, port INTEGER);\n\
         .mode csv\n.import '{}' routes\n",
        file.display()
    );
    (sqlite3(&database, &script), database)
}
