//! The connection test as a page: the steps are sent as they happen.

use std::num::NonZeroUsize;
use std::time::Instant;

use app::plain::form::Wrong;
use app::plain::test::{Form, event, form_page, running_page};
use axum::body::Body;
use axum::extract::{Form as Posted, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use gateway::probe::{Envelope, Event, Limiter, Mailbox, Permit, Plan, Prober};
use routing::{Account, Field, Input, NextHop, Password, TlsPolicy, UserName};
use serde::Deserialize;

use super::Shared;

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
    from: String,
    to: String,
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
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }
}

/// The form, filled in as the address says.
pub(super) async fn ask(
    State(shared): State<Shared>,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
) -> Html<String> {
    Html(form_page(&shared.frame(&headers), &typed.form(), &[]))
}

/// Makes the test while the answer is read; whoever closes the page ends it.
pub(super) async fn run(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Posted(typed): Posted<Typed>,
) -> Response {
    let frame = shared.frame(&headers);
    let mut form = typed.form();
    let refuse = |form: &Form, status: StatusCode, wrong: Vec<Wrong>| {
        (status, Html(form_page(&frame, form, &wrong))).into_response()
    };
    let plan = match plan(&form, typed.password) {
        Ok(plan) => plan,
        Err(wrong) => return refuse(&form, StatusCode::UNPROCESSABLE_ENTITY, wrong),
    };
    let permit = match shared.tests.limiter.begin(Instant::now()) {
        Ok(permit) => permit,
        Err(refused) => {
            let wrong = wrong("host", &refused);
            return refuse(&form, StatusCode::TOO_MANY_REQUESTS, vec![wrong]);
        }
    };
    form.host = plan.host.to_string();
    form.port = plan.port.to_string();
    let page = running_page(&frame, &form);
    let now = (shared.backend.now)().since_epoch();
    let events = shared.tests.prober.events(plan, now);
    let body =
        Body::from_stream(pieces(page, events, permit).map(Ok::<_, std::convert::Infallible>));
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// The page piece by piece. The permit lasts as long as the test.
fn pieces(
    (before, after): (String, String),
    events: impl Stream<Item = Event> + Send + 'static,
    permit: Permit,
) -> impl Stream<Item = String> + Send + 'static {
    let steps = events.filter_map(move |happened| {
        let _while_it_runs = &permit;
        std::future::ready(event(happened))
    });
    stream::iter([before])
        .chain(steps)
        .chain(stream::iter([after]))
}

/// Reads the form.
fn plan(form: &Form, password: String) -> Result<Plan, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let next_hop = next_hop(form, &mut wrongs);
    let tls = match (&next_hop, form.tls.as_str()) {
        (Some(hop), "") => Some(TlsPolicy::default_for(hop.port)),
        (_, name) => keep(TlsPolicy::parse(name, &form.tls_name), "tls", &mut wrongs),
    };
    if let (Some(hop), Some(tls)) = (&next_hop, &tls) {
        keep(tls.check(hop), "tls", &mut wrongs);
    }
    let account = account(form, password, &mut wrongs);
    let envelope = envelope(form, &mut wrongs);
    match (next_hop, tls) {
        (Some(hop), Some(tls)) if wrongs.is_empty() => Ok(Plan {
            account,
            envelope,
            ..Plan::new(hop.host, hop.port, tls)
        }),
        _ => Err(wrongs),
    }
}

fn next_hop(form: &Form, wrongs: &mut Vec<Wrong>) -> Option<NextHop> {
    if form.host.trim().is_empty() {
        wrongs.push(wrong(
            "host",
            &"Type the host name or IP address of a smart host, such as mail.example.net.",
        ));
        return None;
    }
    let input = Input {
        relay_host: form.host.clone(),
        relay_port: if form.port.is_empty() {
            routing::Port::DEFAULT.to_string()
        } else {
            form.port.clone()
        },
        ..Input::default()
    };
    input.next_hop().unwrap_or_else(|errors| {
        wrongs.extend(errors.into_iter().map(|error| {
            let field = if error.field == Field::Port {
                "port"
            } else {
                "host"
            };
            wrong(field, &error.message)
        }));
        None
    })
}

fn account(form: &Form, password: String, wrongs: &mut Vec<Wrong>) -> Option<Account> {
    match (form.user.trim(), password.is_empty()) {
        ("", true) => None,
        ("", false) => {
            wrongs.push(wrong("user", &"Type the user name for this password."));
            None
        }
        (user, _) => {
            let user = keep(UserName::parse(user), "user", wrongs);
            let password = keep(Password::parse(password), "password", wrongs);
            Some(Account {
                user: user?,
                password: password?,
            })
        }
    }
}

fn envelope(form: &Form, wrongs: &mut Vec<Wrong>) -> Option<Envelope> {
    if form.to.trim().is_empty() {
        if !form.from.trim().is_empty() {
            wrongs.push(wrong(
                "to",
                &"Type a recipient as well, or leave both empty.",
            ));
        }
        return None;
    }
    let from = keep(Mailbox::parse_sender(form.from.trim()), "from", wrongs);
    let to = keep(Mailbox::parse(form.to.trim()), "to", wrongs);
    Some(Envelope {
        from: from?,
        to: to?,
    })
}

/// The value, or nothing and what is wrong with the field.
fn keep<T, E: ToString>(
    read: Result<T, E>,
    field: &'static str,
    wrongs: &mut Vec<Wrong>,
) -> Option<T> {
    read.map_err(|error| wrongs.push(wrong(field, &error))).ok()
}

fn wrong(field: &'static str, message: &impl ToString) -> Wrong {
    Wrong {
        field,
        message: message.to_string(),
    }
}
