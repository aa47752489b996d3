//! What stands on a page whose content could not be read.

use leptos::prelude::*;

use crate::forms::FormPage;
use crate::shell::DomainsHeader;

/// Says what could not be read and why, with a way to try again.
#[component]
pub(crate) fn FailedPage(
    /// Which page.
    page: FormPage,
    /// Why.
    why: String,
    /// The address that was asked for.
    here: String,
) -> impl IntoView {
    view! {
        <DomainsHeader title=page.title() purpose=page.purpose() />
        <section class="panel panel-failed" role="alert">
            <h2>{format!("{} could not be read", page.title())}</h2>
            <p>{why}</p>
            <a class="button" href=here>
                "Try again"
            </a>
        </section>
    }
}
