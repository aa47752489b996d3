//! Requests that are turned away, and the headers of every answer.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::console::{Console, SMART_HOSTS, request};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_loopback_names_are_answered() {
    let console = Console::new().await;
    let ask = |host: Option<&'static str>| {
        let request = Request::get("/healthz");
        let request = host
            .into_iter()
            .fold(request, |request, host| request.header("host", host));
        console.send(request.body(Body::empty()).unwrap())
    };
    for host in ["localhost", "127.0.0.1:3000", "[::1]:3000"] {
        assert_eq!(ask(Some(host)).await.status, 200, "{host}");
    }
    for host in ["example.com", "attacker.test:3000", "192.0.2.1"] {
        assert_eq!(ask(Some(host)).await.status, 421, "{host}");
    }
    assert_eq!(ask(None).await.status, 400);
    // One loopback name does not cover for another one.
    let two = request(Method::GET, SMART_HOSTS).header("host", "example.com");
    let two = two.body(Body::empty()).unwrap();
    assert_eq!(console.send(two).await.status, 421);
    let absolute = Request::get("http://localhost/healthz").header("host", "example.com");
    let absolute = absolute.body(Body::empty()).unwrap();
    assert_eq!(console.send(absolute).await.status, 421);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forged_changes_are_refused() {
    let console = Console::new().await;
    let form = "do=add&domain=example.com&relay_host=mail.example.net&relay_port=25";
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![
            ("sec-fetch-site", "same-site"),
            ("origin", "http://127.0.0.1:3000"),
        ],
        vec![("origin", "http://attacker.test")],
        vec![("origin", "null")],
    ] {
        let mut request = Request::post(SMART_HOSTS)
            .header("host", "127.0.0.1:3000")
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = console.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    console.get(SMART_HOSTS).await.shows("No routes yet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_oversized_body_is_refused() {
    let console = Console::new().await;
    let answer = console
        .post(
            SMART_HOSTS,
            &format!("do=add&comment={}", "x".repeat(300_000)),
        )
        .await;
    assert_eq!(answer.status, 413);
    let answer = console
        .call(
            "list/save",
            &serde_json::json!({ "listing": "x".repeat(300_000) }),
        )
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_carries_the_security_headers() {
    let console = Console::new().await;
    for path in [
        SMART_HOSTS,
        "/healthz",
        "/nowhere",
        "/pkg/nothing",
        "/api/nowhere",
    ] {
        let answer = console.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'",
            ),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
    }
    let refused = console
        .send(
            request(Method::GET, "/")
                .header("host", "example.com")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
}
