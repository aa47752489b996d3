//! Measures the program as a browser sees it, with as many routes as there may be: its start, its pages
//! beside those of axum alone, its memory; prints each figure on a line.
//!
//! `cargo run --release -p server --example pages -- 1000000 target/release/smart-hosts`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures says what it found, and stops at the first fault"
)]

mod bare;
mod client;
#[path = "../../../store/examples/figures/data.rs"]
#[expect(dead_code, reason = "files are measured elsewhere")]
mod data;
mod program;
#[path = "../../../store/examples/figures/report.rs"]
#[expect(dead_code, reason = "nothing takes seconds here")]
mod report;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use access::{NewPassword, Role};
use rustix::process::{Resource, getrlimit, setrlimit};
use store::NewPerson;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use client::{get, load};
use report::{Figure, memory, percentile};

const LIST: &str = "/smtp/domains/smart-hosts";
const CONNECTIONS: usize = 32;
/// Pages that are open at the same time.
const OPEN: u32 = 1_000;
const TIME: Duration = Duration::from_secs(8);

#[tokio::main]
async fn main() {
    let mut given = std::env::args().skip(1);
    let first = given.next().unwrap_or_else(|| "1000000".to_owned());
    if first == "bare" {
        return bare::serve().await;
    }
    let routes: u32 = first.parse().unwrap();
    let program = given.next().expect("the path of the program");
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), routes).await;
    // Blocking is what this process is for.
    tokio::task::block_in_place(|| starts(program.as_ref(), folder.path()));
    let (running, address, _) = program::start(program.as_ref(), folder.path());
    let id = running.0.id().to_string();
    tokio::time::sleep(Duration::from_secs(2)).await;
    Figure::new("memory, idle", memory(&id, "VmRSS:"), "MiB")
        .goal("at_most", 40.0)
        .print();
    let cookies = program::sign_in(address);
    tokio::task::block_in_place(|| pages(address, &cookies));
    Figure::new("memory, at most under load", memory(&id, "VmHWM:"), "MiB")
        .goal("at_most", 150.0)
        .print();
    let open = open_pages(address, &cookies).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    Figure::new(
        &format!("memory with {} open pages", open.len()),
        memory(&id, "VmRSS:"),
        "MiB",
    )
    .goal("at_most", 150.0)
    .print();
}

async fn fill(folder: &Path, routes: u32) {
    let store = data::filled(folder, routes).await;
    let name = program::NAME.parse().unwrap();
    let password = NewPassword::parse(program::PASSWORD.into(), &name).unwrap();
    let new = NewPerson {
        name,
        role: Role::Administrator,
        password_hash: password.hash().unwrap(),
    };
    store.add_person(&data::by(), new).await.unwrap();
    store.close().await.unwrap();
}

fn starts(program: &Path, folder: &Path) {
    let mut times: Vec<_> = (0..9).map(|_| program::start(program, folder).2).collect();
    Figure::millis("start to the first answer", percentile(&mut times, 50))
        .goal("at_most", 150.0)
        .print();
}

fn pages(address: SocketAddr, cookies: &str) {
    let request = get(address, LIST, cookies);
    // Whatever the first ones find cold.
    load(address, &request, CONNECTIONS, Duration::from_secs(1));
    let mut alone = load(address, &request, 1, Duration::from_secs(3));
    let name = "a page of 50 rows, one connection";
    Figure::millis(&format!("{name}, p50"), percentile(&mut alone.times, 50)).print();
    Figure::millis(&format!("{name}, p99"), percentile(&mut alone.times, 99)).print();
    let ours = load(address, &request, CONNECTIONS, TIME);
    let kilobytes = f64::from(u32::try_from(ours.bytes).unwrap()) / 1024.0;
    Figure::new("bytes of a page of 50 rows", kilobytes, "KB").print();
    let (_running, bare) = bare::start();
    let theirs = load(bare, &get(bare, "/", ""), CONNECTIONS, TIME);
    Figure::new("pages a second, 32 connections", ours.a_second, "/s")
        .beside("axum alone, 20 KB", theirs.a_second)
        .goal("ratio_at_least", 0.1)
        .print();
}

/// Pages that listen for changes. From several addresses, for one may not have so many.
async fn open_pages(address: SocketAddr, cookies: &str) -> Vec<TcpStream> {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).unwrap();
    let request = get(address, "/api/changes", cookies);
    let mut open = Vec::new();
    for number in 0..OPEN {
        let socket = TcpSocket::new_v4().unwrap();
        let [.., host] = (number / 200 + 1).to_be_bytes();
        let from = Ipv4Addr::new(127, 0, 1, host);
        socket.bind((from, 0).into()).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        open.push(stream);
    }
    open
}
