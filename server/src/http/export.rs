//! Lists as files, streamed from the database.

use std::time::Duration;

use app::listing::Listing;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::BoxStream;
use routing::{Format, List};
use serde::Deserialize;

use super::Shared;
use super::extract::Query;
use crate::export::export;

/// How long a download may take nothing. Each holds one of a few connections to the database, and
/// keeps it from tidying up.
const PATIENCE: Duration = Duration::from_mins(1);

/// When to ask again, in seconds, where too many downloads are under way.
const RETRY: (HeaderName, &str) = (RETRY_AFTER, "5");

/// What to export.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    format: String,
    #[serde(default)]
    q: String,
}

/// Answers with a list as a file: all of it, or what a search shows.
///
/// The rows are of one moment, whatever changes while they are downloaded. If reading fails on the
/// way, the connection is cut, so that half a file is never taken for a whole one.
pub(super) async fn download(
    listing: Listing,
    shared: Shared,
    Query(wanted): Query<Wanted>,
) -> Response {
    let format = match wanted.format.as_str() {
        "" => Format::default(),
        name => match name.parse() {
            Ok(format) => format,
            Err(_) => return unknown_format(listing.file(), name),
        },
    };
    match export(
        &shared.backend.store,
        listing.file(),
        format,
        &wanted.q,
        PATIENCE,
    )
    .await
    {
        Ok(text) => file(listing, format, text),
        Err(error) => not_begun(&error),
    }
}

fn not_begun(error: &store::Error) -> Response {
    if matches!(error, store::Error::Busy) {
        // So many downloads at once are no fault, and one of them will end.
        tracing::warn!(%error, "an export could not begin");
        let words = "Too many downloads are under way. Try again in a moment.\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [RETRY], words).into_response();
    }
    tracing::error!(%error, "an export could not begin");
    let words = "The list could not be read. The server's log says more.\n";
    (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
}

fn file(
    listing: Listing,
    format: Format,
    text: BoxStream<'static, Result<String, store::Error>>,
) -> Response {
    let name = listing.file().file_name(format);
    let headers = [
        (CONTENT_TYPE, format.content_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let logged = text.inspect(|chunk| match chunk {
        // The reader's doing, not the server's.
        Err(error @ store::Error::Stalled) => tracing::warn!(%error, "an export broke off"),
        Err(error) => tracing::error!(%error, "an export broke off"),
        Ok(_) => {}
    });
    (headers, Body::from_stream(logged)).into_response()
}

fn unknown_format(list: List, name: &str) -> Response {
    let known: Vec<_> = list.formats().into_iter().map(Format::as_str).collect();
    let known = known.join(", ");
    let name: String = name.chars().take(40).filter(|c| !c.is_control()).collect();
    let words = format!("There is no format \u{201c}{name}\u{201d}. The formats are {known}.\n");
    (StatusCode::BAD_REQUEST, words).into_response()
}

#[cfg(test)]
mod tests;
