//! What stands at an address where there is no page.

use leptos::prelude::*;

use crate::listing::Listing;

/// Says that there is no such page, and where to go on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <section class="panel">
            <h1>"Page not found"</h1>
            <p>"There is no page at this address. It may have been mistyped."</p>
            <a class="button button-primary" href=Listing::SmartHosts.path()>
                "Go to Smart Hosts"
            </a>
        </section>
    }
}
