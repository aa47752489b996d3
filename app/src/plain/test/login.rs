//! Which login a test is made with, for those who may not send the one that is set as they like.

use access::Permission;
use leptos::prelude::*;

use super::Form;
use crate::panel::WhyNot;

/// Whether to log in with the account that is set.
#[component]
pub(super) fn LoginField(
    /// The choice of the account that is set, in words.
    as_set: String,
    no_login: bool,
    /// Only what is chosen can be.
    locked: bool,
    problem: Option<String>,
) -> impl IntoView {
    view! {
        <div class="form-fields">
            <div class="field">
                <label for="login">"Login"</label>
                <select
                    id="login"
                    name="login"
                    autocomplete="off"
                    aria-invalid=problem.is_some().then_some("true")
                    aria-describedby="login-error"
                >
                    <option value="" selected=!no_login disabled=locked && no_login>{as_set}</option>
                    <option value="none" selected=no_login disabled=locked && !no_login>"None, or as typed below"</option>
                </select>
                <p class="field-error" id="login-error">{problem}</p>
            </div>
        </div>
    }
}

/// Why not both the login that is set and another TLS, and the way to the other of the two.
pub(super) fn other_login(form: &Form) -> impl IntoView + use<> {
    let other = Form {
        no_login: !form.no_login,
        tls: String::new(),
        tls_name: String::new(),
        ..form.clone()
    };
    let words = if form.no_login {
        "Test with the login that is set"
    } else {
        "Test without the login that is set, with any TLS"
    };
    view! {
        <WhyNot permission=Permission::EditSmartHosts id="why-as-set" />
        <p class="form-hint">
            "So the login that is set goes with the TLS that is set. "
            <a href=other.href()>{words}</a>
        </p>
    }
}
