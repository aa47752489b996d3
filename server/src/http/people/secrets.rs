//! What administrators do for somebody who has lost a password, or a device: they show their own
//! password for it.

use access::{AccountName, NewPassword};
use app::error::AppError;
use app::plain::account::ACCOUNT_PATH;
use app::plain::form::Wrong;
use app::plain::people::{end_sessions_page, set_password_page};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{Asked, Typed, ask, done, named, person, refuse};
use crate::http::Shared;
use crate::http::account::prove;
use crate::http::entry::Device;
use crate::http::extract::{Form, Query};
use crate::http::set_up::new_password;
use crate::http::typed::wrong;

/// The page on which somebody is given a new password.
pub(in crate::http) async fn ask_password(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if asked.name == shared.backend.who.name {
        return Redirect::to(ACCOUNT_PATH).into_response();
    }
    ask(&shared, &asked.name, &headers, |frame, person| {
        set_password_page(frame, person.name.as_str(), Vec::new(), None)
    })
    .await
}

/// Gives somebody a new password.
pub(in crate::http) async fn set_password(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let name = match named(&typed.name) {
        Ok(name) => name,
        Err(error) => return refuse(&shared, &headers, &error).await,
    };
    if name.as_str() == shared.backend.who.name {
        return Redirect::to(ACCOUNT_PATH).into_response();
    }
    let mut wrongs = Vec::new();
    let fields = ("password_new", "password_again");
    let Typed {
        password_new,
        password_again,
        password,
        ..
    } = typed;
    let new = new_password(password_new, &password_again, &name, fields, &mut wrongs);
    let set = async {
        let Some(new) = new else {
            return Ok(false);
        };
        prove(&shared, &from, password).await?;
        try_set(&shared, &name, new).await?;
        Ok::<_, AppError>(true)
    };
    let page =
        |wrong, alert| set_password_page(&shared.frame(&headers), name.as_str(), wrong, alert);
    match set.await {
        Ok(true) => done("password", name.as_str(), None),
        Ok(false) => (StatusCode::UNPROCESSABLE_ENTITY, Html(page(wrongs, None))).into_response(),
        Err(error) => said(&error, page),
    }
}

async fn try_set(shared: &Shared, name: &AccountName, new: NewPassword) -> Result<(), AppError> {
    let hash = shared.entry.hash(new).await?;
    let (by, store) = (shared.backend.by(), &shared.backend.store);
    Ok(store.set_person_password(&by, name, hash, None).await?)
}

/// The question before all sessions of somebody end.
pub(in crate::http) async fn ask_end_sessions(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    ask(&shared, &asked.name, &headers, |frame, person| {
        end_sessions_page(frame, person.name.as_str(), Vec::new(), None)
    })
    .await
}

/// Ends all sessions of somebody; of one's own, all others.
pub(in crate::http) async fn end_sessions(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let who = &shared.backend.who;
    let Typed { name, password, .. } = typed;
    let ended = async {
        let person = person(&shared, &name).await?;
        prove(&shared, &from, password).await?;
        let keep = who.session.filter(|_| who.person == Some(person.id));
        shared.backend.store.end_sessions(person.id, keep).await?;
        tracing::info!(by = who.name, person = %person.name, "all sessions of somebody were ended");
        Ok::<_, AppError>(())
    };
    match ended.await {
        Ok(()) => done("sessions", name.as_str(), None),
        Err(error @ AppError::NotFound(_)) => refuse(&shared, &headers, &error).await,
        Err(error) => said(&error, |wrong, alert| {
            end_sessions_page(&shared.frame(&headers), &name, wrong, alert)
        }),
    }
}

/// The page that says why something was not done: beside the field for one's own password, if it is for
/// that.
fn said(error: &AppError, page: impl Fn(Vec<Wrong>, Option<String>) -> String) -> Response {
    let message = error.message();
    let (status, page) = match error {
        AppError::Refused(_) => {
            let page = page(vec![wrong("password", &message)], None);
            (StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        error => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            (status, page(Vec::new(), Some(message)))
        }
    };
    (status, Html(page)).into_response()
}
