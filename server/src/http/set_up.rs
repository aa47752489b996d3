//! Setting the console up: the first administrator, by a link that only the log has.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access::{AccountName, NewPassword, Role, Token, digest};
use app::error::AppError;
use app::plain::form::Wrong;
use app::plain::sign_in::{
    SET_UP_PATH, SIGN_IN_PATH, SetUpForm, SignInForm, not_set_up_page, set_up_page,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{By, Factor, NewPerson, Timestamp};
use tower_sessions::Session;

use super::Common;
use super::entry::{Device, Entry};
use super::extract::{Form, Query};
use super::sign_in::{entered, fault};
use super::typed::{keep, wrong};

/// How long the link is good.
const GOOD_FOR: Duration = Duration::from_hours(24);

const NOT_GOOD: &str = "This link is not good any more: it lives for 24 hours, and every start of the \
                        server makes a new one. Take the last one in the log.";

/// The link by which the console is set up, while it is good.
#[derive(Clone, Debug, Default)]
pub struct SetUpLink(Arc<Mutex<Option<(access::Digest, Timestamp)>>>);

impl SetUpLink {
    /// A link, and the token that it ends with.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(now: Timestamp) -> std::io::Result<(Self, String)> {
        let token = Token::new().map_err(std::io::Error::other)?;
        let until = now
            .0
            .saturating_add(i64::try_from(GOOD_FOR.as_millis()).unwrap_or(i64::MAX));
        let link = Mutex::new(Some((token.digest(), Timestamp(until))));
        let path = format!("{SET_UP_PATH}?token={}", token.expose());
        Ok((Self(Arc::new(link)), path))
    }

    fn is_good(&self, token: &str, now: Timestamp) -> bool {
        let link = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Digests: by the time that comparing takes, nothing is learnt of the token.
        link.is_some_and(|(kept, until)| kept == digest(token) && now < until)
    }

    fn use_up(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What the link holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    token: String,
}

/// What the form sends. No `Debug`: it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    token: String,
    name: String,
    password: String,
    again: String,
}

/// The page.
pub(super) async fn show(
    State(common): State<Common>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if !matches!(common.entry.is_set_up().await, Ok(false)) {
        return Redirect::to(SIGN_IN_PATH).into_response();
    }
    let frame = common.frame(&headers, None);
    if common.link.is_good(&asked.token, (common.now)()) {
        let form = SetUpForm {
            token: asked.token,
            ..SetUpForm::default()
        };
        return Html(set_up_page(&frame, form)).into_response();
    }
    let alert = (!asked.token.is_empty()).then(|| NOT_GOOD.to_owned());
    let status = if alert.is_some() {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::OK
    };
    (status, Html(not_set_up_page(&frame, alert))).into_response()
}

/// Makes the first administrator and signs them in.
pub(super) async fn set_up(
    State(common): State<Common>,
    session: Session,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    if !matches!(common.entry.is_set_up().await, Ok(false)) {
        // As after a second click.
        return Redirect::to(SIGN_IN_PATH).into_response();
    }
    let frame = common.frame(&headers, None);
    if !common.link.is_good(&typed.token, (common.now)()) {
        let page = not_set_up_page(&frame, Some(NOT_GOOD.to_owned()));
        return (StatusCode::FORBIDDEN, Html(page)).into_response();
    }
    let (token, name) = (typed.token.clone(), typed.name.clone());
    let refuse = |status: StatusCode, wrong: Vec<Wrong>| {
        let form = SetUpForm { token, name, wrong };
        (status, Html(set_up_page(&frame, form))).into_response()
    };
    let mut wrongs = Vec::new();
    let account = keep(AccountName::parse(&typed.name), "name", &mut wrongs);
    let password = account.as_ref().and_then(|account| {
        new_password(
            typed.password,
            &typed.again,
            account,
            ("password", "again"),
            &mut wrongs,
        )
    });
    let (Some(account), Some(password)) = (account, password) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, wrongs);
    };
    match make(&common, &session, &from, account, password).await {
        Ok(Some(cookie)) => {
            common.link.use_up();
            entered(&common, &headers, SignInForm::default(), cookie)
        }
        Ok(None) => Redirect::to(SIGN_IN_PATH).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            refuse(status, vec![wrong("name", &error.message())])
        }
    }
}

/// The password, typed twice the same; else what is wrong with its fields.
pub(super) fn new_password(
    typed: String,
    again: &str,
    of: &AccountName,
    (field, field_again): (&'static str, &'static str),
    wrongs: &mut Vec<Wrong>,
) -> Option<NewPassword> {
    let typed = SecretString::from(typed);
    let same = typed.expose_secret() == again;
    let password = keep(NewPassword::parse(typed, of), field, wrongs)?;
    if !same {
        wrongs.push(wrong(
            field_again,
            &"The two are not the same. Type the password again.",
        ));
    }
    same.then_some(password)
}

async fn make(
    common: &Common,
    session: &Session,
    from: &Device,
    name: AccountName,
    password: NewPassword,
) -> Result<Option<axum::http::HeaderValue>, AppError> {
    let password_hash = common.entry.hash(password).await?;
    let new = NewPerson {
        name: name.clone(),
        role: Role::Administrator,
        password_hash,
    };
    let by = By::new(name.as_str(), (common.now)()).from(from.address.to_string());
    let person = common.store.add_first_person(&by, new).await?;
    tracing::info!(person = %person.name, address = %from.address, "the console was set up");
    let known = Entry::known_before(person.name, person.id, person.version, 0);
    let cookie = common
        .entry
        .enter(session, &known, Factor::None, from)
        .await;
    cookie.map_err(fault)
}
