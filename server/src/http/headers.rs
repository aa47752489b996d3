//! The headers that every answer carries.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;

/// Name, value and what it is for.
const ALWAYS: [(HeaderName, &str); 5] = [
    // A file is what it is declared to be.
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // What a person searches for stays here.
    (REFERRER_POLICY, "same-origin"),
    // No other site may show the console in a frame and steer clicks in it.
    (HeaderName::from_static("x-frame-options"), "DENY"),
    // The same; and nothing that slips into a page may send its forms or links elsewhere.
    (
        CONTENT_SECURITY_POLICY,
        "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'",
    ),
    // No other site may load pages, exports or scripts of the console into itself.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the headers; an answer that does not say how long it may be kept is not to be kept.
pub(super) async fn secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
