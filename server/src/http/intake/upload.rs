//! Files that are sent to be imported: they go through to the handler as they come.

use std::convert::Infallible;

use app::listing::Listing;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::EXPECT;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures::{StreamExt, stream};
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::{Instant, timeout_at};

use super::{HEARD_OUT, refuse};
use crate::limits::Limits;

/// Pieces that wait for the handler.
const WAITING: usize = 4;

/// Whether a request sends a file to be imported.
pub(super) fn is_one(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST && Listing::ALL.iter().any(|list| list.import_path() == path)
}

/// Why a file did not come whole.
enum Broken {
    TooLarge,
    Stalled,
    Off,
}

/// Passes the body on to the handler. Answers 413 to one that is too large, and 408 to one that stalls.
pub(super) async fn take_in(limits: Limits, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let announced = body.size_hint().lower();
    let expects = parts.headers.contains_key(EXPECT);
    if announced > limits.upload_bytes.saturating_mul(2)
        || (expects && announced > limits.upload_bytes)
    {
        return answer(&limits, &Broken::TooLarge);
    }
    let (sender, pieces) = channel::<Bytes>(WAITING);
    let pieces = stream::unfold(pieces, async |mut pieces| {
        let piece = pieces.recv().await?;
        Some((Ok::<_, Infallible>(piece), pieces))
    });
    let mut request = Request::from_parts(parts, Body::from_stream(pieces));
    // The limit is the one here.
    DefaultBodyLimit::disable().apply(&mut request);
    // Dropped together when the connection breaks off, so that the handler tidies up.
    let (response, passed) = tokio::join!(next.run(request), pass_on(body, sender, &limits));
    match passed {
        Ok(()) => response,
        Err(broken) => answer(&limits, &broken),
    }
}

/// Passes on what comes, until all is there. What nobody takes any more is still heard out, as far as that
/// is bearable: see [`HEARD_OUT`].
async fn pass_on(body: Body, sender: Sender<Bytes>, limits: &Limits) -> Result<(), Broken> {
    let mut pieces = body.into_data_stream();
    let mut taker = Some(sender);
    let (mut heard, mut unheard, mut paced) = (0, 0, 0);
    let mut until = Instant::now() + limits.upload_stalled;
    loop {
        let piece = match timeout_at(until, pieces.next()).await {
            Err(_) => return Err(Broken::Stalled),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Broken::Off),
            Ok(Some(Ok(piece))) => piece,
        };
        let length = piece.len() as u64;
        heard += length;
        if heard > limits.upload_bytes {
            // Without its end, the handler takes what it has for broken off.
            taker = None;
            if heard > limits.upload_bytes.saturating_mul(2) {
                break;
            }
        } else if let Some(sender) = &taker {
            if sender.send(piece).await.is_err() {
                taker = None;
            }
        } else {
            unheard += length;
            if unheard > HEARD_OUT.saturating_mul(limits.body_bytes as u64) {
                break;
            }
        }
        // What is slow in taking it is not the sender's fault.
        if heard - paced >= limits.upload_pace {
            paced = heard;
            until = Instant::now() + limits.upload_stalled;
        }
    }
    if heard > limits.upload_bytes {
        return Err(Broken::TooLarge);
    }
    Ok(())
}

fn answer(limits: &Limits, broken: &Broken) -> Response {
    match broken {
        Broken::TooLarge => {
            let words = format!(
                "The file has more than {} MB, which is the most that is imported at a time. Nothing was changed. \
                 Import it in parts, or by the command line: smart-hosts import --help.\n",
                limits.upload_bytes / (1024 * 1024)
            );
            refuse(StatusCode::PAYLOAD_TOO_LARGE, words)
        }
        Broken::Stalled => {
            let words = format!(
                "Nothing more of the file has come for {} seconds. Nothing was changed. Try again.\n",
                limits.upload_stalled.as_secs()
            );
            refuse(StatusCode::REQUEST_TIMEOUT, words)
        }
        Broken::Off => {
            let words = "The request broke off.\n".to_owned();
            refuse(StatusCode::BAD_REQUEST, words)
        }
    }
}
