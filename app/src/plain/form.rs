//! What the forms of these pages are made of.

use leptos::prelude::*;
use routing::TlsPolicy;

use super::secrets;

/// What is wrong with a field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What is wrong with this field, if anything is.
pub(in crate::plain) fn problem(wrong: &[Wrong], field: &str) -> Option<String> {
    wrong
        .iter()
        .find(|wrong| wrong.field == field)
        .map(|wrong| wrong.message.clone())
}

/// A field for a line of text, with its label above and what is wrong with it below.
#[component]
pub(super) fn Field(
    name: &'static str,
    label: &'static str,
    value: String,
    problem: Option<String>,
    #[prop(into, optional)] placeholder: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    /// What a browser or a password manager may fill in; nothing, unless it says so.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let error = format!("{name}-error");
    let secret = kind == "password";
    let input = view! {
        <input
            type=kind
            id=name
            name=name
            value=value
            placeholder=placeholder
            inputmode=inputmode
            autocomplete=autocomplete.unwrap_or(if secret { "new-password" } else { "off" })
            autofocus=autofocus
            autocapitalize="none"
            spellcheck="false"
            aria-invalid=problem.is_some().then_some("true")
            aria-describedby=error.clone()
        />
    };
    let input = if secret {
        secrets::can_be_shown(input.into_any(), label)
    } else {
        input.into_any()
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {input}
            <p class="field-error" id=error>{problem}</p>
        </div>
    }
}

/// The choice of a TLS policy, in its written form; `none` stands above the policies for none of
/// them. Where the choice is `locked`, no other than the present one can be chosen.
pub(super) fn tls_field(
    value: &str,
    problem: Option<String>,
    none: Option<String>,
    locked: bool,
) -> AnyView {
    let policies = TlsPolicy::NAMES.map(|name| {
        let label = TlsPolicy::parse(name, "").map_or(name, |policy| policy.label());
        let selected = value == name;
        let disabled = locked && !selected;
        view! { <option value=name selected=selected disabled=disabled>{label}</option> }
    });
    let none = none.map(|label| view! { <option value="">{label}</option> });
    view! {
        <div class="field">
            <label for="tls">"TLS"</label>
            <select
                id="tls"
                name="tls"
                autocomplete="off"
                aria-invalid=problem.is_some().then_some("true")
                aria-describedby="tls-error"
            >
                {none}
                {policies.into_iter().collect_view()}
            </select>
            <p class="field-error" id="tls-error">{problem}</p>
        </div>
    }
    .into_any()
}
