//! Taking a change back, after a question or from where it was just made.

use app::plain::activity::{ACTIVITY_PATH, Undo, undo_page};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::{Error, NoUndo};

use super::{Shared, failed, forbidden, refusal, refuse};
use crate::http::extract::{Form, Query};
use crate::http::way_back::way_back;

/// What a form says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    change: String,
    only: String,
    return_to: String,
}

impl Asked {
    /// The change; what is no number is no change.
    fn change(&self) -> i64 {
        self.change.parse().unwrap_or_default()
    }

    /// Whether the others that were made together with it stay.
    fn only(&self) -> bool {
        self.only == "1"
    }
}

/// The question.
pub(in super::super) async fn ask(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = shared.backend.may_undo(asked.change()).await {
        return forbidden(&shared, &headers, &error).await;
    }
    question(&shared, &headers, &asked, StatusCode::OK).await
}

/// Shows what would be taken back, or why it cannot be.
async fn question(
    shared: &Shared,
    headers: &HeaderMap,
    asked: &Asked,
    status: StatusCode,
) -> Response {
    let (store, change, only) = (&shared.backend.store, asked.change(), asked.only());
    let found = match (store.act(change).await, store.change(change).await) {
        (Ok(act), Ok(change)) => act.zip(change),
        (Err(error), _) | (_, Err(error)) => return failed(shared, headers, error),
    };
    let Some((act, entry)) = found else {
        return refuse(shared, headers, NoUndo::Unknown(change).into()).await;
    };
    let tried = store.try_undo(&shared.backend.by(), change, !only).await;
    let (password_stays, why_not) = match tried {
        Ok(undone) => (undone.password_stays, None),
        Err(error @ Error::NoUndo(_)) => (false, Some(error.to_string())),
        Err(error) => return failed(shared, headers, error),
    };
    let undo = Undo {
        act,
        change: entry,
        only,
        password_stays,
        why_not,
        now: (shared.backend.now)(),
    };
    let page = undo_page(&shared.frame(headers), undo);
    (status, Html(page)).into_response()
}

/// Takes it back. What cannot be taken back answers with the question, which says why.
pub(in super::super) async fn undo(
    shared: Shared,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Response {
    let (backend, change) = (&shared.backend, asked.change());
    if let Err(error) = backend.may_undo(change).await {
        return forbidden(&shared, &headers, &error).await;
    }
    let by = backend.by();
    let undone = if asked.only() {
        backend.store.undo_one(&by, change).await
    } else {
        backend.store.undo(&by, change).await
    };
    match undone {
        Ok(undone) => {
            backend.not_yet_published().await;
            let act = undone.act.unwrap_or(change);
            let password = if undone.password_stays {
                "&password=stays"
            } else {
                ""
            };
            let done = way_back(&asked.return_to).map_or_else(
                || format!("{ACTIVITY_PATH}?undone={act}{password}"),
                |path| {
                    let separator = if path.contains('?') { '&' } else { '?' };
                    format!("{path}{separator}done=undone&undo={act}{password}")
                },
            );
            Redirect::to(&done).into_response()
        }
        Err(Error::NoUndo(NoUndo::Unknown(change))) => {
            refuse(&shared, &headers, NoUndo::Unknown(change).into()).await
        }
        Err(error @ Error::NoUndo(_)) => {
            let (status, _) = refusal(error);
            question(&shared, &headers, &asked, status).await
        }
        Err(error) => failed(&shared, &headers, error),
    }
}
