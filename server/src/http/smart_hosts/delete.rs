//! Forgetting the settings of a smart host, after a question.

use app::plain::smart_hosts::{Delete, SETTINGS_PATH, delete_page, href, name};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use routing::NextHop;
use serde::Deserialize;
use store::Version;

use super::list::{self, Said};
use super::{Shared, Which, page, refusal, users, which};
use crate::http::extract::{Form as Posted, Query};
use crate::http::just_done::undo_pair;

/// What OK sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Confirmed {
    host: String,
    port: String,
    version: String,
}

/// The question.
pub(in super::super) async fn ask_delete(
    shared: Shared,
    Query(asked): Query<Which>,
    headers: HeaderMap,
) -> Response {
    match which(&asked.host, &asked.port) {
        Ok(of) => ask(&shared, &headers, StatusCode::OK, &of, None).await,
        Err(_) => nothing(&shared, &headers, "There is no such smart host.".to_owned()).await,
    }
}

/// Deletes the settings.
pub(in super::super) async fn delete(
    shared: Shared,
    headers: HeaderMap,
    Posted(confirmed): Posted<Confirmed>,
) -> Response {
    let Ok(of) = which(&confirmed.host, &confirmed.port) else {
        return nothing(&shared, &headers, "There is no such smart host.".to_owned()).await;
    };
    let backend = &shared.backend;
    // What cannot be a version is that of nothing, which is then found to have changed.
    let seen = Version(confirmed.version.parse().unwrap_or_default());
    let by = backend.by();
    let deleted = backend.store.delete_smart_host(&by, &of, seen);
    match deleted.await {
        Ok(deleted) => {
            // The list says so if that takes long.
            backend.not_yet_published().await;
            let gone = href(SETTINGS_PATH, &[("deleted", &of.to_string())]);
            Redirect::to(&(gone + &undo_pair(deleted.act))).into_response()
        }
        // The question says itself who uses it.
        Err(store::Error::SmartHostUsed { .. }) => {
            ask(&shared, &headers, StatusCode::CONFLICT, &of, None).await
        }
        Err(store::Error::Gone { .. }) => nothing(&shared, &headers, without_settings(&of)).await,
        Err(error) => {
            let (status, message) = refusal(error);
            ask(&shared, &headers, status, &of, Some(message)).await
        }
    }
}

async fn ask(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    of: &NextHop,
    alert: Option<String>,
) -> Response {
    let frame = shared.frame(headers);
    let store = &shared.backend.store;
    let host = match store.smart_host(of).await {
        Ok(host) if host.id.is_none() => {
            return nothing(shared, headers, without_settings(of)).await;
        }
        Ok(host) => host,
        Err(error) => return page(&frame, status, Err(error)),
    };
    let question = users(store, of).await.map(|routes| {
        let delete = Delete {
            host,
            routes,
            alert,
        };
        delete_page(&frame, delete)
    });
    page(&frame, status, question)
}

fn without_settings(of: &NextHop) -> String {
    format!("{} has no settings of its own.", name(of))
}

/// The list, which says that there is nothing to delete.
async fn nothing(shared: &Shared, headers: &HeaderMap, why: String) -> Response {
    let said = Said {
        alert: Some(why),
        ..Said::default()
    };
    list::refuse(shared, headers, StatusCode::NOT_FOUND, said).await
}
