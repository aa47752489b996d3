//! What several pages have in common.

use access::Permission;
use leptos::prelude::*;

use crate::shell::why_not;

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
