//! The history as pages: the list, its export, taking changes back, and what it was like earlier.

mod as_it_was;
mod export;
mod lines;
mod undo;

use app::error::AppError;
use app::plain::activity::{Activity, Filters, activity_page, failed_page};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use store::{HistoryFilter, HistoryPosition, HistoryQuery, ObjectKind, PageSize, Store, Timestamp};

pub(super) use self::as_it_was::{ask_restore, restore, show as as_it_was};
pub(super) use self::export::download;
pub(super) use self::lines::lines;
pub(super) use self::undo::{ask as ask_undo, undo};
use super::Shared;
use super::extract::Query;
use crate::searched;

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

    /// What cannot be read of kind and moments: filtered by it is nothing.
    fn wrong(&self) -> Option<String> {
        if !self.kind.is_empty() && ObjectKind::named(&self.kind).is_none() {
            return Some("There is no such kind of object. Choose one of the list.".to_owned());
        }
        [&self.from, &self.until]
            .into_iter()
            .filter(|typed| !typed.trim().is_empty())
            .find_map(|typed| typed.parse::<Timestamp>().err())
            .map(|error| error.to_string())
    }

    /// The filter; what cannot be read filters nothing.
    async fn filter(&self, store: &Store) -> Result<HistoryFilter, store::Error> {
        let filter = HistoryFilter {
            person: searched::person(&self.person),
            kind: ObjectKind::named(&self.kind),
            name: None,
            from: self.from.parse().ok(),
            until: self.until.parse().ok(),
        };
        searched::with_object(store, filter, &self.object).await
    }
}

/// The list.
pub(super) async fn list(
    shared: Shared,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Response {
    match shown.wrong() {
        Some(why) => wrong(&shared, &headers, &shown, why).await,
        None => list_with(&shared, &headers, &shown, None, StatusCode::OK).await,
    }
}

/// The list, saying what cannot be read of the filter.
async fn wrong(shared: &Shared, headers: &HeaderMap, shown: &Shown, why: String) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    list_with(shared, headers, shown, Some(why), status).await
}

async fn list_with(
    shared: &Shared,
    headers: &HeaderMap,
    shown: &Shown,
    alert: Option<String>,
    status: StatusCode,
) -> Response {
    let store = &shared.backend.store;
    let read = async {
        let query = HistoryQuery {
            filter: shown.filter(store).await?,
            position: shown.position(),
            size: PageSize::default(),
        };
        Ok::<_, store::Error>((store.history(query).await?, store.people().await?))
    };
    let (page, people) = match read.await {
        Ok(read) => read,
        Err(error) => return failed(shared, headers, error),
    };
    let activity = Activity {
        page,
        filters: shown.filters(),
        people: people
            .iter()
            .map(|person| person.name.to_string())
            .collect(),
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
