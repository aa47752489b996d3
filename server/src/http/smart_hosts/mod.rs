//! The settings of smart hosts as pages: the list, the form of one, and forgetting it.

mod delete;
mod edit;
mod list;

pub(super) use delete::{ask_delete, delete};
pub(super) use edit::{open, policy, save, tls_field};
pub(super) use list::list;

use app::error::AppError;
use app::plain::Frame;
use app::plain::smart_hosts::{NAMED, Opened, failed_page};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use routing::{NextHop, Route};
use serde::Deserialize;
use store::{Store, Stored, Tested};

use super::Shared;
use super::just_done::JustDone;
use super::typed::next_hop;
use crate::Backend;

/// Which smart host a page is about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    host: String,
    port: String,
    #[serde(flatten)]
    just: JustDone,
}

/// The smart host that was typed.
///
/// # Errors
/// The form to open one, with what is wrong with it.
fn which(host: &str, port: &str) -> Result<NextHop, Opened> {
    let mut wrong = Vec::new();
    next_hop(host, port, &mut wrong).ok_or_else(|| Opened {
        host: host.to_owned(),
        port: port.to_owned(),
        wrong,
    })
}

/// The first routes that use a smart host.
async fn users(store: &Store, of: &NextHop) -> Result<Vec<Stored<Route>>, store::Error> {
    store.routes_of_smart_host(of, None, NAMED).await
}

/// Its last test.
async fn tested(store: &Store, of: &NextHop) -> Result<Option<Tested>, store::Error> {
    let tests = store.tests(std::slice::from_ref(of)).await?;
    Ok(tests.into_values().next())
}

/// What the store refused, as a status and a sentence.
fn refusal(error: store::Error) -> (StatusCode, String) {
    let error = AppError::from(error);
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    (status, error.message())
}

/// The page, or the one that says why it could not be read.
fn page(frame: &Frame, status: StatusCode, page: Result<String, store::Error>) -> Response {
    match page {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            let (status, why) = refusal(error);
            (status, Html(failed_page(frame, &why))).into_response()
        }
    }
}
