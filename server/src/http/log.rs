//! How requests are logged: one line each, with the path but not the query, which may hold what a
//! person searched for.

use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use tracing::Span;

use super::check::AskedBy;
use super::client::ClientAddr;

pub(super) fn span(request: &Request) -> Span {
    let ClientAddr(client) = ClientAddr::of(request.extensions());
    let path = request.uri().path();
    let (method, person) = (request.method(), tracing::field::Empty);
    tracing::info_span!("request", %client, %method, path, person)
}

pub(super) fn response(response: &Response, latency: Duration, span: &Span) {
    if let Some(AskedBy(name)) = response.extensions().get() {
        span.record("person", name);
    }
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(status, duration_ms, "answered");
    } else {
        tracing::info!(status, duration_ms, "answered");
    }
}
