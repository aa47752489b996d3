//! How far an import has come.

use leptos::prelude::*;
use serde::Serialize;

use super::about::CancelForm;
use super::{About, IMPORT_PROGRESS_PATH, IMPORT_SCRIPT_PATH, href, import_href, page};
use crate::plain::{Frame, scripts};

/// What an import is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Working {
    /// What it is doing, such as "Reading customers.csv".
    pub what: String,
    /// How much of that is done, of a hundred; nothing where nobody knows.
    pub percent: Option<u64>,
    /// How much is done, how fast it goes and how long it will take.
    pub detail: String,
}

/// The page, which looks again until it is done.
#[must_use]
pub fn working_page(frame: &Frame, about: About, working: Working) -> String {
    let path = import_href(&about.id);
    page(frame, about.listing, &path, true, || {
        scripts::need(IMPORT_SCRIPT_PATH);
        let progress = href(IMPORT_PROGRESS_PATH, &[("id", &about.id)]);
        let Working {
            what,
            percent,
            detail,
        } = working;
        let value = percent.map(|percent| percent.to_string());
        view! {
            <section class="panel import-work" aria-label="Progress" data-progress=progress>
                <div role="status"><h2 data-what>{what.clone()}</h2></div>
                <progress max="100" value=value aria-label=what></progress>
                <p class="import-detail" data-detail>{detail}</p>
                <p class="form-hint">{about.how()}</p>
                <div class="form-buttons">
                    <CancelForm id=about.id />
                    <a class="button button-quiet script-none" href=path.clone()>"Look again"</a>
                </div>
            </section>
        }
        .into_any()
    })
}
