//! Measures the store with as many routes as there may be, and prints what it found, each figure on a line.
//!
//! `cargo run --release -p store --example figures -- 1000000 lists changes files`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program that measures says what it found, and stops at the first fault"
)]

mod changes;
mod data;
mod files;
mod lists;
mod report;

#[tokio::main]
async fn main() {
    let mut given = std::env::args().skip(1);
    let routes = given.next().map(|count| count.parse().unwrap());
    let routes: u32 = routes.unwrap_or(1_000_000);
    let groups: Vec<String> = given.collect();
    let wanted = |group: &str| groups.is_empty() || groups.iter().any(|wanted| wanted == group);
    // First, while this process is small.
    if wanted("files") {
        files::measure(routes).await;
    }
    if wanted("changes") {
        changes::one_by_one(routes).await;
    }
    if wanted("lists") || wanted("changes") {
        let folder = tempfile::tempdir().unwrap();
        let store = data::filled(folder.path(), routes).await;
        if wanted("lists") {
            lists::measure(&store, routes).await;
        }
        if wanted("changes") {
            changes::together(&store, folder.path()).await;
        }
        store.close().await.unwrap();
    }
}
