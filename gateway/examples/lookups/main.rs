//! Measures the look-up service with as many routes as there may be: memory, answers a second from
//! the index alone, and over a unix socket from one and from several connections; beside it a bare
//! echo on a socket, Postfix's own tables with the same routes and, if the program is named, what that
//! takes up on a database with all routes.
//!
//! `cargo run --release -p gateway --example lookups -- 1000000 target/release/smart-hosts`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures says what it found, and stops at the first fault"
)]

mod others;
mod process;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway::lookup::counters::Counters;
use gateway::lookup::server::{Limits, Peers, Service, serve};
use gateway::lookup::{AllSettings, Index, answer, netstring};
use routing::{Input, Route};
use store::{Event, RowId, Stored, Timestamp, Version};

const NOW: Timestamp = Timestamp(1_772_323_200_000);
/// Routes share so many smart hosts.
const HOSTS: u64 = 1000;
/// Requests for each measurement.
const REQUESTS: u64 = 200_000;

fn domain(number: u64) -> String {
    format!("customer-{number}.example.com")
}

fn next_hop(number: u64) -> String {
    format!("mail{}.example.net", number % HOSTS)
}

fn event(number: u64) -> Event {
    let input = Input {
        domain: domain(number),
        scope: ["domain", "both"][usize::try_from(number % 2).unwrap()].to_owned(),
        relay_host: next_hop(number),
        relay_port: "587".to_owned(),
        ..Input::default()
    };
    let value: Route = input.route().unwrap();
    let number = i64::try_from(number).unwrap() + 1;
    Event::Route(Stored {
        id: RowId(number),
        version: Version(number),
        value,
    })
}

/// A request for the transport of an address in one of the domains, never the same twice in a row.
fn request(turn: u64, routes: u64) -> String {
    let number = turn.wrapping_mul(2_654_435_761) % routes;
    format!("transport User{turn}@customer-{number}.Example.com")
}

/// The memory of a process in MiB, as proc(5) has it.
fn memory(process: &str, of: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(of)).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

/// Resident memory of this process.
fn resident() -> u64 {
    memory("self", "VmRSS:")
}

/// Prints how many there were a second.
fn report(what: &str, times: u64, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let times = u32::try_from(times).unwrap();
    println!("{what}: {:.0} a second", f64::from(times) / seconds);
}

/// Asks one question after the other, as Postfix does; returns how long each took, shortest first.
fn ask_all(path: &Path, requests: u64, routes: u64) -> Vec<Duration> {
    let mut stream = UnixStream::connect(path).unwrap();
    let mut reply = [0; 4096];
    let ask = |turn| {
        let mut bytes = Vec::new();
        netstring::encode(&request(turn, routes), &mut bytes);
        let began = Instant::now();
        stream.write_all(&bytes).unwrap();
        assert!(stream.read(&mut reply).unwrap() > 0);
        began.elapsed()
    };
    let mut took: Vec<_> = (0..requests).map(ask).collect();
    took.sort_unstable();
    took
}

/// Prints how long answers took.
fn report_latency(what: &str, took: &[Duration]) {
    let at = |hundredth: usize| took[took.len() * hundredth / 100].as_secs_f64() * 1e6;
    println!(
        "{what}: {:.1} us in the middle, {:.1} us for 99 of 100",
        at(50),
        at(99)
    );
}

#[tokio::main]
async fn main() {
    let given = std::env::args().nth(1).map(|count| count.parse().unwrap());
    let routes: u64 = given.unwrap_or(1_000_000);
    let before = resident();
    let index = Index::default();
    let began = Instant::now();
    let mut reload = index.reload();
    for start in (0..routes).step_by(500) {
        let events: Vec<Event> = (start..routes.min(start + 500)).map(event).collect();
        reload.take(&events);
    }
    reload.done(AllSettings::default(), Version(1));
    report("rules read", routes, began);
    println!(
        "memory: {} MiB for {} rules",
        resident() - before,
        index.rules()
    );

    let began = Instant::now();
    for turn in 0..1000 {
        let version = Version(2 + i64::try_from(turn).unwrap());
        index.apply(&[event(turn)], AllSettings::default(), version);
    }
    report("changes applied", 1000, began);

    let began = Instant::now();
    for turn in 0..REQUESTS {
        answer(&index, request(turn, routes).as_bytes(), NOW, |_| {});
    }
    report("answers from the index", REQUESTS, began);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lookup.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let service = Service {
        index: Arc::new(index),
        counters: Arc::new(Counters::default()),
        peers: Peers::new(&[nix::unistd::Uid::current().as_raw()]).unwrap(),
        limits: Limits::default(),
        clock: || NOW,
    };
    tokio::spawn(serve(listener, service, std::future::pending()));
    let echo = folder.path().join("echo.sock");
    others::echo(&echo);
    for (name, path) in [("the service", path.clone()), ("a bare echo", echo)] {
        let asking = move || ask_all(&path, REQUESTS / 4, routes);
        let began = Instant::now();
        let took = tokio::task::spawn_blocking(asking).await.unwrap();
        report(&format!("one connection, {name}"), REQUESTS / 4, began);
        report_latency(&format!("one connection, {name}"), &took);
    }
    for connections in [8, 100] {
        let began = Instant::now();
        let each = REQUESTS / 4 / connections;
        let askers: Vec<_> = (0..connections)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || ask_all(&path, each, routes))
            })
            .collect();
        let waiting = move || {
            for asker in askers {
                asker.join().unwrap();
            }
        };
        tokio::task::spawn_blocking(waiting).await.unwrap();
        let what = format!("answers over the socket, {connections} connections");
        report(&what, each * connections, began);
    }
    println!("memory at the end: {} MiB", resident());
    let program = std::env::args().nth(2);
    if program.is_some() {
        process::fill(folder.path(), routes).await;
    }
    let comparing = move || {
        if let Some(program) = program {
            process::measure(program.as_ref(), folder.path(), routes);
        }
        others::compare(folder.path(), &path, routes);
    };
    tokio::task::spawn_blocking(comparing).await.unwrap();
}
