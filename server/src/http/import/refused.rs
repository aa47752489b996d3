//! The lines that are left out, as a file to be corrected.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream;
use store::{Error, PreviewPlace, RefusedQuery};

use super::Which;
use super::show::{failed, gone};
use crate::http::Shared;
use crate::http::extract::Query;
use crate::import::written;

/// Lines that are read at once.
const LINES: usize = 1_000;

/// Answers with the file: each line below its reason, a remark. If reading fails on the way, the
/// connection is cut, so that half a file is never taken for a whole one.
pub(in crate::http) async fn download(
    shared: Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response {
    let Some(job) = shared.import(&which.id) else {
        return gone(&shared, &headers);
    };
    let page = async move |place| {
        let query = RefusedQuery {
            search: String::new(),
            place,
            most: LINES,
        };
        let page = job.refused(query).await?;
        let text: String = page.lines.iter().map(written).collect();
        let last = page.lines.last().filter(|_| page.has_next);
        Ok::<_, Error>((text, last.map(|last| last.number)))
    };
    let (first, next) = match page(PreviewPlace::First).await {
        Ok(page) => page,
        Err(Error::Cancelled) => return gone(&shared, &headers),
        Err(error) => return failed(&shared, &headers, error),
    };
    let rest = stream::try_unfold((page, next), async |(page, next)| {
        let Some(after) = next else { return Ok(None) };
        let (text, next) = page(PreviewPlace::After(after)).await?;
        Ok::<_, Error>(Some((text, (page, next))))
    });
    let text = stream::once(async { Ok(first) });
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"refused.txt\""),
    ];
    let body = Body::from_stream(futures::StreamExt::chain(text, rest));
    (StatusCode::OK, headers, body).into_response()
}
