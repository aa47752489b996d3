//! What a test from the command line has to do with the data folder, if there is one.

use store::{Store, TestNote};

use super::super::{DataDirArg, Failure, output};
use crate::data_dir::DataDirError;
use crate::tested::Unreadable;

/// Opens the database, if there is one: without one, nothing is set.
///
/// # Errors
/// If it is there and cannot be opened: a test that leaves out what is set would mislead.
pub(super) async fn open(data_dir: &DataDirArg) -> Result<Option<Store>, Failure> {
    match data_dir.open().open().await {
        Ok(store) => Ok(Some(store)),
        Err(DataDirError::NoDatabase { .. }) => Ok(None),
        Err(error) => {
            output::note("--no-stored tests without what is set for the smart host");
            Err(error.into())
        }
    }
}

/// Notes the result. What was found counts, whether or not it can be remembered.
pub(super) async fn note(store: &Store, note: TestNote) {
    if let Err(error) = store.note_test(note).await {
        output::note(format_args!("the result was not noted: {error}"));
    }
}

/// Says what to do where the password that is set cannot be read.
pub(super) fn unreadable(unreadable: &Unreadable, of: &str) -> Failure {
    Failure::Unreadable(format!(
        "{of}: {unreadable} Use \"smart-hosts smart-host set\" for that, or test without it by \
         --no-stored."
    ))
}
