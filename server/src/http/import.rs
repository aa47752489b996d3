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

pub(super) use self::act::{again, cancel, commit};
pub(super) use self::progress::progress;
pub(super) use self::refused::download;
pub(super) use self::registry::Imports;
pub(super) use self::show::{form, show};
pub(super) use self::upload::upload;

use std::sync::Arc;

use serde::Deserialize;

use self::job::Job;
use super::Shared;

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
