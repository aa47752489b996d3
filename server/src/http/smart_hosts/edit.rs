//! The settings of one smart host: shown, and saved.

mod read;

use app::plain::form::Wrong;
use app::plain::smart_hosts::{EDIT_PATH, Edit, SettingsForm, edit_page, href_of};
use app::wire::Notice;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use routing::{NextHop, SmartHostError};
use store::{StoredSmartHost, Version};

use super::list::{self, Said};
use super::{Backend, Shared, Which, page, refusal, tested, users, which};
use crate::http::extract::{Form as Posted, Query};
use crate::http::just_done::undo_pair;
use crate::http::typed::{TYPE_AGAIN, wrong};

pub(in super::super) use read::{Typed, policy, tls_field};

const SAVED: &str = "Saved. The next connection to it uses these settings.";

/// The form, with what is set.
pub(in super::super) async fn open(
    shared: Shared,
    Query(asked): Query<Which>,
    headers: HeaderMap,
) -> Response {
    let of = match which(&asked.host, &asked.port) {
        Ok(of) => of,
        Err(opened) => {
            let said = Said {
                opened,
                ..Said::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return list::refuse(&shared, &headers, status, said).await;
        }
    };
    let saved = (asked.just.done == "saved").then(|| SAVED.to_owned());
    let answer = Answer {
        notice: asked.just.notice_to_postfix(&shared.backend, saved).await,
        ..Answer::default()
    };
    show(&shared, &headers, StatusCode::OK, &of, answer).await
}

/// Saves what was typed.
pub(in super::super) async fn save(
    shared: Shared,
    headers: HeaderMap,
    Posted(mut typed): Posted<Typed>,
) -> Response {
    let of = match which(&typed.host, &typed.port) {
        Ok(of) => of,
        Err(opened) => {
            let said = Said {
                opened,
                ..Said::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return list::refuse(&shared, &headers, status, said).await;
        }
    };
    let password_lost = !typed.password.is_empty();
    let password = std::mem::take(&mut typed.password);
    let (status, answer) = match set(&shared.backend, &of, &typed, password).await {
        Ok(stored) => {
            // The page says so if that takes long.
            shared.backend.not_yet_published().await;
            let saved = href_of(EDIT_PATH, &of, &[("done", "saved")]) + &undo_pair(stored.act);
            return Redirect::to(&saved).into_response();
        }
        Err(refused) => refused,
    };
    let answer = Answer {
        password_lost,
        ..answer
    };
    show(&shared, &headers, status, &of, answer).await
}

/// What the page says beside the settings.
#[derive(Default)]
struct Answer {
    /// What was typed, if that is not what is set.
    form: Option<SettingsForm>,
    wrong: Vec<Wrong>,
    password_lost: bool,
    notice: Option<Notice>,
    alert: Option<String>,
}

async fn show(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    of: &NextHop,
    answer: Answer,
) -> Response {
    let frame = shared.frame(headers);
    let edit = read(&shared.backend, of, answer).await;
    page(&frame, status, edit.map(|edit| edit_page(&frame, edit)))
}

async fn read(backend: &Backend, of: &NextHop, answer: Answer) -> Result<Edit, store::Error> {
    let host = backend.store.smart_host(of).await?;
    Ok(Edit {
        form: answer.form.unwrap_or_else(|| (&host).into()),
        routes: users(&backend.store, of).await?,
        tested: tested(&backend.store, of).await?,
        host,
        wrong: answer.wrong,
        password_lost: answer.password_lost,
        notice: answer.notice,
        alert: answer.alert,
        now: (backend.now)(),
    })
}

/// Sets the smart host up as was typed.
///
/// # Errors
/// The answer to give, with the form as it was typed.
async fn set(
    backend: &Backend,
    of: &NextHop,
    typed: &Typed,
    password: String,
) -> Result<StoredSmartHost, (StatusCode, Answer)> {
    let form = typed.form();
    let invalid = |wrong: Vec<Wrong>| {
        let answer = Answer {
            form: Some(form.clone()),
            wrong,
            ..Answer::default()
        };
        (StatusCode::UNPROCESSABLE_ENTITY, answer)
    };
    if !typed.left_out.is_empty() {
        return Err(invalid(vec![wrong("password", &TYPE_AGAIN)]));
    }
    let failed = |error| refused(error, form.clone());
    let now: StoredSmartHost = backend.store.smart_host(of).await.map_err(failed)?;
    let input = read::input(typed, password, &now).map_err(invalid)?;
    let seen = Version(form.version);
    let by = backend.by();
    let set = backend.store.set_smart_host(&by, seen, input).await;
    set.map_err(|error| refused(error, form.clone()))
}

/// What the store refused, beside the field that it is about if it is about one.
fn refused(error: store::Error, mut form: SettingsForm) -> (StatusCode, Answer) {
    let field = match &error {
        store::Error::SmartHost(SmartHostError::LoginInTheClear { .. }) => Some("login_reason"),
        store::Error::SmartHost(SmartHostError::Tls(error)) => Some(tls_field(error)),
        store::Error::ListBroken { .. } => Some("tls"),
        store::Error::SmartHostChanged { now, .. } => {
            // Whoever has read what changed may save all the same.
            form.version = now.version.0;
            None
        }
        _ => None,
    };
    let is_invalid = matches!(error, store::Error::SmartHost(_));
    let (status, message) = refusal(error);
    let answer = Answer {
        form: Some(form),
        ..Answer::default()
    };
    let answer = match field {
        Some(field) => Answer {
            wrong: vec![wrong(field, &message)],
            ..answer
        },
        None => Answer {
            alert: Some(message),
            ..answer
        },
    };
    let status = if is_invalid {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        status
    };
    (status, answer)
}
