//! The connection test as a page: the steps are sent as they happen, and the end is noted.

mod read;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use app::error::AppError;
use app::listing::RELAY;
use app::plain::form::Wrong;
use app::plain::test::{Form, event, form_page, running_page};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use gateway::probe::{Event, Limiter, Permit, Prober, Report};
use routing::{NextHop, TlsPolicy};
use serde::Deserialize;
use store::{Store, StoredSmartHost, Timestamp, Version};

use self::read::Asked;
use super::Shared;
use super::extract::{Form as Posted, Query};
use super::typed::{TYPE_AGAIN, wrong};
use crate::tested::{self, Known};

/// Tests that may run at the same time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// Tests that may begin within a minute.
const A_MINUTE: NonZeroUsize = NonZeroUsize::new(30).unwrap();

/// What connection tests need.
#[derive(Clone, Debug)]
pub(super) struct Tests {
    prober: Prober,
    limiter: Limiter,
}

impl Tests {
    pub(super) fn new(prober: Prober) -> Self {
        Self {
            prober,
            limiter: Limiter::new(AT_ONCE, A_MINUTE),
        }
    }
}

/// What the form sends. No `Debug`: it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    host: String,
    port: String,
    relay_host: String,
    relay_port: String,
    tls: String,
    tls_name: String,
    user: String,
    password: String,
    /// `none` for no login, whatever is set.
    login: String,
    login_reason: String,
    from: String,
    to: String,
    /// What was not kept through a sign-in.
    left_out: String,
    /// The service of Postfix that delivers, if it is not one for smart hosts.
    by: String,
}

impl Typed {
    /// What was typed, without the password, which is never sent back. The entry row of a list
    /// names host and port as it does for itself.
    fn form(&self) -> Form {
        let either =
            |one: &String, other: &String| if one.is_empty() { other } else { one }.clone();
        Form {
            host: either(&self.host, &self.relay_host),
            port: either(&self.port, &self.relay_port),
            tls: self.tls.clone(),
            tls_name: self.tls_name.clone(),
            user: self.user.clone(),
            no_login: self.login == "none",
            login_reason: self.login_reason.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            by_relay: self.by == RELAY,
        }
    }
}

/// The form, filled in as the address says, and with what is set for the smart host that it names.
pub(super) async fn ask(
    shared: Shared,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
) -> Html<String> {
    let mut form = typed.form();
    if form.by_relay && form.tls.is_empty() {
        // What is set for smart hosts does not count there.
        TlsPolicy::Opportunistic.as_str().clone_into(&mut form.tls);
        form.no_login = true;
    }
    let known = match read::which(&form) {
        // The test itself says why, if it cannot be read.
        Ok(of) => shared.backend.store.smart_host(&of).await.ok(),
        Err(_) => None,
    };
    Html(form_page(&shared.frame(&headers), &form, known, &[]))
}

/// Makes the test while the answer is read; whoever closes the page ends it.
pub(super) async fn run(
    shared: Shared,
    headers: HeaderMap,
    Posted(typed): Posted<Typed>,
) -> Response {
    let frame = shared.frame(&headers);
    let mut form = typed.form();
    let refuse =
        |form: &Form, known: Option<StoredSmartHost>, status: StatusCode, wrong: Vec<Wrong>| {
            (status, Html(form_page(&frame, form, known, &wrong))).into_response()
        };
    let known = match known(&shared.backend.store, &form).await {
        Ok(known) => known,
        Err((status, wrong)) => return refuse(&form, None, status, wrong),
    };
    let host = known.host.clone();
    if !typed.left_out.is_empty() {
        let wrong = vec![wrong("password", &TYPE_AGAIN)];
        return refuse(&form, Some(host), StatusCode::UNPROCESSABLE_ENTITY, wrong);
    }
    let who = &shared.backend.who;
    let Asked {
        plan,
        settings,
        login_as_set,
    } = match read::plan(&form, typed.password, known, who.role) {
        Ok(asked) => asked,
        Err(wrong) => return refuse(&form, Some(host), StatusCode::UNPROCESSABLE_ENTITY, wrong),
    };
    let permit = match shared.tests.limiter.begin(Instant::now()) {
        Ok(permit) => permit,
        Err(refused) => {
            let wrong = vec![wrong("host", &refused)];
            return refuse(&form, Some(host), StatusCode::TOO_MANY_REQUESTS, wrong);
        }
    };
    if login_as_set {
        tracing::info!(
            person = who.name,
            smart_host = %host.settings.next_hop,
            tls = plan.tls.as_str(),
            "a connection test sends the login that is set"
        );
    }
    let NextHop { host: name, port } = &host.settings.next_hop;
    form.host = name.to_string();
    form.port = port.to_string();
    let page = running_page(&frame, &form, host);
    let now = (shared.backend.now)();
    let events = shared.tests.prober.events(plan, now.since_epoch());
    let notes = Notes {
        store: shared.backend.store,
        at: now,
        settings,
    };
    let body = Body::from_stream(
        pieces(page, events, permit, notes).map(Ok::<_, std::convert::Infallible>),
    );
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// What is known of the smart host that the form names, or the answer that says why nothing is.
async fn known(store: &Store, form: &Form) -> Result<Known, (StatusCode, Vec<Wrong>)> {
    let of = read::which(form).map_err(|wrong| (StatusCode::UNPROCESSABLE_ENTITY, wrong))?;
    Known::read(store, &of).await.map_err(|error| {
        let error = AppError::from(error);
        let status = StatusCode::from_u16(error.status()).unwrap_or_default();
        (status, vec![wrong("host", &error.message())])
    })
}

/// Where the end of a test is noted.
struct Notes {
    store: Store,
    at: Timestamp,
    settings: Option<Version>,
}

impl Notes {
    async fn note(&self, report: &Report) {
        let note = tested::note(report, self.at, self.settings);
        if let Err(error) = self.store.note_test(note).await {
            // The page shows what was found; it is only not remembered.
            tracing::warn!(%error, "a connection test could not be noted");
        }
    }
}

/// The page piece by piece. The permit lasts as long as the test.
fn pieces(
    (before, after): (String, String),
    events: impl Stream<Item = Event> + Send + 'static,
    permit: Permit,
    notes: Notes,
) -> impl Stream<Item = String> + Send + 'static {
    let during = Arc::new((permit, notes));
    let steps = events.filter_map(move |happened| {
        let during = Arc::clone(&during);
        async move {
            if let Event::Finished(report) = &happened {
                during.1.note(report).await;
            }
            event(happened)
        }
    });
    stream::iter([before])
        .chain(steps)
        .chain(stream::iter([after]))
}
