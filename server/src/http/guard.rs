//! Guards that turn a request away before anything reads it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::client::ByTls;
use super::reached::Reached;

/// Answers only requests that call this server by one of its names.
///
/// A page elsewhere whose name was made to resolve to our address (DNS rebinding) would otherwise be
/// of the same origin as the console.
pub(super) async fn own_host(
    State(reached): State<Arc<Reached>>,
    request: Request,
    next: Next,
) -> Response {
    let mut hosts = hosts(&request).peekable();
    if hosts.peek().is_none() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "The request does not say which host it is for.\n",
        );
    }
    if hosts.all(|host| host.is_some_and(|host| reached.hosts.hold(&host))) {
        return next.run(request).await;
    }
    // Strangers who try addresses are not told the name.
    let words = if reached.hosts.are_loopback() {
        "This server answers to localhost, 127.0.0.1 and [::1] only. Other names are set with \
         --public-url.\n"
    } else {
        "This server does not answer to the name that was asked for. Its names are set with \
         --public-url.\n"
    };
    refuse(StatusCode::MISDIRECTED_REQUEST, words)
}

/// Lets an unsafe method through only from a page of this server.
///
/// Browsers say by `Sec-Fetch-Site` where a request comes from, older ones by `Origin`; without
/// either it is not a browser showing one of our pages.
pub(super) async fn same_origin(
    State(reached): State<Arc<Reached>>,
    request: Request,
    next: Next,
) -> Response {
    let by_tls = ByTls::of(request.extensions(), reached.secure);
    if request.method().is_safe() || is_same_origin(&request, by_tls) {
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

fn is_same_origin(request: &Request, by_tls: bool) -> bool {
    let expected = if by_tls { "https" } else { "http" };
    match text(request.headers(), "sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => match (
            text(request.headers(), header::ORIGIN.as_str()),
            host(request),
        ) {
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(scheme, origin)| scheme == expected && origin == host.as_str()),
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
            (vec![("origin", "https://localhost:3000")], false),
            (vec![], false),
        ];
        for (headers, expected) in cases {
            let mut request = Request::post("/x").header("host", "localhost:3000");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(is_same_origin(&request, false), expected, "{headers:?}");
        }
    }

    #[test]
    fn behind_tls_a_page_in_the_clear_is_another_origin() {
        for (origin, expected) in [
            ("https://a.example", true),
            ("http://a.example", false),
            ("https://a.example:8443", false),
            ("https://b.example", false),
            ("null", false),
        ] {
            let request = Request::post("/x")
                .header("host", "a.example")
                .header("origin", origin);
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(is_same_origin(&request, true), expected, "{origin}");
        }
    }
}
