//! What else Postfix can ask, with the same routes: measured by the same program, in the same run.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{domain, next_hop, report, report_latency};

/// Keys that postmap asks for in each measurement.
const KEYS: u64 = 100_000;

/// Answers on a socket with what was asked: what the kernel and two processes cost by themselves.
pub(crate) fn echo(path: &Path) {
    let listener = UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || repeat(stream.unwrap()));
        }
    });
}

fn repeat(mut stream: UnixStream) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut bytes) {
        if stream.write_all(&bytes[..read]).is_err() {
            return;
        }
    }
}

/// Asks the service and Postfix's own tables for the same domains, by postmap(1), and prints how many
/// answers come a second, and how long one takes. Tables whose
/// programs are not installed are left out.
pub(crate) fn compare(folder: &Path, socket: &Path, routes: u64) {
    // Of its own, for Postfix may be installed without a configuration.
    fs::write(folder.join("main.cf"), "compatibility_level = 3.6\n").unwrap();
    let (addresses, domains) = (folder.join("addresses"), folder.join("domains"));
    fs::write(&addresses, keys(routes, "user@")).unwrap();
    // An indexed file knows no addresses: Postfix asks it again for the domain alone.
    fs::write(&domains, keys(routes, "")).unwrap();
    let ours = format!("socketmap:unix:{}:transport", socket.display());
    ask(folder, "socketmap: (this service)", &ours, &addresses);
    for (name, made, keys) in [
        ("sqlite:", sqlite(folder, routes), &addresses),
        ("lmdb:", lmdb(folder, routes), &domains),
    ] {
        match made {
            Some(table) => ask(folder, name, &table, keys),
            None => println!("{name} is not installed here, so it is not measured"),
        }
    }
}

fn keys(routes: u64, before: &str) -> String {
    (0..KEYS).fold(String::new(), |mut keys, turn| {
        let number = turn.wrapping_mul(2_654_435_761) % routes;
        writeln!(keys, "{before}{}", domain(number)).unwrap();
        keys
    })
}

fn ask(folder: &Path, name: &str, table: &str, keys: &Path) {
    let began = Instant::now();
    let asking = Command::new("postmap")
        .arg("-c")
        .arg(folder)
        .args(["-q", "-", table])
        .stdin(fs::File::open(keys).unwrap())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut asking) = asking else {
        println!("postmap is not installed here, so {name} is not measured");
        return;
    };
    let (answers, took) = read_timed(asking.stdout.take().unwrap());
    assert!(asking.wait().unwrap().success(), "{name}");
    // Each key has its route, or the tables do not hold the same.
    assert_eq!(answers, KEYS, "{name}");
    let name = format!("postmap -q with {name}");
    report(&name, KEYS, began);
    report_latency(&name, &took);
}

/// How many answers come, and how long each took, shortest first.
///
/// postmap(1) asks for one key after the other, but writes some tens of answers at once: what is timed
/// is each such piece, by the number of answers in it.
fn read_timed(mut from: impl Read) -> (u64, Vec<Duration>) {
    let (mut answers, mut took) = (0, Vec::new());
    let mut bytes = vec![0; 64 * 1024];
    let mut before = None;
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let lines = bytes[..read].split(|byte| *byte == b'\n').count() - 1;
        let lines = u32::try_from(lines).unwrap();
        answers += u64::from(lines);
        // The first one took the start of the program as well.
        if let (Some(before), 1..) = (before.replace(Instant::now()), lines) {
            took.push(Instant::now().duration_since(before) / lines);
        }
    }
    took.sort_unstable();
    (answers, took)
}

fn has(folder: &Path, table: &str) -> bool {
    let known = Command::new("postconf")
        .arg("-c")
        .arg(folder)
        .arg("-m")
        .output();
    known.is_ok_and(|known| {
        let known = String::from_utf8_lossy(&known.stdout).into_owned();
        known.lines().any(|known| known == table)
    })
}

/// Every route as a line, the domain and what stands for it apart by `between`.
fn lines(routes: u64, between: char) -> String {
    (0..routes).fold(String::new(), |mut lines, number| {
        let hop = next_hop(number);
        writeln!(lines, "{}{between}smarthost:[{hop}]:587", domain(number)).unwrap();
        lines
    })
}

/// The table as `sqlite_table(5)` would have it: clustered by domain.
fn sqlite(folder: &Path, routes: u64) -> Option<String> {
    if !has(folder, "sqlite") {
        return None;
    }
    let (database, text) = (folder.join("routes.sqlite"), folder.join("routes.csv"));
    fs::write(&text, lines(routes, '|')).unwrap();
    let mut shell = Command::new("sqlite3")
        .arg(&database)
        .stdin(Stdio::piped())
        .spawn()
        .ok()?;
    let commands = format!(
        "CREATE TABLE transport (domain TEXT PRIMARY KEY, next_hop TEXT) WITHOUT ROWID;\n\
         .import '{}' transport\n",
        text.display()
    );
    let mut input = shell.stdin.take().unwrap();
    input.write_all(commands.as_bytes()).unwrap();
    drop(input);
    assert!(shell.wait().unwrap().success());
    let configuration = folder.join("sqlite.cf");
    let query = format!(
        "dbpath = {}\nquery = SELECT next_hop FROM transport WHERE domain = '%d'\n",
        database.display()
    );
    fs::write(&configuration, query).unwrap();
    Some(format!("sqlite:{}", configuration.display()))
}

/// The table as postmap(1) makes it.
fn lmdb(folder: &Path, routes: u64) -> Option<String> {
    if !has(folder, "lmdb") {
        return None;
    }
    let table = format!("lmdb:{}", folder.join("routes").display());
    fs::write(folder.join("routes"), lines(routes, ' ')).unwrap();
    // The default of 16 MiB is too small, and postmap makes it larger by itself.
    let made = Command::new("postmap")
        .arg("-c")
        .arg(folder)
        .arg(&table)
        .status()
        .ok()?;
    made.success().then_some(table)
}
