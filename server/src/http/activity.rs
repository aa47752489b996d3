//! The history as pages: the list, its export, taking changes back, and what it was like earlier.

mod as_it_was;
mod export;
mod undo;

use app::error::AppError;
use app::plain::activity::{Activity, Filters, activity_page, failed_page};
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use store::{HistoryPosition, HistoryQuery, PageSize, Timestamp};

pub(super) use self::as_it_was::{ask_restore, restore, show as as_it_was};
pub(super) use self::export::download;
pub(super) use self::undo::{ask as ask_undo, undo};
use super::Shared;

/// What the address of the list says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    person: String,
    object: String,
    kind: String,
    from: String,
    until: String,
    before: String,
    after: String,
    undone: String,
    restored: String,
    password: String,
}

impl Shown {
    fn filters(&self) -> Filters {
        Filters {
            person: self.person.clone(),
            object: self.object.clone(),
            kind: self.kind.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
        }
    }

    /// Where the page lies. What cannot be read is the newest.
    fn position(&self) -> HistoryPosition {
        match (self.before.parse(), self.after.parse()) {
            (Ok(before), _) => HistoryPosition::Before(before),
            (_, Ok(after)) => HistoryPosition::After(after),
            _ => HistoryPosition::Newest,
        }
    }

    /// What cannot be read of the moments.
    fn wrong(&self) -> Option<String> {
        [&self.from, &self.until]
            .into_iter()
            .filter(|typed| !typed.trim().is_empty())
            .find_map(|typed| typed.parse::<Timestamp>().err())
            .map(|error| error.to_string())
    }
}

/// The list.
pub(super) async fn list(
    shared: Shared,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Response {
    let alert = shown.wrong();
    let status = match alert {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    list_with(&shared, &headers, &shown, alert, status).await
}

async fn list_with(
    shared: &Shared,
    headers: &HeaderMap,
    shown: &Shown,
    alert: Option<String>,
    status: StatusCode,
) -> Response {
    let filters = shown.filters();
    let query = HistoryQuery {
        filter: filters.filter(),
        position: shown.position(),
        size: PageSize::default(),
    };
    let page = match shared.backend.store.history(query).await {
        Ok(page) => page,
        Err(error) => return failed(shared, headers, error),
    };
    let activity = Activity {
        page,
        filters,
        undone: shown.undone.parse().ok(),
        restored: shown.restored.parse().ok(),
        password_stays: shown.password == "stays",
        alert,
        now: (shared.backend.now)(),
    };
    let page = activity_page(&shared.frame(headers), activity);
    (status, Html(page)).into_response()
}

/// The list, saying why something was not done.
async fn refuse(shared: &Shared, headers: &HeaderMap, error: store::Error) -> Response {
    let (status, why) = refusal(error);
    list_with(shared, headers, &Shown::default(), Some(why), status).await
}

/// The list, saying why somebody may not do that.
async fn forbidden(shared: &Shared, headers: &HeaderMap, error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    let alert = Some(error.message());
    list_with(shared, headers, &Shown::default(), alert, status).await
}

/// What the store refused, as a status and a sentence.
fn refusal(error: store::Error) -> (StatusCode, String) {
    let error = AppError::from(error);
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    (status, error.message())
}

fn failed(shared: &Shared, headers: &HeaderMap, error: store::Error) -> Response {
    let (status, why) = refusal(error);
    (status, Html(failed_page(&shared.frame(headers), &why))).into_response()
}
