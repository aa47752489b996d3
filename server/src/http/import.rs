//! Importing a file as pages: it is sent, checked, shown, and then done as a whole.

mod act;
mod job;
mod progress;
mod refused;
mod registry;
mod show;
mod spool;
mod staged;
mod upload;

use std::sync::Arc;

use access::Permission;
use app::listing::Listing;
use app::plain::import::{
    IMPORT_AGAIN_PATH, IMPORT_CANCEL_PATH, IMPORT_COMMIT_PATH, IMPORT_PATH, IMPORT_PROGRESS_PATH,
    IMPORT_REFUSED_PATH,
};
use axum::http::HeaderMap;
use serde::Deserialize;

use self::job::Job;
pub(super) use self::registry::Imports;
use super::Shared;
use super::doors::{Doors, Requirement};

/// Their doors.
pub(super) fn doors(doors: Doors) -> Doors {
    let needs = Requirement::May(Permission::EditRouting);
    let doors = doors
        .get(IMPORT_PATH, needs, show::show)
        .get(IMPORT_PROGRESS_PATH, needs, progress::progress)
        .get(IMPORT_REFUSED_PATH, needs, refused::download)
        .post(IMPORT_COMMIT_PATH, needs, act::commit)
        .post(IMPORT_AGAIN_PATH, needs, act::again)
        .post(IMPORT_CANCEL_PATH, needs, act::cancel);
    Listing::ALL.into_iter().fold(doors, |doors, listing| {
        let path = listing.import_path();
        doors
            .get(
                path,
                needs,
                async move |shared: Shared, query, headers: HeaderMap| {
                    show::form(listing, &shared, query, &headers)
                },
            )
            .post(path, needs, move |shared, headers, parts| {
                upload::upload(listing, shared, headers, parts)
            })
    })
}

/// Which import.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    id: String,
}

impl Shared {
    /// The import of this name, if it is one of the person who asks.
    fn import(&self, id: &str) -> Option<Arc<Job>> {
        self.imports.of(self.backend.who.person?, id)
    }
}
