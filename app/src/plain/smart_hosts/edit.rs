//! The settings of one smart host.

use access::Permission;
use leptos::prelude::*;
use routing::Route;
use store::{PasswordState, Stored, StoredSmartHost, Tested, Timestamp};

use super::last_test::last_test;
use super::parts::{Alert, used_by, users, which_fields};
use super::{DELETE_PATH, EDIT_PATH, href_of, name};
use crate::panel::{WHY_NOT, WhyNot};
use crate::plain::Frame;
use crate::plain::done::Done;
use crate::plain::form::{Field, Wrong, problem, tls_field};
use crate::plain::test::TEST_PATH;
use crate::shell::{Section, why_not};
use crate::wire::Notice;

const PURPOSE: &str = "These settings hold for every route that leads to this host and port.";

/// What is typed into the form. No password: that is never sent back.
#[derive(Clone, Default)]
pub struct SettingsForm {
    /// The version of the settings that was seen.
    pub version: i64,
    /// The written form of a TLS policy.
    pub tls: String,
    /// The name that the certificate must be for.
    pub tls_name: String,
    /// The user name to log in with.
    pub user: String,
    /// Whether the gateway is not to log in.
    pub no_login: bool,
    /// Why a password may go in the clear.
    pub login_reason: String,
    /// A note.
    pub comment: String,
}

impl From<&StoredSmartHost> for SettingsForm {
    fn from(host: &StoredSmartHost) -> Self {
        let settings = &host.settings;
        let text = |user: &routing::UserName| user.to_string();
        Self {
            version: host.version.0,
            tls: settings.tls.as_str().to_owned(),
            tls_name: settings
                .tls
                .name()
                .map(ToString::to_string)
                .unwrap_or_default(),
            user: settings.user.as_ref().map(text).unwrap_or_default(),
            no_login: false,
            login_reason: settings.login_reason.to_string(),
            comment: settings.comment.to_string(),
        }
    }
}

/// All that the page is drawn from.
pub struct Edit {
    /// The smart host as it is.
    pub host: StoredSmartHost,
    /// The first routes that use it.
    pub routes: Vec<Stored<Route>>,
    /// Its last test.
    pub tested: Option<Tested>,
    /// What the form holds.
    pub form: SettingsForm,
    /// What is wrong with its fields.
    pub wrong: Vec<Wrong>,
    /// A password was typed that has not been saved, and must be typed again.
    pub password_lost: bool,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Why the form as a whole was refused.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page of one smart host's settings.
#[must_use]
pub fn edit_page(frame: &Frame, edit: Edit) -> String {
    let title = name(&edit.host.settings.next_hop);
    frame.subpage(Section::SmartHostSettings, &title, PURPOSE, || {
        let Edit {
            host,
            routes,
            tested,
            form,
            wrong,
            password_lost,
            notice,
            alert,
            now,
        } = edit;
        let of = host.settings.next_hop.clone();
        let untested = why_not(Permission::Test).is_some();
        view! {
            <Done notice return_to=href_of(EDIT_PATH, &of, &[]) />
            <Alert alert />
            <SettingsFields host=host.clone() form wrong password_lost />
            <section class="panel" aria-labelledby="test-heading">
                <h2 id="test-heading">"Connection"</h2>
                {match tested {
                    Some(tested) => last_test(&tested, now),
                    None => view! { <p class="default">"Not tested yet."</p> }.into_any(),
                }}
                <form class="form-buttons" method="post" action=TEST_PATH>
                    {which_fields(&of)}
                    <button type="submit" class="button" disabled=untested
                        aria-describedby=untested.then_some("why-no-test")>"Test"</button>
                </form>
                <WhyNot permission=Permission::Test id="why-no-test" />
            </section>
            <section class="panel" aria-labelledby="use-heading">
                <h2 id="use-heading">{used_by(host.routes)}</h2>
                {if routes.is_empty() {
                    view! { <p class="default">"Routes that lead here are listed in this place."</p> }
                        .into_any()
                } else {
                    users(&of, host.routes, &routes)
                }}
            </section>
        }
        .into_any()
    })
}

#[component]
fn SettingsFields(
    host: StoredSmartHost,
    form: SettingsForm,
    wrong: Vec<Wrong>,
    password_lost: bool,
) -> impl IntoView {
    let problem = move |field: &str| problem(&wrong, field);
    let of = host.settings.next_hop.clone();
    let locked = why_not(Permission::EditSmartHosts).is_some();
    let untested = why_not(Permission::Test).is_some();
    let delete = (host.id.is_some() && !locked).then(|| href_of(DELETE_PATH, &of, &[]));
    let own_name = of.host.to_string();
    let has_account = host.settings.user.is_some();
    view! {
        <form class="panel form settings" method="post" action=EDIT_PATH novalidate autocomplete="off">
            <h2>"Settings"</h2>
            {host.id.is_none().then(|| view! {
                <p>"Nothing has been set yet. What is usual on this port applies."</p>
            })}
            {which_fields(&of)}
            <input type="hidden" name="version" value=form.version />
            <div class="form-fields">
                {tls_field(&form.tls, problem("tls"), None, locked && has_account)}
                <div class="field when-verified">
                    <Field name="tls_name" label="Name in the certificate" value=form.tls_name
                        problem=problem("tls_name") placeholder=own_name />
                </div>
            </div>
            <div class="form-fields">
                <Field name="user" label="User name" value=form.user problem=problem("user")
                    placeholder="No login" />
                <Field name="password" label="Password" value=String::new() problem=problem("password")
                    kind="password" />
            </div>
            <PasswordHint state=host.password lost=password_lost />
            {(has_account || form.no_login).then(|| view! {
                <label class="choice">
                    <input type="checkbox" name="login" value="none" checked=form.no_login autocomplete="off" />
                    "Do not log in"
                </label>
            })}
            <div class="when-clear">
                <Field name="login_reason" label="Reason for a login in the clear"
                    value=form.login_reason problem=problem("login_reason")
                    placeholder="Needed only if there is a login" />
            </div>
            <Field name="comment" label="Comment" value=form.comment problem=problem("comment")
                placeholder="Optional" />
            <div class="form-buttons">
                <button type="submit" class="button button-primary" disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)>"Save"</button>
                <button type="submit" class="button" formaction=TEST_PATH disabled=untested
                    aria-describedby=untested.then_some("why-no-test")>"Test without saving"</button>
                {delete.map(|delete| view! {
                    <a class="button button-danger" href=delete>"Delete settings"</a>
                })}
            </div>
            <WhyNot permission=Permission::EditSmartHosts />
        </form>
    }
}

/// What is known of the password, which is never shown.
#[component]
fn PasswordHint(state: PasswordState, lost: bool) -> impl IntoView {
    let known = match state {
        PasswordState::None => None,
        PasswordState::Set if lost => None,
        PasswordState::Set => Some(
            view! {
                <p class="form-hint">"The password is set. Leave its field empty to keep it."</p>
            }
            .into_any(),
        ),
        PasswordState::Unreadable => Some(
            view! {
                <p class="badge badge-warning">
                    "The password that is set cannot be read: it was sealed with another key. Type it again; \
                     mail waits until then."
                </p>
            }
            .into_any(),
        ),
    };
    view! {
        {known}
        {lost.then(|| view! {
            <p class="badge badge-warning">"The password that was typed is not kept: type it again."</p>
        })}
    }
}
