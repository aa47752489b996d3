//! The history as a file: one JSON object a line, oldest first.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream;
use store::Change;

use super::{Shared, Shown, failed, wrong};
use crate::http::extract::Query;

/// How long a download may take nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Answers with the entries that the filters show. They are of one moment; if reading fails on the
/// way, the connection is cut, so that half a file is never taken for a whole one.
pub(in super::super) async fn download(
    shared: Shared,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Response {
    if let Some(why) = shown.wrong() {
        // Not everything in place of what was meant.
        return wrong(&shared, &headers, &shown, why).await;
    }
    let store = &shared.backend.store;
    let entries = async {
        let filter = shown.filter(store).await?;
        store.export_history(filter, PATIENCE).await
    };
    let entries = match entries.await {
        Ok(entries) => entries,
        Err(error) => return failed(&shared, &headers, error),
    };
    let lines = stream::unfold(entries, async |mut entries| {
        let batch = entries.recv().await?;
        let lines = batch.and_then(|batch| lines(&batch));
        if let Err(error) = &lines {
            tracing::error!(%error, "an export of the history broke off");
        }
        Some((lines, entries))
    });
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"activity.jsonl\"",
        ),
    ];
    (headers, Body::from_stream(lines)).into_response()
}

fn lines(batch: &[Change]) -> Result<String, store::Error> {
    let mut lines = String::new();
    for entry in batch {
        lines += &serde_json::to_string(entry)?;
        lines.push('\n');
    }
    Ok(lines)
}
