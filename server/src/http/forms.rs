//! Forms posted without JavaScript: after success a redirect, after a refusal the page itself.

use app::forms::{FormPage, submit};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::extract::{Form, Query};
use super::{Shared, pages};

/// Names and values in the order in which they came; a name may come several times.
type Pairs = Vec<(String, String)>;

/// Carries out the form posted to `page`.
pub(super) async fn post(
    page: FormPage,
    shared: Shared,
    Query(query): Query<Pairs>,
    mut parts: Parts,
    Form(body): Form<Pairs>,
) -> Response {
    match submit(&shared.backend, page, &query, &body).await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(refused) => {
            let status = StatusCode::from_u16(refused.error.status()).unwrap_or_default();
            parts.method = Method::GET;
            let request = Request::from_parts(parts, Body::from(Bytes::new()));
            let mut response = pages::render(shared, request, Some(refused)).await;
            *response.status_mut() = status;
            response
        }
    }
}
