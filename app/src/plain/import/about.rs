//! What is imported, and how it is read.

use leptos::prelude::*;
use routing::FileFormat;
use store::ImportMode;

use super::{IMPORT_AGAIN_PATH, IMPORT_CANCEL_PATH};
use crate::listing::Listing;
use crate::panel::HiddenFields;

/// A file that is being imported.
#[derive(Clone, Debug)]
pub struct About {
    /// Names the import.
    pub id: String,
    /// The list.
    pub listing: Listing,
    /// The file's name; empty for text that was pasted.
    pub name: String,
    /// The format in which it is read; none until one is known.
    pub format: Option<FileFormat>,
    /// Whether nobody has chosen it.
    pub recognised: bool,
    /// What becomes of rows that it does not name.
    pub mode: ImportMode,
}

impl About {
    /// What people call the file.
    pub(super) fn title(&self) -> String {
        if self.name.is_empty() {
            "Pasted text".to_owned()
        } else {
            self.name.clone()
        }
    }

    /// How it is read.
    pub(super) fn how(&self) -> String {
        let format = self.format.map_or("no known format", FileFormat::label);
        let recognised = if self.recognised { " (recognised)" } else { "" };
        format!(
            "{format}{recognised}. {}",
            mode_words(self.listing, self.mode)
        )
    }
}

/// What becomes of rows that a file does not name.
fn mode_words(listing: Listing, mode: ImportMode) -> String {
    let rows = listing.plural();
    match mode {
        ImportMode::Merge => format!("Other {rows} stay."),
        ImportMode::Replace => format!("Other {rows} are removed."),
    }
}

/// The choice of a format.
#[component]
pub(super) fn FormatField(
    /// What is chosen.
    chosen: Option<FileFormat>,
    /// Whether the server may choose.
    #[prop(optional)]
    may_recognise: bool,
) -> impl IntoView {
    let recognise = may_recognise.then(|| {
        view! { <option value="" selected=chosen.is_none()>"Recognise it"</option> }
    });
    let formats = FileFormat::ALL.map(|format| {
        let selected = chosen == Some(format);
        view! { <option value=format.as_str() selected=selected>{format.label()}</option> }
    });
    view! {
        <div class="field">
            <label for="format">"Format"</label>
            <select id="format" name="format" autocomplete="off">
                {recognise}
                {formats.into_iter().collect_view()}
            </select>
        </div>
    }
}

/// The choice of what becomes of the other rows.
#[component]
pub(super) fn ModeField(
    /// The list.
    listing: Listing,
    /// What is chosen.
    chosen: ImportMode,
) -> impl IntoView {
    let modes = [
        (ImportMode::Merge, "merge", "Merge"),
        (ImportMode::Replace, "replace", "Replace"),
    ];
    let modes = modes.map(|(mode, value, name)| {
        let label = format!(
            "{name}: {}",
            mode_words(listing, mode)
                .trim_end_matches('.')
                .to_lowercase()
        );
        view! { <option value=value selected=chosen == mode>{label}</option> }
    });
    view! {
        <div class="field">
            <label for="mode">"Mode"</label>
            <select id="mode" name="mode" autocomplete="off">
                {modes.into_iter().collect_view()}
            </select>
        </div>
    }
}

/// Reads the file anew, in another way.
#[component]
pub(super) fn AgainForm(
    /// The file.
    about: About,
) -> impl IntoView {
    view! {
        <form class="form import-again" method="post" action=IMPORT_AGAIN_PATH>
            <HiddenFields pairs=vec![("id", about.id)] />
            <div class="form-fields">
                <FormatField chosen=about.format />
                <ModeField listing=about.listing chosen=about.mode />
                <button type="submit" class="button">"Check again"</button>
            </div>
        </form>
    }
}

/// Gives the import up.
#[component]
pub(super) fn CancelForm(
    /// The import.
    id: String,
) -> impl IntoView {
    view! {
        <form method="post" action=IMPORT_CANCEL_PATH>
            <HiddenFields pairs=vec![("id", id)] />
            <button type="submit" class="button">"Cancel"</button>
        </form>
    }
}
