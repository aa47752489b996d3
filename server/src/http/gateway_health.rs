//! Whether Postfix obeys, as a page.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use app::plain::gateway::{GATEWAY_PATH, Health, gateway_page};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use gateway::probe::{Limiter, Refused};

use super::Shared;
use crate::doctor::Doctor;

/// Examinations that may be asked for within a minute.
const A_MINUTE: NonZeroUsize = NonZeroUsize::new(6).unwrap();
/// Of these, how many may wait for their end at the same time; there is only ever one examination.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// How long the answer waits for the examination. It goes on after that.
const PATIENCE: Duration = Duration::from_secs(10);

/// What examinations on request need.
#[derive(Clone, Debug)]
pub(super) struct Checks {
    doctor: Doctor,
    limiter: Limiter,
}

impl Checks {
    pub(super) fn new(doctor: Doctor) -> Self {
        Self {
            doctor,
            limiter: Limiter::new(AT_ONCE, A_MINUTE),
        }
    }

    pub(super) fn doctor(&self) -> &Doctor {
        &self.doctor
    }
}

/// What was found last.
pub(super) async fn show(shared: Shared, headers: HeaderMap) -> Html<String> {
    page(&shared, &headers, None)
}

/// Examines Postfix now.
pub(super) async fn check(shared: Shared, headers: HeaderMap) -> Response {
    let permit = match shared.checks.limiter.begin(Instant::now()) {
        Ok(permit) => permit,
        Err(refused) => {
            let alert = Some(too_often(refused));
            let page = page(&shared, &headers, alert);
            return (StatusCode::TOO_MANY_REQUESTS, page).into_response();
        }
    };
    let doctor = shared.checks.doctor.clone();
    // Whoever closes the page does not end it.
    let examining = tokio::spawn(async move {
        let _while_it_runs = permit;
        doctor.examine().await;
    });
    // If it takes longer, the page shows the last one, and when that was.
    let _ = tokio::time::timeout(PATIENCE, examining).await;
    Redirect::to(GATEWAY_PATH).into_response()
}

fn too_often(refused: Refused) -> String {
    match refused {
        Refused::TooManyAtOnce { .. } => {
            "Postfix is being examined already. Load this page again in a moment.".to_owned()
        }
        Refused::TooManyAMinute { a_minute, wait } => format!(
            "Postfix was examined on request {a_minute} times within the last minute. Try again in \
             {} s.",
            wait.as_secs() + 1
        ),
    }
}

fn page(shared: &Shared, headers: &HeaderMap, alert: Option<String>) -> Html<String> {
    let folder = shared.backend.store.path().parent();
    let health = Health {
        last: shared.checks.doctor.last(),
        now: (shared.backend.now)(),
        folder: folder.unwrap_or(Path::new(".")).to_owned(),
        alert,
    };
    Html(gateway_page(&shared.frame(headers), &health))
}
