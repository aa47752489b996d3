//! The files that browsers load.

use axum::body::Body;
use axum::http::Method;

use crate::console::{Console, request};

/// The address of the script, from a page; none if the program was built without a site. The
/// browser tests ask the same of the program as it is shipped.
async fn script(console: &Console) -> Option<String> {
    let page = console.get("/smtp/domains/smart-hosts").await;
    let link = page.body.find("modulepreload")?;
    let start = link + page.body[link..].find("/pkg/")?;
    let path = page.body[start..].split('"').next()?.to_owned();
    (!path.contains("/missing/")).then_some(path)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_module_is_on_its_way_before_the_page_has_been_read() {
    let console = Console::new().await;
    let page = console.get("/smtp/domains/smart-hosts").await;
    let places = [
        "const consolePage = import(",
        "rel=\"stylesheet\"",
        "<body",
        "id=\"first\"",
    ];
    // A script waits for a style sheet before it, and the page for the script.
    assert!(
        places.is_sorted_by_key(|place| page.body.find(place).expect("it is there")),
        "{places:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn files_are_kept_for_ever_and_compressed() {
    let console = Console::new().await;
    let Some(path) = script(&console).await else {
        return;
    };
    let plain = console.get(&path).await;
    assert_eq!(plain.status, 200);
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(plain.header("vary"), "accept-encoding");
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, encoding) in [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0", "")] {
        let request = request(Method::GET, &path).header("accept-encoding", accepted);
        let answer = console.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
    }
    let request = request(Method::GET, &path).header("if-none-match", plain.header("etag"));
    let same = console.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(same.status, 304);
    assert_eq!(same.header("vary"), "accept-encoding");
    assert_eq!(same.body, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_outside_the_site_is_served() {
    let console = Console::new().await;
    for path in [
        "/pkg/../Cargo.toml",
        "/pkg/%2e%2e/Cargo.toml",
        "/pkg/%2Fetc%2Fpasswd",
        "/pkg/x",
    ] {
        assert_eq!(console.get(path).await.status, 404, "{path}");
    }
}
