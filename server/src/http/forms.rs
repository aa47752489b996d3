//! Forms posted without JavaScript: after success a redirect, after a refusal the page itself.

use app::forms::{FormPage, submit};
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Query, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Shared, pages};

/// Names and values in the order in which they came; a name may come several times.
type Pairs = Vec<(String, String)>;

/// Carries out the form posted to `page`.
pub(super) async fn post(
    page: FormPage,
    shared: Shared,
    Query(query): Query<Pairs>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let to_read = Request::from_parts(parts.clone(), body);
    let Form(body) = match Form::<Pairs>::from_request(to_read, &()).await {
        Ok(form) => form,
        Err(rejection) => return rejection.into_response(),
    };
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
