//! Commands to be copied, and moments.

use leptos::prelude::*;
use store::Timestamp;

use super::age::age;

/// A command. One click selects it as a whole.
#[component]
pub(super) fn Command(#[prop(into)] line: String) -> impl IntoView {
    view! { <pre class="command" tabindex="0"><code>{line}</code></pre> }
}

/// How long ago something was; the exact time is in its title.
#[component]
pub(super) fn Ago(now: Timestamp, at: Timestamp) -> impl IntoView {
    let exact = at.to_string();
    view! { <time datetime=exact.clone() title=exact>{age(now, at)}</time> }
}
