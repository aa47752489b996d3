use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use routing::Route;
use rusqlite::{Connection, OpenFlags};
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// A store with more routes than are read ahead of a reader.
async fn many_routes(folder: &std::path::Path) -> Store {
    let path = folder.join("smart-hosts.db");
    let store = Store::open(&path).await.unwrap();
    Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .unwrap()
        .execute_batch(
            "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 5000)
             INSERT INTO routes (id, version, domain, scope, host, port, comment)
             SELECT id, id, 'd' || id || '.example.com', 'domain', 'mail.example.net', 25, ''
             FROM n",
        )
        .unwrap();
    store
}

/// What comes over a real connection when this is the answer.
async fn sent(answer: Response) -> String {
    let answer = Arc::new(Mutex::new(Some(answer)));
    let handler = get(async move || answer.lock().unwrap().take().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = axum::serve(listener, Router::new().route("/", handler));
    let server = tokio::spawn(server.into_future());
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let mut sent = Vec::new();
    client.read_to_end(&mut sent).await.unwrap();
    server.abort();
    String::from_utf8(sent).unwrap()
}

/// How a body in chunks says that it is whole (RFC 9112, 7.1).
const LAST_CHUNK: &str = "\r\n0\r\n\r\n";

#[test]
fn too_many_downloads_are_to_be_tried_again() {
    let answer = not_begun(&store::Error::Busy);
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()[RETRY_AFTER], "5");
    let fault = not_begun(&store::Error::Closed);
    assert_eq!(fault.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!fault.headers().contains_key(RETRY_AFTER));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_download_that_was_given_up_is_seen_to_be_broken() {
    let folder = tempfile::tempdir().unwrap();
    let store = many_routes(folder.path()).await;
    let begin = async |patience| {
        let listing = Listing::SmartHosts;
        let text = export(&store, listing.file(), Format::Text, "", patience).await;
        file(listing, Format::Text, text.unwrap())
    };
    let stalled = begin(Duration::from_millis(1)).await;
    // All connections that there are: the stalled one has been given up by then.
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(store.export::<Route>("").await.unwrap());
    }
    drop(others);
    let broken = sent(stalled).await;
    assert!(!broken.ends_with(LAST_CHUNK));
    let whole = sent(begin(PATIENCE).await).await;
    assert!(whole.ends_with(LAST_CHUNK));
}
