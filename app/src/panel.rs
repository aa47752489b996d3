//! What stands in place of a page's content while it is on the way, and when it could not be read.

use access::Permission;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::shell::why_not;

/// The content is on the way.
#[component]
pub(crate) fn Loading(
    /// What is being read.
    what: &'static str,
) -> impl IntoView {
    view! {
        <section class="panel panel-loading" aria-busy="true">
            <p role="status">{format!("Reading {what}\u{2026}")}</p>
        </section>
    }
}

/// The content could not be read: what, why, and a way to try again.
#[component]
pub(crate) fn Failed(
    /// What could not be read.
    what: &'static str,
    /// Why.
    why: String,
    /// The page, for a browser without JavaScript.
    path: &'static str,
    /// Reads it again.
    retry: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="panel panel-failed" role="alert">
            <h2>{format!("{what} could not be read")}</h2>
            <p>{why}</p>
            <a
                class="button"
                href=path
                rel="external"
                on:click=move |event: MouseEvent| {
                    event.prevent_default();
                    retry.run(());
                }
            >
                "Try again"
            </a>
        </section>
    }
}

/// The id of the sentence that says why controls are disabled.
pub(crate) const WHY_NOT: &str = "why-not";

/// Says, where that is so, that whoever is signed in may not use the controls below, and who may.
#[component]
pub(crate) fn WhyNot(
    /// What the controls do.
    permission: Permission,
    /// The id of the sentence.
    #[prop(default = WHY_NOT)]
    id: &'static str,
) -> impl IntoView {
    why_not(permission).map(|why| {
        view! {
            <p class="why-not" id=id>
                {why}
            </p>
        }
    })
}

/// Hidden fields of a form.
#[component]
pub(crate) fn HiddenFields(
    /// Names and values; a name may come several times.
    pairs: Vec<(&'static str, String)>,
) -> impl IntoView {
    pairs
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
}
