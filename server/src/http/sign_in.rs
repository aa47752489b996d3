//! Signing in and out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::error::AppError;
use app::operations::{SignIn, SignInFuture, Typed as AppTyped};
use app::plain::people::PEOPLE_PATH;
use app::plain::sign_in::{
    Carried, SET_UP_PATH, SIGN_IN_PATH, SignInForm, code_page, continue_page, sign_in_page,
};
use app::plain::smart_hosts::EDIT_PATH;
use app::plain::test::TEST_PATH;
use app::wire::SignInAnswer;
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::{Factor, RowId, Version};
use tower_sessions::Session;

use super::entry::kept::key_of;
use super::entry::{Device, EnterError, Entry, Known, Refused};
use super::extract::{Form, Query};
use super::way_back::way_back_or_first;
use super::{Common, carried, pages};

/// The same for an unknown name, a wrong password and a disabled account.
const WRONG: &str = "Name and password do not belong together. Check both and try again.";
const WRONG_CODE: &str =
    "This code is not right, or was used already. Type the code that is shown now.";

/// Under this name a session holds whose password was right, until the second factor is shown.
const BEFORE_CODE: &str = "before_code";

/// Somebody between password and second factor.
#[derive(Serialize, Deserialize)]
struct BeforeCode {
    name: access::AccountName,
    person: RowId,
    /// The change that set the password: one that was set since must be shown, too.
    password_set: Version,
    failures_before: u32,
}

/// Where the address leads.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    return_to: String,
    done: String,
}

/// What the forms send. No `Debug`: it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    password: String,
    code: String,
    return_to: String,
    carried_to: String,
    carried: String,
}

impl Typed {
    fn form(&self) -> SignInForm {
        SignInForm {
            name: self.name.clone(),
            return_to: way_back_or_first(&self.return_to).to_owned(),
            carried: carried::read(&self.carried_to, &self.carried),
            ..SignInForm::default()
        }
    }
}

/// The page.
pub(super) async fn show(
    State(common): State<Common>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if matches!(common.entry.is_set_up().await, Ok(false)) {
        return Redirect::to(SET_UP_PATH).into_response();
    }
    let form = SignInForm {
        return_to: way_back_or_first(&asked.return_to).to_owned(),
        notice: (asked.done == "signed-out").then_some("You are signed out."),
        ..SignInForm::default()
    };
    Html(sign_in_page(&common.frame(&headers, None), form)).into_response()
}

/// Compares name and password.
pub(super) async fn sign_in(
    State(common): State<Common>,
    session: Session,
    from: Device,
    headers: HeaderMap,
    Form(mut typed): Form<Typed>,
) -> Response {
    let password = SecretString::from(std::mem::take(&mut typed.password));
    let form = typed.form();
    let frame = common.frame(&headers, None);
    match try_password(&common.entry, &session, &from, &typed.name, password).await {
        Ok(Step::In(cookie)) => entered(&common, &headers, form, cookie),
        Ok(Step::CodeNeeded) => Html(code_page(&frame, form)).into_response(),
        Err(error) => {
            let alert = Some(error.message());
            let page = sign_in_page(&frame, SignInForm { alert, ..form });
            refused(&error, page)
        }
    }
}

/// Compares a code.
pub(super) async fn code(
    State(common): State<Common>,
    session: Session,
    from: Device,
    headers: HeaderMap,
    Form(mut typed): Form<Typed>,
) -> Response {
    let code = SecretString::from(std::mem::take(&mut typed.code));
    let form = typed.form();
    let frame = common.frame(&headers, None);
    match try_code(&common.entry, &session, &from, code).await {
        Ok(Some(cookie)) => entered(&common, &headers, form, cookie),
        Ok(None) => {
            let alert = "It took too long from the password to the code. Start again.".to_owned();
            let form = SignInForm {
                alert: Some(alert),
                ..form
            };
            (StatusCode::UNAUTHORIZED, Html(sign_in_page(&frame, form))).into_response()
        }
        Err(error) => {
            let alert = Some(error.message());
            let page = code_page(&frame, SignInForm { alert, ..form });
            refused(&error, page)
        }
    }
}

/// A code cannot be asked for without a password.
pub(super) async fn no_code() -> Redirect {
    Redirect::to(SIGN_IN_PATH)
}

/// Ends the session.
pub(super) async fn sign_out(State(common): State<Common>, session: Session) -> Response {
    let ended = match session.id() {
        Some(id) => common.store.end_session(key_of(id)).await,
        None => Ok(()),
    };
    if let Err(error) = ended {
        let error = AppError::from(error);
        let status = StatusCode::from_u16(error.status()).unwrap_or_default();
        return (status, error.message()).into_response();
    }
    if let Some(id) = session.id() {
        common.imports.end_session(key_of(id));
    }
    if let Err(error) = session.flush().await {
        tracing::warn!(%error, "a session that has ended could not be forgotten");
    }
    Redirect::to(&format!("{SIGN_IN_PATH}?done=signed-out")).into_response()
}

/// Signs in again from a living page, as a server function.
pub(super) async fn function(
    State(common): State<Common>,
    session: Session,
    from: Device,
    request: Request,
) -> Response {
    let cookie = Arc::new(Mutex::new(None::<HeaderValue>));
    let given = Arc::clone(&cookie);
    let entry = common.entry.clone();
    let sign_in = SignIn(Arc::new(move |typed: AppTyped| -> SignInFuture {
        let (entry, session, from) = (entry.clone(), session.clone(), from.clone());
        let given = Arc::clone(&given);
        Box::pin(async move {
            let (answer, cookie) = at_once(&entry, &session, &from, typed).await?;
            *given.lock().unwrap_or_else(PoisonError::into_inner) = cookie;
            Ok(answer)
        })
    }));
    let mut response = pages::run_function(request, move || provide_context(sign_in.clone())).await;
    let cookie = cookie.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Password and code together, as the dialog sends them.
async fn at_once(
    entry: &Entry,
    session: &Session,
    from: &Device,
    typed: AppTyped,
) -> Result<(SignInAnswer, Option<HeaderValue>), AppError> {
    if !typed.code.trim().is_empty() && typed.password.is_empty() {
        let done = try_code(entry, session, from, typed.code.into()).await?;
        return done
            .map(|cookie| (SignInAnswer::Done, Some(cookie)))
            .ok_or_else(|| AppError::Refused(WRONG.to_owned()));
    }
    match try_password(entry, session, from, &typed.name, typed.password.into()).await? {
        Step::In(cookie) => Ok((SignInAnswer::Done, Some(cookie))),
        Step::CodeNeeded if typed.code.trim().is_empty() => Ok((SignInAnswer::CodeNeeded, None)),
        Step::CodeNeeded => {
            let done = try_code(entry, session, from, typed.code.into()).await?;
            done.map(|cookie| (SignInAnswer::Done, Some(cookie)))
                .ok_or_else(|| AppError::Refused(WRONG.to_owned()))
        }
    }
}

/// What comes of a right password.
enum Step {
    In(HeaderValue),
    CodeNeeded,
}

async fn try_password(
    entry: &Entry,
    session: &Session,
    from: &Device,
    name: &str,
    password: SecretString,
) -> Result<Step, AppError> {
    let known = entry
        .password(name, password, from)
        .await
        .map_err(|why| in_words(why, WRONG))?;
    if known.needs_code {
        entry.forgive(&known);
        begin_code(session, &known).await?;
        return Ok(Step::CodeNeeded);
    }
    let cookie = entry.enter(session, &known, Factor::None, from).await;
    cookie
        .map_err(fault)?
        .map(Step::In)
        .ok_or_else(|| AppError::Refused(WRONG.to_owned()))
}

/// Remembers whose password was right, under an id that nobody knew before.
async fn begin_code(session: &Session, known: &Known) -> Result<(), AppError> {
    let before = BeforeCode {
        name: known.name.clone(),
        person: known.person,
        password_set: known.password_set,
        failures_before: known.failures_before,
    };
    session.clear().await;
    session.cycle_id().await.map_err(session_fault)?;
    session
        .insert(BEFORE_CODE, before)
        .await
        .map_err(session_fault)
}

/// The cookie of the browser; nothing if no password was shown before.
async fn try_code(
    entry: &Entry,
    session: &Session,
    from: &Device,
    code: SecretString,
) -> Result<Option<HeaderValue>, AppError> {
    let before: Option<BeforeCode> = session.get(BEFORE_CODE).await.map_err(session_fault)?;
    let Some(before) = before else {
        return Ok(None);
    };
    let known = Entry::known_before(
        before.name,
        before.person,
        before.password_set,
        before.failures_before,
    );
    let (known, factor) = entry
        .code(known, &code, from)
        .await
        .map_err(|why| in_words(why, WRONG_CODE))?;
    let cookie = entry.enter(session, &known, factor, from).await;
    match cookie.map_err(fault)? {
        Some(cookie) => Ok(Some(cookie)),
        None => Err(AppError::Refused(WRONG_CODE.to_owned())),
    }
}

pub(super) fn in_words(why: Refused, wrong: &str) -> AppError {
    match why {
        Refused::Wrong => AppError::Refused(wrong.to_owned()),
        Refused::Wait(wait) => AppError::TooOften(format!(
            "That went wrong too often. Try again in {}.",
            time(wait.0)
        )),
        Refused::Store(error) => error.into(),
    }
}

fn time(wait: Duration) -> String {
    match wait.as_secs() + 1 {
        1 => "a second".to_owned(),
        seconds @ ..=90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

pub(super) fn fault(error: EnterError) -> AppError {
    match error {
        EnterError::Store(error) => error.into(),
        fault => {
            tracing::error!(error = %fault, "nobody can be let in");
            AppError::Internal
        }
    }
}

fn session_fault(error: tower_sessions::session::Error) -> AppError {
    fault(error.into())
}

/// The way on for somebody who is signed in now.
pub(super) fn entered(
    common: &Common,
    headers: &HeaderMap,
    form: SignInForm,
    cookie: HeaderValue,
) -> Response {
    let cookie = [(SET_COOKIE, cookie)];
    match form.carried {
        Some(carried) if common.takes_forms(path(&carried)) => {
            let fills_in = FILLS_IN.contains(&path(&carried));
            let page = continue_page(&common.frame(headers, None), carried, fills_in);
            (cookie, Html(page)).into_response()
        }
        _ => (cookie, Redirect::to(way_back_or_first(&form.return_to))).into_response(),
    }
}

/// Whose pages take a form whose password is missing, to show it as it was filled in.
const FILLS_IN: [&str; 3] = [EDIT_PATH, TEST_PATH, PEOPLE_PATH];

fn path(carried: &Carried) -> &str {
    carried.to.split('?').next().unwrap_or_default()
}

fn refused(error: &AppError, page: String) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    (status, Html(page)).into_response()
}
