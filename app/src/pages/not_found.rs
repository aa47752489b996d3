//! What stands at an address where there is no page.

use leptos::prelude::*;

use crate::listing::Listing;

/// Says that there is no such page, with status 404, and where to go on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = 404_u16.try_into()
    {
        response.set_status(status);
    }
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
