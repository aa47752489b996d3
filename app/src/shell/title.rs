//! The title of each page, in one place for the server, which writes it, and for the browser, which
//! keeps it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::listing::Listing;
use crate::pages::DEFAULT_ROUTING_PATH;

/// The name of the living page at a path.
pub(super) fn title(path: &str) -> &'static str {
    match path {
        DEFAULT_ROUTING_PATH => "Default Domain Routing",
        _ => Listing::ALL
            .into_iter()
            .find(|listing| listing.path() == path)
            .map_or("Page not found", Listing::title),
    }
}

/// What follows the name of a page in the title of its document.
pub(super) const TITLE_END: &str = " \u{2013} Smart Hosts console";

/// Changes the document's title with the page.
#[component]
pub(crate) fn KeepTitle() -> impl IntoView {
    let location = use_location();
    Effect::new(move || {
        document().set_title(&[title(&location.pathname.get()), TITLE_END].concat());
    });
}
