//! The stream of changes that open pages listen to.

use std::time::Duration;

use access::Role;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Method};
use futures::StreamExt;
use routing::{NextHops, Route};
use server::listen::{Terms, serve};
use store::{Lapse, RowId, SessionKey, Store, Timestamp, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::console::{Console, by, now, request_of};

const PATH: &str = "/api/changes";

/// What is promised to people, and to the patience of these tests where it must not be kept.
const SOON: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);

/// A page that listens.
struct Page(BodyDataStream);

impl Page {
    /// One of the administrator who has just come.
    async fn new(console: &Console) -> Self {
        Self::of(console, None).await.1
    }

    /// One that comes back, having heard of this state.
    async fn back(console: &Console, heard: Version) -> Self {
        let id = heard.0.to_string();
        Self::of(console, Some(&id)).await.1
    }

    async fn of(console: &Console, heard: Option<&str>) -> (HeaderMap, Self) {
        let mut request = crate::console::request(Method::GET, PATH);
        if let Some(heard) = heard {
            request = request.header("last-event-id", heard);
        }
        let response = console.respond(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let (parts, body) = response.into_parts();
        (parts.headers, Self(body.into_data_stream()))
    }

    /// What it hears next.
    async fn hears(&mut self) -> String {
        let piece = timeout(PATIENCE, self.0.next()).await.unwrap();
        String::from_utf8(piece.unwrap().unwrap().to_vec()).unwrap()
    }

    /// Whether it hears nothing for now.
    async fn hears_nothing(&mut self) -> bool {
        timeout(SOON, self.0.next()).await.is_err()
    }
}

async fn latest(console: &Console) -> i64 {
    console.store.latest().await.unwrap().0
}

fn event(version: i64, data: &str) -> String {
    format!("id: {version}\ndata: {data}\n\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_open_page_hears_of_every_row_that_is_added_edited_and_deleted() {
    let console = Console::new().await;
    let known = console.route("a.net", "mail.example.net").await;
    let (headers, mut page) = Page::of(&console, None).await;
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert_eq!(headers["cache-control"], "no-store");
    let at = latest(&console).await;
    let hello = format!("retry: 1000\n\n{}", event(at, &format!("* {at} ?")));
    assert_eq!(page.hears().await, hello);

    let added = console.route("b.net", "mail.example.net").await;
    let at = latest(&console).await;
    let said = event(at, &format!("smart-hosts {at} 2 +{}", added.id.0));
    assert_eq!(page.hears().await, said);

    // Another process.
    let other = Store::open(&console.folder().join("smart-hosts.db"))
        .await
        .unwrap();
    let changed = Route {
        comment: routing::Comment::parse("changed").unwrap(),
        ..known.value.clone()
    };
    let by = by();
    let edit = other.edit(&by, known.id, known.version, changed);
    let edited = edit.await.unwrap();
    let since = std::time::Instant::now();
    let at = latest(&console).await;
    let said = event(at, &format!("smart-hosts {at} 2 {}", known.id.0));
    assert_eq!(page.hears().await, said);
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());

    console.delete(&edited.row).await;
    let at = latest(&console).await;
    let said = event(at, &format!("smart-hosts {at} 1 -{}", known.id.0));
    assert_eq!(page.hears().await, said);

    let managed = console.managed("c.net", "").await;
    let at = latest(&console).await;
    let said = event(at, &format!("managed-domains {at} 1 +{}", managed.id.0));
    assert_eq!(page.hears().await, said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_shows_in_no_single_row_is_said_in_general_or_not_at_all() {
    let console = Console::new().await;
    let mut page = Page::new(&console).await;
    page.hears().await;
    let hops: NextHops = "mail.example.net:25".parse().unwrap();
    let (by, hop) = (by(), hops.first().clone());
    let set = console
        .store
        .set_default_routing(&by, Version(0), Some(hop));
    set.await.unwrap();
    let at = latest(&console).await;
    assert_eq!(
        page.hears().await,
        event(at, &format!("managed-domains {at} ?"))
    );
    // A person shows in no list.
    console
        .store
        .require_second_factor(&by, true)
        .await
        .unwrap();
    assert!(page.hears_nothing().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_that_comes_back_hears_what_it_missed() {
    let console = Console::new().await;
    let mut stays = Page::new(&console).await;
    stays.hears().await;
    let before = console.store.latest().await.unwrap();
    let added = console.route("a.net", "mail.example.net").await;
    let said = stays.hears().await;
    let at = latest(&console).await;
    let mut back = Page::back(&console, before).await;
    assert_eq!(back.hears().await, format!("retry: 1000\n\n{said}"));
    assert!(said.contains(&format!(" +{}", added.id.0)));
    // One that has missed nothing, and one that was away for too long.
    let mut knows = Page::back(&console, Version(at)).await;
    assert_eq!(knows.hears().await, "retry: 1000\n\n");
    let mut old = Page::back(&console, Version(-1)).await;
    let somewhere = event(at, &format!("* {at} ?"));
    assert_eq!(old.hears().await, format!("retry: 1000\n\n{somewhere}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_ends_with_its_session_without_another_word() {
    let console = Console::new().await;
    let cookie = console.person("anna", Role::Viewer, 5).await;
    let request = request_of(Some(&cookie), Method::GET, PATH);
    let response = console.respond(request.body(Body::empty()).unwrap()).await;
    let mut page = Page(response.into_body().into_data_stream());
    page.hears().await;
    let id = cookie.split_once('=').unwrap().1;
    let key = SessionKey(access::digest(id));
    console.store.end_session(key).await.unwrap();
    console.route("a.net", "mail.example.net").await;
    let end = timeout(PATIENCE, page.0.next()).await.unwrap();
    assert!(end.is_none(), "{end:?}");
    let request = request_of(Some(&cookie), Method::GET, PATH);
    let answer = console.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_str()),
        (401, "\"signed_out\"")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_that_is_left_open_does_not_keep_its_session_alive() {
    let (console, _) = Console::empty(|| Timestamp(now().0 + 600_000)).await;
    let cookie = console.person("anna", Role::Viewer, 5).await;
    let id = cookie.split_once('=').unwrap().1.to_owned();
    let seen = async || {
        let lapse = Lapse {
            now: now(),
            idle_since: Timestamp(0),
        };
        let key = SessionKey(access::digest(&id));
        console
            .store
            .signed_in(key, lapse)
            .await
            .unwrap()
            .unwrap()
            .seen
    };
    let call = async |path: &str, method: Method| {
        let request = request_of(Some(&cookie), method, path)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        let rows = r#"{"listing":"smart-hosts","ids":[],"search":""}"#;
        let answer = console.send(request.body(Body::from(rows)).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    call(PATH, Method::GET).await;
    call("/api/list/rows", Method::POST).await;
    assert_eq!(seen().await, now());
    call("/smtp/domains/smart-hosts", Method::GET).await;
    assert_eq!(seen().await, Timestamp(now().0 + 600_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_pages_hear_of_a_change_within_a_second() {
    let console = Console::new().await;
    let mut pages = Vec::new();
    for _ in 0..1_000 {
        let mut page = Page::new(&console).await;
        page.hears().await;
        pages.push(page);
    }
    console.route("a.net", "mail.example.net").await;
    let since = std::time::Instant::now();
    for page in &mut pages {
        assert!(page.hears().await.contains("smart-hosts"));
    }
    // On a busy machine, too.
    assert!(since.elapsed() < 5 * SOON, "{:?}", since.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_are_read_as_they_are_now() {
    let console = Console::new().await;
    let route = console.route("a.net", "mail.example.net").await;
    let gone = console.route("b.net", "mail.example.net").await;
    console.delete(&gone).await;
    let ids = [gone.id.0, route.id.0];
    let arguments =
        serde_json::json!({ "listing": "smart-hosts", "ids": ids, "search": "nothing" });
    let answer = console.call("list/rows", &arguments).await;
    assert_eq!(answer.status, 200);
    answer.shows("\"domain\":\"a.net\"").hides("b.net");
    answer.shows("\"matching\":0").shows("\"total\":1");
    // Who sees a row change is told by whom.
    answer.shows("Changed on the command line");
    let arguments =
        serde_json::json!({ "listing": "smart-hosts", "ids": vec![1; 501], "search": "" });
    assert_eq!(console.call("list/rows", &arguments).await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_stops_waits_for_no_page() {
    let console = Console::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, console.router(), Terms::default(), async {
        let _ = stopping.await;
    }));
    let mut page = TcpStream::connect(address).await.unwrap();
    let cookie = console.session(RowId(1_000_000), 3).await;
    let asked = format!("GET {PATH} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n");
    page.write_all(asked.as_bytes()).await.unwrap();
    let mut heard = vec![0; 4096];
    let mut said = String::new();
    while !said.contains("data: * ") {
        let read = timeout(PATIENCE, page.read(&mut heard))
            .await
            .unwrap()
            .unwrap();
        assert!(read > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&heard[..read]));
    }
    stop.send(()).unwrap();
    timeout(PATIENCE, serving).await.unwrap().unwrap();
}
