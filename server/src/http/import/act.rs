//! What is done with an import: it is read anew, carried out, or given up.

use std::sync::Arc;
use std::time::Duration;

use app::listing::Listing;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::ImportMode;

use super::Which;
use super::job::Stage;
use super::show::{Chosen, gone, not_done, to};
use crate::http::Shared;
use crate::http::extract::Form;

/// How long a small import is waited for, so that its page is not one that says to wait.
pub(super) const SOON: Duration = Duration::from_millis(400);

/// How long to wait until something that was given up has ended.
const ENDING: Duration = Duration::from_secs(30);

/// What the form says by which a file is read anew.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Otherwise {
    id: String,
    format: String,
    mode: String,
}

/// Reads the file anew, in another way.
pub(in crate::http) async fn again(
    shared: Shared,
    headers: HeaderMap,
    Form(otherwise): Form<Otherwise>,
) -> Response {
    let Otherwise { id, format, mode } = otherwise;
    let Some(job) = shared.import(&id) else {
        return gone(&shared, &headers);
    };
    let permit = match shared.imports.permit() {
        Ok(permit) => permit,
        Err(refusal) => {
            let refused = (StatusCode::TOO_MANY_REQUESTS, refusal.to_string());
            return not_done(&shared, &headers, &job, refused).await;
        }
    };
    if job.set_to_work() {
        let how = Chosen { format, mode }.how();
        tokio::spawn(Arc::clone(&job).check(shared.backend.store, how, Some(permit)));
        job.at_rest(SOON).await;
    }
    to(&job)
}

/// What the form says by which an import is carried out.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::http) struct Agreed {
    id: String,
    check: String,
    skip_refused: String,
}

/// Carries it out.
pub(in crate::http) async fn commit(
    shared: Shared,
    headers: HeaderMap,
    Form(agreed): Form<Agreed>,
) -> Response {
    let Some(job) = shared.import(&agreed.id) else {
        return gone(&shared, &headers);
    };
    let Stage::Checked { preview, .. } = job.stage() else {
        return to(&job);
    };
    if job.about().mode == ImportMode::Replace && preview.refused > 0 && agreed.skip_refused != "1"
    {
        let why = "Lines were refused, so what they name would be removed. Nothing was imported. Correct them, \
                   or tick that it may be removed."
            .to_owned();
        let refused = (StatusCode::UNPROCESSABLE_ENTITY, why);
        return not_done(&shared, &headers, &job, refused).await;
    }
    let permit = match shared.imports.permit() {
        Ok(permit) => permit,
        Err(refusal) => {
            let refused = (StatusCode::TOO_MANY_REQUESTS, refusal.to_string());
            return not_done(&shared, &headers, &job, refused).await;
        }
    };
    let check = agreed.check.parse().unwrap_or_default();
    let Some(preview) = job.begin_commit(check) else {
        let why = "The import was checked again meanwhile. This is what it would do now. Nothing was imported yet.";
        let outdated = (StatusCode::CONFLICT, why.to_owned());
        return not_done(&shared, &headers, &job, outdated).await;
    };
    let by = shared.backend.by();
    let backend = shared.backend.clone();
    let work = Arc::clone(&job);
    // The work goes on if the browser goes away.
    tokio::spawn(work.commit(by, preview, permit));
    if let Stage::Done(_) = job.at_rest(SOON).await {
        backend.not_yet_published().await;
    }
    to(&job)
}

/// Gives it up.
pub(in crate::http) async fn cancel(
    shared: Shared,
    headers: HeaderMap,
    Form(which): Form<Which>,
) -> Response {
    let Some(job) = shared.import(&which.id) else {
        return gone(&shared, &headers);
    };
    job.cancel();
    if let Stage::Done(_) = job.at_rest(ENDING).await {
        // It was done before it could be given up: its page says so, and takes it back.
        return to(&job);
    }
    shared.imports.drop(&job.id);
    cancelled(job.listing)
}

fn cancelled(listing: Listing) -> Response {
    Redirect::to(&format!("{}?done=cancelled", listing.import_path())).into_response()
}
