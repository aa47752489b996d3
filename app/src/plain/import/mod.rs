//! Importing a file: choosing it, what it would do, how far it has come, and what it has done.

mod about;
mod checked;
mod done;
mod form;
mod rows;
mod working;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::about::About;
pub use self::checked::{Checked, checked_page};
pub use self::done::{Done, done_page, failed_page, gone_page, unrecognised_page};
pub use self::form::{ImportForm, Unfinished, form_page};
pub use self::rows::{Rows, Shown, Tab};
pub use self::working::{Working, working_page};
use super::{Frame, Place};
use crate::listing::Listing;
use crate::shell::Section;
use leptos::prelude::AnyView;

/// The path of an import.
pub const IMPORT_PATH: &str = "/smtp/domains/import";
/// Where it says how far it has come, as it goes.
pub const IMPORT_PROGRESS_PATH: &str = "/smtp/domains/import/progress";
/// The lines that are left out, as a file.
pub const IMPORT_REFUSED_PATH: &str = "/smtp/domains/import/refused";
/// Where it is done.
pub const IMPORT_COMMIT_PATH: &str = "/smtp/domains/import/commit";
/// Where it is given up.
pub const IMPORT_CANCEL_PATH: &str = "/smtp/domains/import/cancel";
/// Where it is read anew, as another format or in another mode.
pub const IMPORT_AGAIN_PATH: &str = "/smtp/domains/import/again";
/// The script that shows how far an upload and an import have come.
pub const IMPORT_SCRIPT_PATH: &str = "/import.js";

/// What the page is for.
const PURPOSE: &str = "Reads a list from a file and shows what would change, line by line. Nothing changes until you \
                       say so, and then all of it at once.";

/// The address of an import.
#[must_use]
pub fn import_href(id: &str) -> String {
    href(IMPORT_PATH, &[("id", id)])
}

fn href(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

/// A page of an import into a list, at this address.
fn page(
    frame: &Frame,
    listing: Listing,
    path: &str,
    is_at_work: bool,
    content: impl FnOnce() -> AnyView,
) -> String {
    let domains = Section::Domains;
    let place = Place {
        section: domains,
        path,
        above: vec![
            (domains.name(), domains.path()),
            (listing.title(), listing.path()),
        ],
        title: "Import",
        purpose: PURPOSE,
        is_at_work,
    };
    frame.at(&place, content)
}
