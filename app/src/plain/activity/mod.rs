//! Activity: every change, taking changes back, and what it was like earlier.

mod as_it_was;
mod lines;
mod list;
mod parts;
mod undo;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::as_it_was::{AsItWas, Shown, as_it_was_page, restore_page};
pub use self::lines::{lines_href, lines_page};
pub use self::list::{Activity, activity_page};
pub(super) use self::parts::Details;
pub use self::undo::{Undo, undo_page};
use super::Frame;
use crate::shell::Section;

/// The path of the list.
pub const ACTIVITY_PATH: &str = "/activity";
/// The path under which the list is downloaded.
pub const ACTIVITY_EXPORT_PATH: &str = "/activity/export";
/// The path of the lines of an entry that stands for many rows.
pub const LINES_PATH: &str = "/activity/lines";
/// The path of the question before a change is taken back, and of taking it back.
pub const UNDO_PATH: &str = crate::notice::UNDO_PATH;
/// The path of what it was like at a moment.
pub const AS_IT_WAS_PATH: &str = "/activity/as-it-was";
/// The path of the question before that is brought back, and of bringing it back.
pub const RESTORE_PATH: &str = "/activity/as-it-was/restore";

/// What the forms above the list say, as they were filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Who.
    pub person: String,
    /// The name of an object, with `*` at the end for all whose names begin so.
    pub object: String,
    /// The kind of the objects.
    pub kind: String,
    /// The first moment.
    pub from: String,
    /// The moment before which.
    pub until: String,
}

/// What people call whoever sits at the machine itself.
pub const COMMAND_LINE: &str = "The command line";

impl Filters {
    /// Whether anything is filtered.
    #[must_use]
    pub fn are_set(&self) -> bool {
        *self != Self::default()
    }

    /// An address with these filters and one more pair, if there is one.
    fn href(&self, path: &str, more: Option<(&str, i64)>) -> String {
        let fields = [
            ("person", &self.person),
            ("object", &self.object),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<_> = filled
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        pairs.extend(more.map(|(name, value)| format!("{name}={value}")));
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }
}

/// The page that says why something could not be shown.
#[must_use]
pub fn failed_page(frame: &Frame, why: &str) -> String {
    use leptos::prelude::*;
    frame.page(Section::Activity, "", || {
        view! {
            <section class="panel panel-failed" role="alert">
                <h2>"The history could not be read"</h2>
                <p>{why.to_owned()}</p>
                <a class="button" href=ACTIVITY_PATH>"Show activity"</a>
            </section>
        }
        .into_any()
    })
}
