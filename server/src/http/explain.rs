//! Where mail for an address goes, as a page.

use std::num::NonZeroUsize;
use std::time::Instant;

use app::error::AppError;
use app::plain::explain::{answer_page, form_page};
use app::plain::form::Wrong;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use gateway::explain::Subject;
use gateway::probe::{Limiter, Names};
use serde::Deserialize;

use super::Shared;
use super::extract::Query;
use crate::explain::explained;

/// Explanations that may be made at the same time: each asks DNS and starts programs of Postfix's.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// Explanations that may begin within a minute.
const A_MINUTE: NonZeroUsize = NonZeroUsize::new(30).unwrap();

/// What explanations need.
#[derive(Clone, Debug)]
pub(super) struct Explanations {
    names: Names,
    limiter: Limiter,
}

impl Explanations {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            limiter: Limiter::new(AT_ONCE, A_MINUTE),
        }
    }
}

/// What the address says.
#[derive(Deserialize)]
pub(super) struct Asked {
    address: Option<String>,
}

/// The form and, where something was asked about, the answer.
pub(super) async fn page(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let frame = shared.frame(&headers);
    let Some(address) = asked.address else {
        return Html(form_page(&frame, "", &[])).into_response();
    };
    let refuse = |status: StatusCode, message: String| {
        let wrong = Wrong {
            field: "address",
            message,
        };
        (status, Html(form_page(&frame, &address, &[wrong]))).into_response()
    };
    let subject = match Subject::parse(&address) {
        Ok(subject) => subject,
        Err(error) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
    };
    let _permit = match shared.explanations.limiter.begin(Instant::now()) {
        Ok(permit) => permit,
        Err(refused) => return refuse(StatusCode::TOO_MANY_REQUESTS, refused.to_string()),
    };
    let backend = &shared.backend;
    let explanation = explained(
        &backend.store,
        &subject,
        (backend.now)(),
        shared.explanations.names,
        backend.store.own(),
        shared.checks.doctor().settings().clone(),
    );
    match explanation.await {
        Ok(explanation) => Html(answer_page(&frame, explanation)).into_response(),
        Err(error) => {
            let error = AppError::from(error);
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            refuse(status, error.message())
        }
    }
}
