//! Removed routes that hold mail, as pages.

use app::error::AppError;
use app::operations::Backend;
use app::plain::held::{HELD_PATH, Held, failed_page, held_page, release_page, released};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use routing::{Domain, Pattern};
use serde::Deserialize;
use store::{HeldQuery, PageSize, Release, Released, RowId};

use super::Shared;
use super::extract::{Form, Query};
use super::just_done::{JustDone, undo_pair};

/// More rows than any page shows are not ticked by hand.
const MOST: usize = 500;

/// What the address of the list says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    search: String,
    after: String,
    scope: String,
    released: String,
    #[serde(flatten)]
    just: JustDone,
}

impl Shown {
    /// The row after which the page begins. What cannot be read is the first page.
    fn after(&self) -> Option<Pattern> {
        Some(Pattern {
            domain: Domain::parse(&self.after).ok()?,
            scope: self.scope.parse().ok()?,
        })
    }
}

/// Names and values in the order in which they came; a name may come several times.
type Pairs = Vec<(String, String)>;

/// The list.
pub(super) async fn list(
    shared: Shared,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Response {
    show(&shared, &headers, shown, None, StatusCode::OK).await
}

async fn show(
    shared: &Shared,
    headers: &HeaderMap,
    shown: Shown,
    alert: Option<&str>,
    status: StatusCode,
) -> Response {
    let frame = shared.frame(headers);
    let after = shown.after();
    let query = HeldQuery {
        search: shown.search.clone(),
        after: after.clone(),
        size: PageSize::default(),
    };
    match shared.backend.store.held(query).await {
        Ok(page) => {
            let done = shown.released.parse().ok().map(released);
            let held = Held {
                page,
                notice: shown.just.notice_to_postfix(&shared.backend, done).await,
                search: shown.search,
                is_later: after.is_some(),
                alert: alert.map(str::to_owned),
                now: (shared.backend.now)(),
            };
            (status, Html(held_page(&frame, held))).into_response()
        }
        Err(error) => failed(shared, headers, error),
    }
}

fn failed(shared: &Shared, headers: &HeaderMap, error: store::Error) -> Response {
    let error = AppError::from(error);
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    let page = failed_page(&shared.frame(headers), &error.message());
    (status, Html(page)).into_response()
}

const NOTHING_TICKED: &str = "Nothing is ticked. Tick the routes whose mail is to be released.";
const GONE: &str = "It holds no mail any more: it was released, its time has come, or there is a rule \
                    for its names again. Nothing was released.";

/// The question before mail is released.
pub(super) async fn ask(
    shared: Shared,
    Query(pairs): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    let ids = match ids(&pairs) {
        Ok(ids) => ids,
        Err(alert) => {
            return refuse(&shared, &headers, alert, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match shared.backend.store.held_rows(&ids).await {
        Ok(rows) if rows.is_empty() => refuse(&shared, &headers, GONE, StatusCode::NOT_FOUND).await,
        Ok(rows) => Html(release_page(&shared.frame(&headers), &rows)).into_response(),
        Err(error) => failed(&shared, &headers, error),
    }
}

/// Releases it.
pub(super) async fn release(
    shared: Shared,
    headers: HeaderMap,
    Form(pairs): Form<Pairs>,
) -> Response {
    let ids = match ids(&pairs) {
        Ok(ids) => ids,
        Err(alert) => {
            return refuse(&shared, &headers, alert, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match try_release(&shared.backend, ids).await {
        Ok(Released { rows, .. }) if rows.is_empty() => {
            refuse(&shared, &headers, GONE, StatusCode::NOT_FOUND).await
        }
        Ok(Released { rows, act }) => {
            let done = format!("{HELD_PATH}?released={}{}", rows.len(), undo_pair(act));
            Redirect::to(&done).into_response()
        }
        Err(error) => failed(&shared, &headers, error),
    }
}

async fn try_release(backend: &Backend, ids: Vec<RowId>) -> Result<Released, store::Error> {
    let by = backend.by();
    let released = backend.store.release(&by, Release::Rows(ids)).await?;
    if !released.rows.is_empty() {
        // The list says so if that takes long.
        backend.not_yet_published().await;
    }
    Ok(released)
}

async fn refuse(shared: &Shared, headers: &HeaderMap, alert: &str, status: StatusCode) -> Response {
    show(shared, headers, Shown::default(), Some(alert), status).await
}

/// The rows that a form names: at least one, and every one readable, so that just these are meant.
fn ids(pairs: &Pairs) -> Result<Vec<RowId>, &'static str> {
    let named = pairs.iter().filter(|(name, _)| name == "row");
    let ids: Option<Vec<_>> = named.map(|(_, id)| id.parse().ok().map(RowId)).collect();
    match ids {
        Some(ids) if ids.is_empty() => Err(NOTHING_TICKED),
        Some(ids) if ids.len() <= MOST => Ok(ids),
        _ => Err("The form was not understood. Tick the routes again."),
    }
}
