//! Guards that turn a request away before anything reads it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Answers only requests that call this server by a loopback name.
///
/// A page elsewhere whose name was made to resolve to 127.0.0.1 (DNS rebinding) would otherwise be
/// of the same origin as the console.
pub(super) async fn loopback_host(request: Request, next: Next) -> Response {
    let mut hosts = hosts(&request).peekable();
    if hosts.peek().is_none() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "The request does not say which host it is for.\n",
        );
    }
    if hosts.all(|host| host.as_ref().is_some_and(is_loopback)) {
        return next.run(request).await;
    }
    refuse(
        StatusCode::MISDIRECTED_REQUEST,
        "This server answers to localhost, 127.0.0.1 and [::1] only.\n",
    )
}

/// Lets an unsafe method through only from a page of this server.
///
/// Browsers say by `Sec-Fetch-Site` where a request comes from, older ones by `Origin`; without
/// either it is not a browser showing one of our pages.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_same_origin(&request) {
        return next.run(request).await;
    }
    refuse(
        StatusCode::FORBIDDEN,
        "Changes are accepted from this server's own pages only. For scripts there is the command \
         line: smart-hosts --help.\n",
    )
}

fn refuse(status: StatusCode, words: &'static str) -> Response {
    tracing::warn!(status = status.as_u16(), "turned a request away");
    (status, words).into_response()
}

/// Every host and port that the request names; none for one that cannot be read.
fn hosts(request: &Request) -> impl Iterator<Item = Option<Authority>> + use<> {
    let named = request.headers().get_all(header::HOST).iter();
    let named = named.map(|value| value.to_str().ok()?.parse().ok());
    let asked = request.uri().authority().cloned().map(Some);
    asked
        .into_iter()
        .chain(named)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The host and port that the request is for.
fn host(request: &Request) -> Option<Authority> {
    hosts(request).next().flatten()
}

fn is_loopback(host: &Authority) -> bool {
    let name = host.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn is_same_origin(request: &Request) -> bool {
    match text(request.headers(), "sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => match (
            text(request.headers(), header::ORIGIN.as_str()),
            host(request),
        ) {
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(_, origin)| origin == host.as_str()),
            _ => false,
        },
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_ours() {
        for ours in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:3000",
            "127.9.9.9",
            "[::1]:80",
        ] {
            assert!(is_loopback(&ours.parse().unwrap()), "{ours}");
        }
        for other in [
            "example.com",
            "localhost.example.com",
            "10.0.0.1:3000",
            "[::]:80",
        ] {
            assert!(!is_loopback(&other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn a_change_comes_from_our_own_pages() {
        let cases = [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (
                vec![
                    ("sec-fetch-site", "same-site"),
                    ("origin", "http://localhost:3000"),
                ],
                false,
            ),
            (vec![("origin", "http://localhost:3000")], true),
            (vec![("origin", "http://localhost:3001")], false),
            (vec![("origin", "null")], false),
            (vec![], false),
        ];
        for (headers, expected) in cases {
            let mut request = Request::post("/x").header("host", "localhost:3000");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(is_same_origin(&request), expected, "{headers:?}");
        }
    }
}
