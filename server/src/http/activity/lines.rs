//! The lines of an entry that stands for many rows.

use app::plain::activity::lines_page;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use store::{LinesQuery, NoUndo, PageSize};

use super::{Shared, failed, refuse};
use crate::http::extract::Query;

/// Which entry, and where its page begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wanted {
    entry: String,
    after: String,
}

/// Some of its lines.
pub(in super::super) async fn lines(
    shared: Shared,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let batch = wanted.entry.parse().unwrap_or_default();
    let after = wanted.after.parse().ok();
    let query = LinesQuery {
        batch,
        after,
        size: PageSize::default(),
    };
    match shared.backend.store.lines(query).await {
        Ok(Some(page)) => {
            let now = (shared.backend.now)();
            Html(lines_page(&shared.frame(&headers), page, after, now)).into_response()
        }
        Ok(None) => refuse(&shared, &headers, NoUndo::Unknown(batch).into()).await,
        Err(error) => failed(&shared, &headers, error),
    }
}
