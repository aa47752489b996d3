//! The question before the settings of a smart host are forgotten.

use leptos::prelude::*;
use routing::Route;
use store::{Stored, StoredSmartHost};

use super::parts::{Alert, used_by, users, which_fields};
use super::{DELETE_PATH, EDIT_PATH, href_of, name};
use crate::plain::Frame;
use crate::shell::Section;

/// All that the question is asked from.
pub struct Delete {
    /// The smart host.
    pub host: StoredSmartHost,
    /// The first routes that use it.
    pub routes: Vec<Stored<Route>>,
    /// Why it was not done.
    pub alert: Option<String>,
}

/// The question; without a way to say yes while routes use the smart host.
#[must_use]
pub fn delete_page(frame: &Frame, delete: Delete) -> String {
    frame.subpage(Section::SmartHostSettings, "Confirmation", "", || {
        view! { <Question delete /> }.into_any()
    })
}

#[component]
fn Question(delete: Delete) -> impl IntoView {
    let Delete {
        host,
        routes,
        alert,
    } = delete;
    let of = host.settings.next_hop;
    let back = href_of(EDIT_PATH, &of, &[]);
    let content = if host.routes > 0 {
        let refusal = format!(
            "The settings of {} cannot be deleted: {}. Send that mail elsewhere first.",
            name(&of),
            used_by(host.routes),
        );
        view! {
            <p>{refusal}</p>
            {users(&of, host.routes, &routes)}
            <div class="form-buttons">
                <a class="button" href=back>"Back"</a>
            </div>
        }
        .into_any()
    } else {
        let account = host.settings.user.is_some();
        view! {
            <form method="post" action=DELETE_PATH>
                {which_fields(&of)}
                <input type="hidden" name="version" value=host.version.0 />
                <p>{format!("Delete the settings of {}?", name(&of))}</p>
                <p class="dialog-note">
                    {account.then_some("User name and password are forgotten. ")}
                    "What is usual on its port applies to it then."
                </p>
                <div class="form-buttons">
                    <a class="button" href=back>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"OK"</button>
                </div>
            </form>
        }
        .into_any()
    };
    view! {
        <Alert alert />
        <section class="panel">{content}</section>
    }
}
