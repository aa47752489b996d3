//! What the forms of these pages are made of.

use leptos::prelude::*;

/// What is wrong with a field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What is wrong with this field, if anything is.
pub(super) fn problem(wrong: &[Wrong], field: &str) -> Option<String> {
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
    #[prop(default = "")] placeholder: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
) -> impl IntoView {
    let error = format!("{name}-error");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                type=kind
                id=name
                name=name
                value=value
                placeholder=placeholder
                inputmode=inputmode
                autocomplete=if kind == "password" { "new-password" } else { "off" }
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=problem.is_some().then_some("true")
                aria-describedby=error.clone()
            />
            <p class="field-error" id=error>{problem}</p>
        </div>
    }
}
