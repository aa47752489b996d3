//! Takes in a request whole and within limits, before any handler sees it; a file that is to be imported
//! is taken in by its handler, piece by piece, within limits of its own.

mod upload;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{EXPECT, HeaderMap};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use tokio::time::timeout;

use crate::limits::Limits;

/// How many times the largest body is read to its end, only to be refused: a browser that is still
/// sending when the connection is closed shows its person an error of its own in place of ours.
const HEARD_OUT: u64 = 16;

/// A service that takes in requests within these limits.
pub fn limited(router: Router, limits: Limits) -> Router {
    router.layer(middleware::from_fn_with_state(limits, take_in))
}

/// Answers 431 to headers and 413 to a body that are too large, 408 to a body that comes too slowly,
/// and 503 where the answer does not begin in time.
///
/// Not 408 for the last: a browser may take that for the end of an idle connection and, unasked, send
/// the request again (RFC 9110, 15.5.9), which by then has been carried out.
async fn take_in(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if size(request.uri(), request.headers()) > limits.header_bytes {
        let words = format!(
            "The address and headers of the request have more than {} KB. Remove the cookies of this \
             site, or shorten the address.\n",
            limits.header_bytes / 1024
        );
        return refuse(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, words);
    }
    if upload::is_one(&request) {
        return upload::take_in(limits, request, next).await;
    }
    let (parts, body) = request.into_parts();
    let expects = parts.headers.contains_key(EXPECT);
    let body = match timeout(limits.body, whole(body, limits.body_bytes, expects)).await {
        Ok(Ok(bytes)) => Body::from(bytes),
        Ok(Err(Unread::TooLarge)) => {
            let words = format!(
                "What was sent has more than {} KB, which is the most that is taken at a time.\n",
                limits.body_bytes / 1024
            );
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, words);
        }
        Ok(Err(Unread::Broken)) => {
            let words = "The request broke off.\n".to_owned();
            return refuse(StatusCode::BAD_REQUEST, words);
        }
        Err(_) => {
            let words = format!(
                "The request was not there whole within {} seconds, and nothing was done. Try again.\n",
                limits.body.as_secs()
            );
            return refuse(StatusCode::REQUEST_TIMEOUT, words);
        }
    };
    let request = Request::from_parts(parts, body);
    if let Ok(response) = timeout(limits.answer, next.run(request)).await {
        return response;
    }
    let words = format!(
        "There was no answer within {} seconds. Load the page again to see whether it was done.\n",
        limits.answer.as_secs()
    );
    refuse(StatusCode::SERVICE_UNAVAILABLE, words)
}

fn refuse(status: StatusCode, words: String) -> Response {
    tracing::warn!(status = status.as_u16(), "turned a request away");
    (status, words).into_response()
}

/// The bytes of a request before its body, give or take a few.
fn size(uri: &Uri, headers: &HeaderMap) -> usize {
    let uri = uri.path_and_query().map_or(0, |asked| asked.as_str().len());
    let headers = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    uri + headers.sum::<usize>()
}

/// Why there is no body.
enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body. One that is too large is read to its end, as far as that is bearable; unless the
/// client `expects` to be told before it sends it.
async fn whole(body: Body, most: usize, expects: bool) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let most_heard = HEARD_OUT.saturating_mul(most as u64);
    let announced = body.size_hint().lower();
    if announced > most_heard || (expects && announced > most as u64) {
        return Err(Unread::TooLarge);
    }
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    let mut heard = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Unread::Broken)?;
        heard += piece.len() as u64;
        if heard > most_heard {
            break;
        }
        if heard <= most as u64 {
            whole.extend_from_slice(&piece);
        } else {
            whole = Vec::new();
        }
    }
    if heard > most as u64 {
        return Err(Unread::TooLarge);
    }
    Ok(whole.into())
}
