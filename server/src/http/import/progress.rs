//! How far an import has come, told as it goes: a stream of server-sent events that ends with the work.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use app::listing::grouped;
use app::plain::import::Working;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream;
use store::{SessionKey, Store};
use tokio::time::{Instant, sleep};

use super::Which;
use super::job::Job;
use crate::http::Shared;
use crate::http::entry::Entry;
use crate::http::extract::Query;
use crate::http::live::{NOT_BUFFERED, is_signed_in};
use crate::import::Pace;
use crate::listen::Stopping;

/// How often it is told.
const EVERY: Duration = Duration::from_millis(250);

/// How long a stream outlives its session at most.
const BEAT: Duration = Duration::from_secs(15);

/// The last event: the page is to be loaded again.
const END: &str = "event: end\ndata:\n\n";

/// Answers with the stream.
pub(in crate::http) async fn progress(
    shared: Shared,
    Query(which): Query<Which>,
    request: Request,
) -> Response {
    let (Some(job), Some(session)) = (shared.import(&which.id), shared.backend.who.session) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let watcher = Watcher {
        job,
        store: shared.backend.store,
        entry: shared.entry,
        session,
        stopping: Stopping::of(request.extensions()),
        asked: Instant::now(),
        is_new: true,
        is_over: false,
    };
    let said = stream::unfold(watcher, async |mut watcher| {
        let text = watcher.next().await?;
        Some((Ok::<_, Infallible>(text), watcher))
    });
    let kind = (CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    ([kind, NOT_BUFFERED], Body::from_stream(said)).into_response()
}

/// One page that shows how far it has come.
struct Watcher {
    job: Arc<Job>,
    store: Store,
    entry: Entry,
    session: SessionKey,
    stopping: Stopping,
    /// When it was last asked whether the person is still signed in.
    asked: Instant,
    is_new: bool,
    is_over: bool,
}

impl Watcher {
    /// What to send next; nothing once the stream is over.
    async fn next(&mut self) -> Option<String> {
        if self.is_over {
            return None;
        }
        if !std::mem::take(&mut self.is_new) {
            let mut stages = self.job.stages();
            tokio::select! {
                () = self.stopping.told() => return None,
                _ = stages.changed() => {}
                () = sleep(EVERY) => {}
            }
        }
        if self.asked.elapsed() > BEAT {
            if !is_signed_in(&self.store, &self.entry, self.session).await {
                return None;
            }
            self.asked = Instant::now();
        }
        self.job.touch();
        if !self.job.is_working() {
            self.is_over = true;
            return Some(END.to_owned());
        }
        // Texts and numbers can always be written.
        let told = serde_json::to_string(&self.job.working()).unwrap_or_default();
        Some(format!("data: {told}\n\n"))
    }
}

/// How far an import of a file of this name has come, in words.
pub(super) fn words(pace: &Pace, name: &str) -> Working {
    let what = match name {
        "" => format!("{} the pasted text", pace.what),
        name => format!("{} {name}", pace.what),
    };
    let mut parts = Vec::new();
    let percent = pace.percent();
    parts.extend(percent.map(|percent| format!("{percent} %")));
    let rows = |count| format!("{} lines", grouped(count));
    parts.extend(pace.rows.filter(|count| *count > 0).map(rows));
    parts.extend(
        pace.rows_a_second
            .map(|rate| format!("{} a second", grouped(rate))),
    );
    parts.extend(pace.left.map(|left| format!("about {} left", span(left))));
    Working {
        what,
        percent,
        detail: parts.join(", "),
    }
}

/// A time as people say it.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{} s", seconds.max(1)),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use store::{Phase, Progress};

    use super::*;

    #[test]
    fn a_page_says_how_far_it_is_how_fast_and_how_long() {
        let now = |phase, done, total| Progress { phase, done, total };
        let told =
            |now, read, seconds| words(&Pace::of(now, read, Duration::from_secs(seconds)), "a.csv");
        let reading = told(now(Phase::Reading, 1_000, None), (25, Some(100)), 2);
        assert_eq!(reading.what, "Reading a.csv");
        assert_eq!(reading.percent, Some(25));
        assert_eq!(
            reading.detail,
            "25 %, 1,000 lines, 500 a second, about 6 s left"
        );
        let writing = told(now(Phase::Writing, 10, Some(1_000)), (0, None), 2);
        assert_eq!(
            writing.detail,
            "1 %, 10 lines, 5 a second, about 4 min left"
        );
        let finishing = told(now(Phase::Finishing, 0, None), (9, Some(9)), 2);
        assert_eq!((finishing.percent, finishing.detail.as_str()), (None, ""));
    }
}
