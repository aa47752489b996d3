//! Showing what is typed into a password field: a button beside it, which a small script brings to life.
//! Pages without such a field carry no script.

use leptos::prelude::*;

use super::scripts;

/// The path of the script.
pub const SHOW_PASSWORD_PATH: &str = "/show-password.js";

/// A password field with the button that shows what is in it, hidden until the script is there.
pub(super) fn can_be_shown(field: AnyView) -> AnyView {
    scripts::need(SHOW_PASSWORD_PATH);
    view! {
        <div class="field-secret">
            {field}
            <button
                type="button"
                class="button show-password"
                aria-label="Show password"
                aria-pressed="false"
                hidden
            >
                "Show"
            </button>
        </div>
    }
    .into_any()
}
