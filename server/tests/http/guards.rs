//! Requests that are turned away.

use axum::body::Body;
use axum::http::{Method, Request};
use server::http::{Hosts, Reached};

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

/// A console at <https://console.example>, listening on all addresses.
fn public() -> Reached {
    let url = "https://console.example".parse().unwrap();
    Reached {
        secure: true,
        hosts: Hosts::of([0, 0, 0, 0].into(), &[url]),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_public_console_answers_to_its_names_only() {
    let console = Console::reached(public()).await;
    for (host, status) in [
        ("console.example", 200),
        ("Console.Example:443", 200),
        ("127.0.0.1:3000", 200),
        ("192.0.2.1", 421),
        ("console.example.attacker.test", 421),
        ("attacker.test", 421),
        ("console.example@attacker.test", 421),
        ("", 421),
    ] {
        let request = Request::get("/healthz").header("host", host);
        let answer = console.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{host}");
        if status == 421 {
            answer.shows("--public-url").hides("console.example");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_come_from_the_public_origin() {
    let console = Console::reached(public()).await;
    for (name, value, status) in [
        ("origin", "https://console.example", 303),
        ("origin", "http://console.example", 403),
        ("origin", "https://console.example.attacker.test", 403),
        ("origin", "https://attacker.test", 403),
        ("sec-fetch-site", "same-origin", 303),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "none", 403),
        ("referer", "https://console.example/", 403),
    ] {
        let request = Request::post("/theme")
            .header("host", "console.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value);
        let answer = console
            .send(request.body(Body::from("theme=dark")).unwrap())
            .await;
        assert_eq!(answer.status, status, "{name}: {value}");
    }
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
    answer.shows("more than 256 KB");
    let answer = console
        .call(
            "list/save",
            &serde_json::json!({ "listing": "x".repeat(300_000) }),
        )
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn oversized_headers_are_refused() {
    let console = Console::new().await;
    let fits = request(Method::GET, "/healthz").header("cookie", "x".repeat(15_000));
    let fits = console.send(fits.body(Body::empty()).unwrap()).await;
    assert_eq!(fits.status, 200);
    let one = request(Method::GET, "/healthz").header("cookie", "x".repeat(17_000));
    let many = (0..90).fold(request(Method::GET, "/healthz"), |request, n| {
        request.header(format!("x-header-{n}"), "x".repeat(200))
    });
    let address = request(
        Method::GET,
        &format!("{SMART_HOSTS}?q={}", "x".repeat(17_000)),
    );
    for request in [one, many, address] {
        let answer = console.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 431);
        answer.shows("more than 16 KB");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}
