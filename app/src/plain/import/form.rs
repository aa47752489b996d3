//! The form: which file, how it is read, and what becomes of other rows.

use leptos::prelude::*;
use routing::FileFormat;
use store::ImportMode;

use super::about::{CancelForm, FormatField, ModeField};
use super::{IMPORT_SCRIPT_PATH, import_href, page};
use crate::listing::Listing;
use crate::plain::{Frame, scripts};

/// What the form shows.
#[derive(Clone, Debug)]
pub struct ImportForm {
    /// The list.
    pub listing: Listing,
    /// The format that is chosen, if one is.
    pub format: Option<FileFormat>,
    /// The mode that is chosen.
    pub mode: ImportMode,
    /// The most bytes that a file may have.
    pub most_bytes: u64,
    /// What was just done.
    pub done: Option<&'static str>,
    /// What was not done, and why.
    pub alert: Option<String>,
    /// The import that the person has not brought to an end.
    pub unfinished: Option<Unfinished>,
}

/// An import that has not been brought to an end.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Names it; nothing as long as its file is still on the way.
    pub id: Option<String>,
    /// What people call its file.
    pub name: String,
}

/// The page.
#[must_use]
pub fn form_page(frame: &Frame, form: ImportForm) -> String {
    page(
        frame,
        form.listing,
        form.listing.import_path(),
        false,
        || {
            let ImportForm {
                listing,
                format,
                mode,
                most_bytes,
                done,
                alert,
                unfinished,
            } = form;
            let done = done.map(|done| {
                view! { <div class="toast held-done" role="status"><p>{done}</p></div> }
            });
            let alert =
                alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> });
            let content = match unfinished {
                Some(unfinished) => waiting(unfinished),
                None => upload(listing, format, mode, most_bytes),
            };
            view! {
                {done}
                {alert}
                {content}
            }
            .into_any()
        },
    )
}

/// What has to be brought to an end first.
fn waiting(unfinished: Unfinished) -> AnyView {
    let Unfinished { id, name } = unfinished;
    let name = if name.is_empty() {
        "pasted text".to_owned()
    } else {
        name
    };
    let Some(id) = id else {
        return view! {
            <section class="panel">
                <h2>"A file of yours is on its way"</h2>
                <p>"Somebody who is signed in as you is sending a file. One is imported at a time."</p>
                <div class="form-buttons"><a class="button" href="">"Look again"</a></div>
            </section>
        }
        .into_any();
    };
    view! {
        <section class="panel">
            <h2>"You have an import that is not finished"</h2>
            <p>{format!("It is of {name}. Finish or cancel it before you begin another one.")}</p>
            <div class="form-buttons">
                <a class="button button-primary" href=import_href(&id)>"Show it"</a>
                <CancelForm id />
            </div>
        </section>
    }
    .into_any()
}

fn upload(
    listing: Listing,
    format: Option<FileFormat>,
    mode: ImportMode,
    most_bytes: u64,
) -> AnyView {
    scripts::need(IMPORT_SCRIPT_PATH);
    let most = format!("{} MB", most_bytes / (1024 * 1024));
    let hint = format!(
        "UTF-8, up to {most}: text, CSV or JSON as exported here, or a file of Postfix, Proxmox Mail Gateway, \
         mailcow, Modoboa or SpamTitan."
    );
    view! {
        <form
            class="panel form import-form"
            method="post"
            enctype="multipart/form-data"
            action=listing.import_path()
            data-most=most_bytes.to_string()
            autocomplete="off"
        >
            <div class="import-drop">
                <label for="file">"File"</label>
                <input type="file" id="file" name="file" aria-describedby="file-hint" />
                <p class="form-hint" id="file-hint">
                    {hint}
                    <span class="script-only">" You can also drop it here."</span>
                </p>
            </div>
            <div class="field import-text">
                <label for="text">"Or paste the lines"</label>
                <textarea id="text" name="text" rows="5" spellcheck="false" autocapitalize="none"></textarea>
            </div>
            <div class="form-fields">
                <FormatField chosen=format may_recognise=true />
                <ModeField listing chosen=mode />
            </div>
            <p class="form-hint">"You see what would change before anything does."</p>
            <div class="form-buttons">
                <button type="submit" class="button button-primary">"Check"</button>
                <a class="button" href=listing.path()>"Back"</a>
            </div>
        </form>
        <section class="panel import-upload" aria-label="Progress" hidden>
            <div role="status"><h2 data-what></h2></div>
            <progress max="100" value="0" aria-label="Upload"></progress>
            <p class="import-detail" data-detail></p>
            <div class="form-buttons">
                <button type="button" class="button" data-cancel>"Cancel"</button>
            </div>
        </section>
        <div class="alert import-alert" role="alert" hidden><p></p></div>
    }
    .into_any()
}
