//! What others change, told to open pages as it happens: one stream of server-sent events for each.

mod follow;
mod recent;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream;
use store::{SessionKey, Store, Version};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until};

use super::Shared;
use super::check::api_error;
use super::entry::Entry;
use crate::listen::Stopping;
use app::error::AppError;
use recent::Recent;

/// The path of the stream.
pub(super) const CHANGES_PATH: &str = "/api/changes";

/// How often something is sent where nothing happens: so that a page knows that it is still connected,
/// and proxies do not take the connection for one that is over. Also how long a stream outlives its
/// session at most, without saying anything.
const BEAT: Duration = Duration::from_secs(15);

/// The number of the last event that a browser has heard, which it says when it comes back.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// nginx passes events on when they come, not when it has gathered enough.
pub(super) const NOT_BUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);

/// What all streams are fed from: one follower of the store, as long as anybody listens.
#[derive(Clone)]
pub(super) struct Live {
    store: Store,
    following: Arc<Mutex<Option<watch::Sender<Recent>>>>,
}

impl Live {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            following: Arc::default(),
        }
    }

    /// Listens to the follower, which is set off if there is none.
    async fn listen(&self) -> Result<watch::Receiver<Recent>, store::Error> {
        let mut following = self.following.lock().await;
        if let Some(sender) = &*following {
            return Ok(sender.subscribe());
        }
        let (sender, receiver) = watch::channel(Recent::new(self.store.latest().await?));
        *following = Some(sender.clone());
        tokio::spawn(follow::follow(self.clone(), sender));
        Ok(receiver)
    }
}

/// Answers with the stream, which ends with the session or with the server.
pub(super) async fn changes(shared: Shared, request: Request) -> Response {
    let heard = shared.live.listen().await;
    let (recent, Some(session)) = (match heard {
        Ok(recent) => (recent, shared.backend.who.session),
        Err(error) => return api_error(&AppError::from(error)),
    }) else {
        // A fault of ours: the check lets nobody through without a session.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let listener = Listener {
        recent,
        heard: last_heard(request.headers()),
        store: shared.backend.store,
        entry: shared.entry,
        session,
        stopping: Stopping::of(request.extensions()),
        beat: Instant::now() + BEAT,
        is_new: true,
    };
    let said = stream::unfold(listener, async |mut listener| {
        let text = listener.next().await?;
        Some((Ok::<_, std::convert::Infallible>(text), listener))
    });
    let kind = (CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    ([kind, NOT_BUFFERED], Body::from_stream(said)).into_response()
}

/// The state of the store that a browser has heard of, if it comes back.
fn last_heard(headers: &HeaderMap) -> Option<Version> {
    let id = headers.get(LAST_EVENT_ID)?.to_str().ok()?;
    id.parse().ok().map(Version)
}

/// One open page.
struct Listener {
    recent: watch::Receiver<Recent>,
    /// The state of the store that it knows of; nothing if it has just come.
    heard: Option<Version>,
    store: Store,
    entry: Entry,
    session: SessionKey,
    stopping: Stopping,
    /// When to send something in any case.
    beat: Instant,
    is_new: bool,
}

impl Listener {
    /// What to send next; nothing once the stream is over.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            return Some(format!("{}{}", words::RETRY, self.news()));
        }
        loop {
            let mut beats = false;
            tokio::select! {
                () = self.stopping.told() => return None,
                changed = self.recent.changed() => changed.ok()?,
                () = sleep_until(self.beat) => beats = true,
            }
            let mut said = self.news();
            if beats && said.is_empty() {
                words::BEAT.clone_into(&mut said);
            }
            if said.is_empty() {
                continue;
            }
            if !is_signed_in(&self.store, &self.entry, self.session).await {
                return None;
            }
            self.beat = Instant::now() + BEAT;
            return Some(said);
        }
    }

    /// What has happened since the last time.
    fn news(&mut self) -> String {
        let recent = self.recent.borrow_and_update();
        let said = recent.since(self.heard);
        self.heard = Some(recent.version());
        said
    }
}

/// Whether a page of this session may still hear something.
pub(super) async fn is_signed_in(store: &Store, entry: &Entry, session: SessionKey) -> bool {
    let found = store.signed_in(session, entry.lapse());
    // Where it cannot be known, the page asks again.
    matches!(found.await, Ok(Some(found)) if !found.lacks_second_factor)
}
