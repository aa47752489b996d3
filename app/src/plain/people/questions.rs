//! What is asked before something is done to somebody.

use leptos::prelude::*;
use store::Person;

use super::{
    EDIT_PERSON_PATH, END_SESSIONS_PATH, PEOPLE_PATH, REMOVE_PERSON_PATH, SET_PASSWORD_PATH,
};
use crate::panel::HiddenFields;
use crate::plain::Frame;
use crate::plain::form::{Field, Wrong, problem};
use crate::plain::sign_in::{PASSWORD_HINT, alerted};
use crate::shell::{Section, Visitor};

/// The page on which somebody is given a new password.
#[must_use]
pub fn set_password_page(
    frame: &Frame,
    name: &str,
    wrong: Vec<Wrong>,
    alert: Option<String>,
) -> String {
    frame.subpage(Section::People, "Set a password", "", || {
        let problem = move |field: &str| problem(&wrong, field);
        let heading = format!("A new password for {name}");
        let pairs = vec![("name", name.to_owned())];
        view! {
            {alerted(alert)}
            <form class="panel form" method="post" action=SET_PASSWORD_PATH novalidate
                aria-labelledby="new-heading">
                <h2 id="new-heading">{heading}</h2>
                <p>{format!("The sessions of {name} end. A second factor stays as it is.")}</p>
                <HiddenFields pairs />
                <Field name="password_new" label="New password" value=String::new()
                    problem=problem("password_new") kind="password" autocomplete="new-password" />
                <p class="form-hint">{PASSWORD_HINT} " Tell it the person by another way than mail; they can change it."</p>
                <Field name="password_again" label="New password again" value=String::new()
                    problem=problem("password_again") kind="password" autocomplete="new-password" />
                <Field name="password" label="Your own present password" value=String::new()
                    problem=problem("password") kind="password" autocomplete="current-password" />
                <div class="form-buttons">
                    <a class="button button-quiet" href=PEOPLE_PATH>"Cancel"</a>
                    <button type="submit" class="button button-primary">"Set the password"</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// The question before all sessions of somebody end.
#[must_use]
pub fn end_sessions_page(
    frame: &Frame,
    name: &str,
    wrong: Vec<Wrong>,
    alert: Option<String>,
) -> String {
    frame.subpage(Section::People, "End all sessions", "", || {
        let problem = move |field: &str| problem(&wrong, field);
        let question = if is_own(name) {
            "End all of your sessions but this one?".to_owned()
        } else {
            format!("End all sessions of {name}?")
        };
        let pairs = vec![("name", name.to_owned())];
        view! {
            {alerted(alert)}
            <form class="panel form" method="post" action=END_SESSIONS_PATH novalidate
                aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <p class="dialog-question">{question}</p>
                <p class="dialog-note">
                    "Whoever knows the password can sign in again. To keep somebody out, disable the account."
                </p>
                <HiddenFields pairs />
                <Field name="password" label="Your own present password" value=String::new()
                    problem=problem("password") kind="password" autocomplete="current-password" />
                <div class="form-buttons">
                    <a class="button" href=PEOPLE_PATH>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"End all sessions"</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// The question before administrators take a right from themselves: `act` and `role` as the form named
/// them.
#[must_use]
pub fn own_account_page(frame: &Frame, name: &str, act: &str, role: &str) -> String {
    frame.subpage(Section::People, "Your own account", "", || {
        let (question, note) = match act {
            "disable" => (
                "Disable your own account?",
                "You are signed out at once, and only another administrator lets you in again.",
            ),
            "reset-second-factor" => (
                "Remove your own second factor?",
                "Whoever learns your password can sign in with it then.",
            ),
            _ => (
                "Give yourself another role?",
                "You cannot manage people then, and only another administrator can make you one again.",
            ),
        };
        let pairs = vec![
            ("name", name.to_owned()),
            ("role", role.to_owned()),
            ("do", act.to_owned()),
            ("sure", "yes".to_owned()),
        ];
        view! {
            <section class="panel" aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <p class="dialog-question">{question}</p>
                <p class="dialog-note">{note}</p>
                <form class="form-buttons" method="post" action=EDIT_PERSON_PATH>
                    <HiddenFields pairs />
                    <a class="button" href=PEOPLE_PATH>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"OK"</button>
                </form>
            </section>
        }
        .into_any()
    })
}

/// The question before somebody is removed.
#[must_use]
pub fn remove_page(frame: &Frame, person: &Person, alert: Option<String>) -> String {
    frame.subpage(Section::People, "Remove", "", || {
        let name = person.name.to_string();
        let own = is_own(&name).then(|| {
            view! {
                <p class="badge badge-warning">
                    "This is your own account: you are signed out at once, and cannot sign in again."
                </p>
            }
        });
        view! {
            {alerted(alert)}
            <section class="panel" aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <p class="dialog-question">{format!("Remove {name}?")}</p>
                {own}
                <p class="dialog-note">
                    "Their sessions end at once. What they have done stays in the history. To keep the name \
                     for later, disable the account instead."
                </p>
                <form class="form-buttons" method="post" action=REMOVE_PERSON_PATH>
                    <HiddenFields pairs=vec![("name", name)] />
                    <a class="button" href=PEOPLE_PATH>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"OK"</button>
                </form>
            </section>
        }
        .into_any()
    })
}

/// Whether this is the account of whoever is signed in.
pub(super) fn is_own(name: &str) -> bool {
    Visitor::current().is_some_and(|visitor| visitor.name == name)
}
