//! The pages of imports: the form, and one import wherever it is.

use std::sync::Arc;

use app::error::AppError;
use app::listing::Listing;
use app::plain::import::{
    Checked, Done, ImportForm, Tab, Unfinished, checked_page, done_page, failed_page, form_page,
    gone_page, unrecognised_page, working_page,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use routing::FileFormat;
use serde::Deserialize;
use store::{Error, ImportMode, Preview, PreviewPlace};

use super::job::{How, Job, Stage};
use crate::http::Shared;
use crate::http::extract::Query;
use crate::http::just_done::JustDone;
use crate::limits::Limits;

/// What a form chooses, as it stands there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    pub(super) format: String,
    pub(super) mode: String,
}

impl Chosen {
    /// What it says. A format that there is not is recognised, and an unknown mode removes nothing.
    pub(super) fn how(&self) -> How {
        How {
            format: self.format.parse::<FileFormat>().ok(),
            mode: match self.mode.as_str() {
                "replace" => ImportMode::Replace,
                _ => ImportMode::Merge,
            },
        }
    }
}

/// What the address of the form says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Asked {
    done: String,
}

/// The form.
pub(super) fn form(
    listing: Listing,
    shared: &Shared,
    Query(asked): Query<Asked>,
    headers: &HeaderMap,
) -> Response {
    let done = (asked.done == "cancelled").then_some("Cancelled. Nothing was imported.");
    let how = Chosen::default().how();
    let page = form_with(shared, headers, listing, how, done, None);
    Html(page).into_response()
}

/// The form, saying what was wrong with it.
pub(super) fn refuse(
    shared: &Shared,
    headers: &HeaderMap,
    listing: Listing,
    how: How,
    (status, why): (StatusCode, String),
) -> Response {
    let page = form_with(shared, headers, listing, how, None, Some(why));
    (status, Html(page)).into_response()
}

fn form_with(
    shared: &Shared,
    headers: &HeaderMap,
    listing: Listing,
    how: How,
    done: Option<&'static str>,
    alert: Option<String>,
) -> String {
    let form = ImportForm {
        listing,
        format: how.format,
        mode: how.mode,
        most_bytes: Limits::default().upload_bytes,
        done,
        alert,
        unfinished: unfinished(shared),
    };
    form_page(&shared.frame(headers), form)
}

fn unfinished(shared: &Shared) -> Option<Unfinished> {
    let person = shared.backend.who.person?;
    if let Some(job) = shared.imports.unfinished(person) {
        return Some(Unfinished {
            id: Some(job.id.clone()),
            name: job.name.clone(),
        });
    }
    shared.imports.is_sending(person).then(|| Unfinished {
        id: None,
        name: String::new(),
    })
}

/// What the address of an import says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Wanted {
    id: String,
    show: String,
    q: String,
    before: String,
    after: String,
}

impl Wanted {
    fn place(&self) -> PreviewPlace<String> {
        match (self.before.as_str(), self.after.as_str()) {
            ("", "") => PreviewPlace::First,
            ("", after) => PreviewPlace::After(after.to_owned()),
            (before, _) => PreviewPlace::Before(before.to_owned()),
        }
    }
}

/// One import, wherever it is.
pub(in crate::http) async fn show(
    shared: Shared,
    Query(wanted): Query<Wanted>,
    Query(just_done): Query<JustDone>,
    headers: HeaderMap,
) -> Response {
    let Some(job) = shared.import(&wanted.id) else {
        return gone(&shared, &headers);
    };
    let frame = shared.frame(&headers);
    match job.stage() {
        Stage::Working => Html(working_page(&frame, job.about(), job.working())).into_response(),
        Stage::Unrecognised => Html(unrecognised_page(&frame, job.about())).into_response(),
        Stage::Failed(why) => Html(failed_page(&frame, job.about(), why)).into_response(),
        Stage::Cancelled => gone(&shared, &headers),
        Stage::Checked { preview, alert } => {
            checked(
                &shared,
                &headers,
                &job,
                preview,
                alert,
                &wanted,
                StatusCode::OK,
            )
            .await
        }
        Stage::Done(imported) => {
            let unpublished = shared.backend.still_not_published().await;
            let done = Done {
                about: job.about(),
                imported,
                since: just_done.notice(None),
                notes: unpublished.map(str::to_owned).into_iter().collect(),
            };
            Html(done_page(&frame, done)).into_response()
        }
    }
}

async fn checked(
    shared: &Shared,
    headers: &HeaderMap,
    job: &Arc<Job>,
    preview: Preview,
    alert: Option<String>,
    wanted: &Wanted,
    status: StatusCode,
) -> Response {
    // Before the rows, so that they are never older than the check.
    let check = job.check_number();
    let tab = Tab::of(&wanted.show, &preview);
    let shown = match job.shown(tab, wanted.q.clone(), wanted.place()).await {
        Ok(shown) => shown,
        // Meanwhile it was given up, or is being read anew.
        Err(Error::Cancelled) if job.is_working() => return to(job),
        Err(Error::Cancelled) => return gone(shared, headers),
        Err(error) => return failed(shared, headers, error),
    };
    let checked = Checked {
        about: job.about(),
        preview,
        check,
        shown,
        alert,
    };
    let page = checked_page(&shared.frame(headers), checked);
    (status, Html(page)).into_response()
}

/// What an import would do, saying why it was not done.
pub(super) async fn not_done(
    shared: &Shared,
    headers: &HeaderMap,
    job: &Arc<Job>,
    (status, why): (StatusCode, String),
) -> Response {
    match job.stage() {
        Stage::Checked { preview, .. } => {
            let wanted = Wanted::default();
            checked(shared, headers, job, preview, Some(why), &wanted, status).await
        }
        _ => to(job),
    }
}

/// Leads to the page of an import.
pub(super) fn to(job: &Job) -> Response {
    Redirect::to(&app::plain::import::import_href(&job.id)).into_response()
}

/// There is no such import.
pub(super) fn gone(shared: &Shared, headers: &HeaderMap) -> Response {
    let page = gone_page(&shared.frame(headers));
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// The store has failed.
pub(super) fn failed(shared: &Shared, headers: &HeaderMap, error: Error) -> Response {
    let error = AppError::from(error);
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    let page = app::plain::activity::failed_page(&shared.frame(headers), &error.message());
    (status, Html(page)).into_response()
}
