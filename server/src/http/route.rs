//! One route as a page, and the form for its hosts.

use app::operations::{Backend, NOT_YET, Publication};
use app::plain::form::Wrong;
use app::plain::route::{Details, lines, no_route_page, route_href, route_page};
use app::plain::smart_hosts::name;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use routing::{NextHops, NextHopsError, Route};
use serde::Deserialize;
use store::{Error, RowId, Saved, Stored, Version};

use super::Shared;
use super::extract::{Form as Posted, Query};
use super::just_done::{JustDone, undo_pair};

const NO_SUCH_ROUTE: &str = "There is no such route. It may have been deleted meanwhile.";

/// Which route, and what was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    id: String,
    #[serde(flatten)]
    just: JustDone,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    id: String,
    version: String,
    hosts: String,
}

/// What the page says beside the route.
#[derive(Default)]
struct Said {
    /// The hosts as they were typed.
    hosts: Option<String>,
    wrong: Vec<Wrong>,
    alert: Option<String>,
    just: JustDone,
}

/// The page of a route.
pub(super) async fn show(
    shared: Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response {
    let said = Said {
        just: which.just,
        ..Said::default()
    };
    page(&shared, &headers, StatusCode::OK, &which.id, said).await
}

/// Changes the hosts of a route.
pub(super) async fn save(
    shared: Shared,
    headers: HeaderMap,
    Posted(typed): Posted<Typed>,
) -> Response {
    match change(&shared.backend, &typed).await {
        Ok(saved) => {
            let here = route_href(saved.row.id);
            let done = format!("{here}&done=saved{}", undo_pair(saved.act));
            Redirect::to(&done).into_response()
        }
        Err(refusal) => {
            let (status, said) = refusal.shown(typed.hosts);
            page(&shared, &headers, status, &typed.id, said).await
        }
    }
}

/// Why the hosts were not changed.
enum Refusal {
    /// What was typed names no hosts.
    Hosts(NextHopsError),
    /// There is no such route.
    Gone,
    /// The store did not do it.
    Store(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    fn shown(self, hosts: String) -> (StatusCode, Said) {
        let said = Said {
            hosts: Some(hosts),
            ..Said::default()
        };
        let beside = |message: String| {
            let field = "hosts";
            vec![Wrong { field, message }]
        };
        let alert = |message: String| Said {
            alert: Some(message),
            hosts: said.hosts.clone(),
            ..Said::default()
        };
        match self {
            Self::Hosts(error) => {
                let wrong = beside(error.to_string());
                (StatusCode::UNPROCESSABLE_ENTITY, Said { wrong, ..said })
            }
            Self::Gone | Self::Store(Error::Gone { .. }) => (StatusCode::NOT_FOUND, said),
            Self::Store(error @ (Error::List(_) | Error::Loop(_))) => {
                let wrong = beside(error.to_string());
                (StatusCode::UNPROCESSABLE_ENTITY, Said { wrong, ..said })
            }
            Self::Store(error @ Error::Changed { .. }) => {
                let message =
                    format!("{error} What is there now is shown below. Save again to replace it.");
                (StatusCode::CONFLICT, alert(message))
            }
            Self::Store(error) => {
                let error = app::error::AppError::from(error);
                let status = StatusCode::from_u16(error.status()).unwrap_or_default();
                (status, alert(error.message()))
            }
        }
    }
}

async fn change(backend: &Backend, typed: &Typed) -> Result<Saved<Route>, Refusal> {
    let id = row_id(&typed.id).ok_or(Refusal::Gone)?;
    let next_hops = NextHops::parse(&typed.hosts)
        .and_then(|hops| hops.ok_or(NextHopsError::Empty))
        .map_err(Refusal::Hosts)?;
    let now = backend.store.get::<Route>(id).await?;
    let now = now.ok_or(Refusal::Gone)?;
    // What cannot be a version is that of nothing, which is then found to have changed.
    let seen = Version(typed.version.parse().unwrap_or_default());
    let route = Route {
        next_hops,
        ..now.value
    };
    let saved = backend.store.edit(&backend.by(), id, seen, route).await?;
    // The page says so if that takes long.
    backend.not_yet_published().await;
    Ok(saved)
}

fn row_id(text: &str) -> Option<RowId> {
    text.parse().ok().map(RowId)
}

async fn page(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    id: &str,
    said: Said,
) -> Response {
    let frame = shared.frame(headers);
    let route = match row_id(id) {
        Some(id) => shared.backend.store.get::<Route>(id).await,
        None => Ok(None),
    };
    let found = match route {
        Ok(Some(route)) => details(&shared.backend, route, said).await,
        Ok(None) => {
            let page = no_route_page(&frame, NO_SUCH_ROUTE);
            return (StatusCode::NOT_FOUND, Html(page)).into_response();
        }
        Err(error) => Err(error),
    };
    match found {
        Ok(details) => (status, Html(route_page(&frame, details))).into_response(),
        Err(error) => {
            let error = app::error::AppError::from(error);
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            (status, Html(no_route_page(&frame, &error.message()))).into_response()
        }
    }
}

async fn details(backend: &Backend, route: Stored<Route>, said: Said) -> Result<Details, Error> {
    let store = &backend.store;
    let publication = backend.publication_of(route.version).await;
    let saved = (said.just.done == "saved").then(|| {
        let hops: Vec<_> = route.value.next_hops.iter().map(name).collect();
        format!("Saved: mail goes to {}.", hops.join("; "))
    });
    let mut notice = said.just.notice(saved);
    if let Some(notice) = &mut notice {
        let unpublished = publication == Publication::NotYet;
        notice.notes.extend(unpublished.then(|| NOT_YET.to_owned()));
        let hops = route.value.next_hops.iter().cloned().collect();
        notice.notes.extend(backend.cautions.about(hops).await);
    }
    Ok(Details {
        change: store.last_change::<Route>(route.id).await?,
        asked: store.asked(&[route.id]).await?.remove(&route.id),
        publication,
        hosts: said.hosts.unwrap_or_else(|| lines(&route.value)),
        wrong: said.wrong,
        notice,
        alert: said.alert,
        now: (backend.now)(),
        route,
    })
}
