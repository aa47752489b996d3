//! A page of 50 rows, from the request to the last byte, but for the network.

#![allow(
    clippy::unwrap_used,
    reason = "a program that measures stops at the first fault"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use access::{NewPassword, Role};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use divan::Bencher;
use gateway::probe::{Names, Prober, Trust};
use routing::{Format, Route, parse_routes};
use server::doctor::Doctor;
use server::http::client::ClientAddr;
use server::http::{Reached, Sessions};
use server::{Cautions, Console, SetUpLink, router};
use store::{By, NewPerson, Store, Timestamp};
use tower::ServiceExt;

/// Some day: nothing here depends on time.
const NOW: Timestamp = Timestamp(1_767_268_800_000);
const ROWS: usize = 50;

fn main() {
    divan::main();
}

/// A console with as many routes as a page holds, and an administrator.
async fn console(folder: &Path) -> Router {
    let store = Store::open(&folder.join("smart-hosts.db")).await.unwrap();
    let by = By::new("local", NOW);
    for number in 0..ROWS {
        let line = format!("customer{number}.example.com,mail{number}.example.net,25");
        let route: Route = parse_routes(Format::Text, &line).unwrap().remove(0);
        store.add(&by, route).await.unwrap();
    }
    let name = "annabell".parse().unwrap();
    let password = NewPassword::parse("correct horse battery staple".into(), &name).unwrap();
    let new = NewPerson {
        name,
        role: Role::Administrator,
        password_hash: password.hash().unwrap(),
    };
    store.add_person(&by, new).await.unwrap();
    router(Console {
        now: || NOW,
        cautions: Cautions::none(),
        prober: Prober::new(Names::Native, Trust::files(&[]).unwrap()),
        doctor: Doctor::new(store.clone(), || NOW, Arc::new(|_| None)),
        reached: Reached::default(),
        sessions: Sessions::default(),
        link: SetUpLink::default(),
        store,
    })
}

async fn ask(router: &Router, mut request: Request<Body>) -> (StatusCode, HeaderMap, usize) {
    let client = ClientAddr(IpAddr::V4(Ipv4Addr::LOCALHOST));
    request.extensions_mut().insert(client);
    let answer = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, body.len())
}

/// Signs in; returns the cookies.
async fn sign_in(router: &Router) -> String {
    let form = "name=annabell&password=correct+horse+battery+staple";
    let request = Request::post("/sign-in")
        .header("host", "127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let (status, headers, _) = ask(router, request).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let cookies = headers.get_all("set-cookie").iter();
    let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

#[divan::bench]
fn render_a_page_of_50_rows(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let router = runtime.block_on(console(folder.path()));
    let cookies = runtime.block_on(sign_in(&router));
    bencher.bench(|| {
        let request = Request::get("/smtp/domains/smart-hosts")
            .header("host", "127.0.0.1:3000")
            .header("cookie", &cookies)
            .body(Body::empty())
            .unwrap();
        let (status, _, bytes) = runtime.block_on(ask(&router, request));
        assert_eq!(status, StatusCode::OK);
        bytes
    });
}
