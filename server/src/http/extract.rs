//! What a request says in its address and in its form; what cannot be read is answered in plain words.

use app::plain::sign_in::not_understood_page;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::Common;

/// The query of the address.
pub(super) struct Query<T>(pub(super) T);

/// The fields of a form.
pub(super) struct Form<T>(pub(super) T);

/// The parts of a form with a file, piece by piece.
pub(super) struct Parts(pub(super) Multipart);

impl<T: DeserializeOwned> FromRequestParts<Common> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut request::Parts,
        common: &Common,
    ) -> Result<Self, Response> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(read)) => Ok(Self(read)),
            Err(rejection) => Err(refuse(common, &parts.headers, rejection.status())),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Common> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, common: &Common) -> Result<Self, Response> {
        let headers = request.headers().clone();
        match axum::extract::Form::from_request(request, common).await {
            Ok(axum::extract::Form(read)) => Ok(Self(read)),
            Err(rejection) => Err(refuse(common, &headers, rejection.into_response().status())),
        }
    }
}

impl FromRequest<Common> for Parts {
    type Rejection = Response;

    async fn from_request(request: Request, common: &Common) -> Result<Self, Response> {
        let headers = request.headers().clone();
        match Multipart::from_request(request, common).await {
            Ok(parts) => Ok(Self(parts)),
            Err(rejection) => Err(refuse(common, &headers, rejection.status())),
        }
    }
}

/// The page that says that the request was not understood.
pub(super) fn refuse(common: &Common, headers: &HeaderMap, status: StatusCode) -> Response {
    let page = not_understood_page(&common.frame(headers, None));
    (status, Html(page)).into_response()
}
