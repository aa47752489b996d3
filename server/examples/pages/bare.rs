//! What the pages are compared with: axum alone, which builds and answers a page of 20 KB.

use std::fmt::Write as _;
use std::io::BufRead;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::program::Running;

/// Serves until it is killed, having said where.
pub(crate) async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", get(async || Html(page())));
    axum::serve(listener, router).await.unwrap();
}

/// As many rows as a page has, and as many bytes.
fn page() -> String {
    let head = "<!doctype html><html lang=\"en\"><title>Routes</title><table><tbody>".to_owned();
    (0..50).fold(head, |mut page, number| {
        let note = "-".repeat(300);
        write!(
            page,
            "<tr id=\"row-{number}\"><td>customer{number:07}.example.com</td>\
             <td>mail{number}.example.net</td><td>25</td><td>{note}</td></tr>"
        )
        .unwrap();
        page
    })
}

/// Starts it as a process of its own.
pub(crate) fn start() -> (Running, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("bare")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let output = child.stdout.take().unwrap();
    std::io::BufReader::new(output)
        .read_line(&mut said)
        .unwrap();
    (Running(child), said.trim().parse().unwrap())
}
