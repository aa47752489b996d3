//! The pages on which administrators say who may sign in, and as what.

mod questions;

use access::Role;
use leptos::prelude::*;
use store::{Person, Timestamp};

pub use self::questions::{end_sessions_page, own_account_page, remove_page, set_password_page};
use super::Frame;
use super::account::ACCOUNT_PATH;
use super::age::age;
use super::done::Done;
use super::form::{Field, Wrong, problem};
use super::sign_in::{PASSWORD_HINT, alerted};
use crate::panel::HiddenFields;
use crate::shell::Section;
use crate::wire::Notice;

/// Everybody who may sign in.
pub const PEOPLE_PATH: &str = "/people";
/// Where somebody is changed.
pub const EDIT_PERSON_PATH: &str = "/people/edit";
/// Where somebody is removed, after a question.
pub const REMOVE_PERSON_PATH: &str = "/people/remove";
/// Where somebody is given a new password.
pub const SET_PASSWORD_PATH: &str = "/people/password";
/// Where all sessions of somebody end, after a question.
pub const END_SESSIONS_PATH: &str = "/people/sessions";
/// Where a second factor is required.
pub const REQUIRE_PATH: &str = "/people/second-factor";

const PURPOSE: &str = "Who may sign in to this console, and what each may do.";

/// What is typed to add somebody.
#[derive(Clone, Debug, Default)]
pub struct AddForm {
    /// The name.
    pub name: String,
    /// The written form of a role.
    pub role: String,
    /// What is wrong with the fields.
    pub wrong: Vec<Wrong>,
}

/// What the page shows.
pub struct People {
    /// Everybody.
    pub people: Vec<Person>,
    /// Everybody must have a second factor.
    pub required: bool,
    /// The form to add somebody.
    pub form: AddForm,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Why something was refused.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page.
#[must_use]
pub fn people_page(frame: &Frame, shown: People) -> String {
    frame.page(Section::People, PURPOSE, || {
        let People {
            people,
            required,
            form,
            notice,
            alert,
            now,
        } = shown;
        let without = people.iter().filter(|person| !person.second_factor).count();
        let rows = people
            .into_iter()
            .map(|person| view! { <Row person now /> });
        view! {
            <Done notice return_to=PEOPLE_PATH />
            {alerted(alert)}
            <section aria-label="People">
                <ul class="steps">{rows.collect_view()}</ul>
            </section>
            <Add form />
            <form class="panel form" method="post" action=REQUIRE_PATH aria-labelledby="require-heading">
                <h2 id="require-heading">"Second factor for everybody"</h2>
                <p>{required_now(required, without)}</p>
                <input type="hidden" name="required" value=if required { "no" } else { "yes" } />
                <div class="form-buttons">
                    <button type="submit" class="button">
                        {if required { "Require it no longer" } else { "Require it" }}
                    </button>
                </div>
            </form>
        }
        .into_any()
    })
}

fn required_now(required: bool, without: usize) -> String {
    let people = |count| match count {
        0 => "Everybody has one.".to_owned(),
        1 => "1 person has none".to_owned(),
        count => format!("{count} people have none"),
    };
    match (required, without) {
        (true, 0) => "It is required. Everybody has one.".to_owned(),
        (true, count) => format!(
            "It is required. {} and must set it up before anything else.",
            people(count)
        ),
        (false, 0) => "It is not required. Everybody has one.".to_owned(),
        (false, count) => format!(
            "It is not required. {}, and would have to set it up before anything else.",
            people(count)
        ),
    }
}

#[component]
fn Row(person: Person, now: Timestamp) -> impl IntoView {
    let name = person.name.to_string();
    let fields = || vec![("name", person.name.to_string())];
    let seen = match person.seen {
        Some(seen) => format!("Last seen {}.", age(now, seen)),
        None => "No sign-in is known.".to_owned(),
    };
    // One's own is changed with the sessions beside it.
    let password = if questions::is_own(&name) {
        ACCOUNT_PATH.to_owned()
    } else {
        format!("{SET_PASSWORD_PATH}?name={name}")
    };
    let sessions = format!("{END_SESSIONS_PATH}?name={name}");
    let remove = format!("{REMOVE_PERSON_PATH}?name={name}");
    view! {
        <li class="step">
            <div class="step-body">
                <p>
                    <span class="name">{name.clone()}</span>
                    " "
                    <span class="badge">{person.role.label()}</span>
                    " "
                    {person.disabled.then(|| view! { <span class="badge badge-warning">"disabled"</span> })}
                </p>
                <p class="step-advice">
                    {if person.second_factor { "Has a second factor. " } else { "Has no second factor. " }}
                    {seen}
                </p>
            </div>
            <form class="person" method="post" action=EDIT_PERSON_PATH aria-label=format!("Change {name}")>
                <HiddenFields pairs=fields() />
                {role_field(person.role.as_str(), Some(format!("Role of {name}")))}
                <button type="submit" class="button" name="do" value="role"
                    aria-label=format!("Set the role of {name}")>"Set role"</button>
                {if person.disabled {
                    view! {
                        <button type="submit" class="button" name="do" value="enable"
                            aria-label=format!("Enable {name}")>"Enable"</button>
                    }
                    .into_any()
                } else {
                    view! {
                        <button type="submit" class="button" name="do" value="disable"
                            aria-label=format!("Disable {name}")>"Disable"</button>
                    }
                    .into_any()
                }}
                {person.second_factor.then(|| view! {
                    <button type="submit" class="button" name="do" value="reset-second-factor"
                        aria-label=format!("Reset the second factor of {name}")>"Reset second factor"</button>
                })}
                <a class="button" href=password aria-label=format!("Set a password for {name}")>"Set a password"</a>
                <a class="button" href=sessions aria-label=format!("End all sessions of {name}")>"End all sessions"</a>
                <a class="button button-danger" href=remove aria-label=format!("Remove {name}")>"Remove"</a>
            </form>
        </li>
    }
}

/// The choice of a role: with a name of its own, or with a label before it.
fn role_field(chosen: &str, name: Option<String>) -> impl IntoView + use<> {
    let options = Role::ALL.map(|role| {
        let selected = role.as_str() == chosen;
        view! { <option value=role.as_str() selected=selected>{role.label()}</option> }
    });
    let id = name.is_none().then_some("role");
    view! {
        <select id=id name="role" autocomplete="off" aria-label=name>
            {options.into_iter().collect_view()}
        </select>
    }
}

#[component]
fn Add(form: AddForm) -> impl IntoView {
    let AddForm { name, role, wrong } = form;
    let problem = move |field: &str| problem(&wrong, field);
    let role = if role.is_empty() {
        Role::Viewer.as_str().to_owned()
    } else {
        role
    };
    view! {
        <form class="panel form" method="post" action=PEOPLE_PATH novalidate aria-labelledby="add-heading">
            <h2 id="add-heading">"Add somebody"</h2>
            <div class="form-fields">
                <Field name="name" label="Name" value=name problem=problem("name") />
                <div class="field">
                    <label for="role">"Role"</label>
                    {role_field(&role, None)}
                </div>
            </div>
            <Field name="password" label="First password" value=String::new() problem=problem("password")
                kind="password" autocomplete="new-password" />
            <p class="form-hint">{PASSWORD_HINT} " Tell it the person by another way than mail; they can change it."</p>
            <div class="form-buttons">
                <button type="submit" class="button button-primary">"Add"</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::required_now;

    #[test]
    fn who_has_no_second_factor_is_counted() {
        assert_eq!(
            required_now(false, 2),
            "It is not required. 2 people have none, and would have to set it up before anything else."
        );
        assert_eq!(required_now(true, 0), "It is required. Everybody has one.");
    }
}
