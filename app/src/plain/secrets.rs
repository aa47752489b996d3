//! Showing what is typed into a password field: a button beside it, which a small script brings to life.
//! Pages without such a field carry no script.

use leptos::prelude::*;

use super::scripts;

/// The path of the script.
pub const SHOW_PASSWORD_PATH: &str = "/show-password.js";

/// A password field with the button that shows what is in it, hidden until the script is there. The
/// button is named by the field, for there may be several.
pub(super) fn can_be_shown(field: AnyView, label: &str) -> AnyView {
    scripts::need(SHOW_PASSWORD_PATH);
    let what = label.to_lowercase();
    view! {
        <div class="field-secret">
            {field}
            <button type="button" class="button show-password" hidden>
                <span>"Show"</span>
                <span class="visually-hidden">" " {what}</span>
            </button>
        </div>
    }
    .into_any()
}
