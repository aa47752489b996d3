//! The pages for whoever is not signed in: signing in, and setting the console up.

use leptos::prelude::*;

use super::Frame;
use super::form::{Field, Wrong, problem};
use crate::panel::HiddenFields;
use crate::shell::Section;

/// Where people sign in.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// Where they show the second factor.
pub const CODE_PATH: &str = "/sign-in/code";
/// Where they sign out.
pub const SIGN_OUT_PATH: &str = "/sign-out";
/// Where the first administrator sets the console up.
pub const SET_UP_PATH: &str = "/set-up";

/// A form that was posted after the session had ended: what was typed is carried through the sign-in.
/// Never a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Where it was posted to: path and query.
    pub to: String,
    /// The page on which the form stands.
    pub page: String,
    /// The names of the fields that did not go along, though something was typed into them.
    pub left_out: Vec<String>,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// The fields as one text.
    pub text: String,
}

/// What the sign-in page shows.
#[derive(Clone, Debug, Default)]
pub struct SignInForm {
    /// The name as it was typed.
    pub name: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// The form that waits for it.
    pub carried: Option<Carried>,
    /// Why it was refused.
    pub alert: Option<String>,
    /// What was just done.
    pub notice: Option<&'static str>,
}

/// The page to sign in.
#[must_use]
pub fn sign_in_page(frame: &Frame, form: SignInForm) -> String {
    frame.bare("Sign in", || {
        let SignInForm {
            name,
            return_to,
            carried,
            alert,
            notice,
        } = form;
        let typed = !name.is_empty();
        view! {
            {notice.map(|notice| view! { <p role="status">{notice}</p> })}
            {waiting(carried.as_ref())}
            {alerted(alert)}
            <form class="panel form" method="post" action=SIGN_IN_PATH novalidate>
                {along(return_to, carried)}
                <Field name="name" label="Name" value=name problem=None autocomplete="username"
                    autofocus=!typed />
                <Field name="password" label="Password" value=String::new() problem=None kind="password"
                    autocomplete="current-password" autofocus=typed />
                <div class="form-buttons">
                    <button type="submit" class="button button-primary">"Sign in"</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// The page that asks for the second factor.
#[must_use]
pub fn code_page(frame: &Frame, form: SignInForm) -> String {
    frame.bare("Second factor", || {
        let SignInForm {
            return_to,
            carried,
            alert,
            ..
        } = form;
        view! {
            {waiting(carried.as_ref())}
            {alerted(alert)}
            <form class="panel form" method="post" action=CODE_PATH novalidate>
                {along(return_to, carried)}
                <Field name="code" label="Code" value=String::new() problem=None
                    autocomplete="one-time-code" autofocus=true />
                <p class="form-hint">
                    "The six digits that your authenticator app shows now, or one of your recovery codes."
                </p>
                <div class="form-buttons">
                    <button type="submit" class="button button-primary">"Sign in"</button>
                    <a class="button button-quiet" href=SIGN_IN_PATH>"Start again"</a>
                </div>
            </form>
        }
        .into_any()
    })
}

/// The field that tells the page of a form that a password has to be typed again: nothing is done then.
pub const LEFT_OUT: &str = "left_out";

/// The page that offers to send again what was typed before the session had ended; or, where a password
/// is missing, to fill the form in again, which `fills_in` says that its page can do.
#[must_use]
pub fn continue_page(frame: &Frame, carried: Carried, fills_in: bool) -> String {
    let Carried {
        to,
        page,
        left_out,
        fields,
        ..
    } = carried;
    let is_whole = left_out.is_empty();
    frame.bare("You are signed in", || {
        if !is_whole && !fills_in {
            return view! {
                <div class="panel form">
                    <p>
                        "What you sent before has not been done: the session had ended, and passwords and \
                         codes are not kept. Type it again."
                    </p>
                    <div class="form-buttons">
                        <a class="button button-primary" href=page autofocus>"Continue"</a>
                    </div>
                </div>
            }
            .into_any();
        }
        let fields = fields.into_iter().map(|(name, value)| {
            view! { <input type="hidden" name=name value=value /> }
        });
        let words = if is_whole {
            "What you sent before has not been done yet: the session had ended. It was kept."
        } else {
            "What you sent before has not been done yet: the session had ended. It was kept, except for \
             the password: the form that follows asks for it again."
        };
        view! {
            <form class="panel form" method="post" action=to>
                {fields.collect_view()}
                {(!is_whole).then(|| view! {
                    <input type="hidden" name=LEFT_OUT value=left_out.join(",") />
                })}
                <p>{words}</p>
                <div class="form-buttons">
                    <button type="submit" class="button button-primary" autofocus>"Continue"</button>
                    <a class="button button-quiet" href=page>"Leave it"</a>
                </div>
            </form>
        }
        .into_any()
    })
}

/// What the page to set the console up shows.
#[derive(Clone, Debug, Default)]
pub struct SetUpForm {
    /// The token of the link.
    pub token: String,
    /// The name as it was typed.
    pub name: String,
    /// What is wrong with the fields.
    pub wrong: Vec<Wrong>,
}

/// The page on which the first administrator is made.
#[must_use]
pub fn set_up_page(frame: &Frame, form: SetUpForm) -> String {
    frame.bare("Set the console up", || {
        let SetUpForm { token, name, wrong } = form;
        // The first field that is wrong, or the first of all.
        let is_wrong = |field: &&str| wrong.iter().any(|wrong| wrong.field == *field);
        let first = ["name", "password", "again"].into_iter().find(is_wrong);
        let first = first.unwrap_or("name");
        let problem = move |field: &str| problem(&wrong, field);
        view! {
            <p>"You will be its first administrator, and can then add other people."</p>
            <form class="panel form" method="post" action=SET_UP_PATH novalidate>
                <HiddenFields pairs=vec![("token", token)] />
                <Field name="name" label="Name" value=name problem=problem("name")
                    autocomplete="username" autofocus=first == "name" />
                <Field name="password" label="Password" value=String::new() problem=problem("password")
                    kind="password" autocomplete="new-password" autofocus=first == "password" />
                <p class="form-hint">{PASSWORD_HINT}</p>
                <Field name="again" label="Password again" value=String::new() problem=problem("again")
                    kind="password" autocomplete="new-password" autofocus=first == "again" />
                <div class="form-buttons">
                    <button type="submit" class="button button-primary">"Set up and sign in"</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// What makes a good password.
pub(super) const PASSWORD_HINT: &str = "At least 12 characters, whichever you like. Three or four words \
                                        that do not belong together make a good one.";

/// The page for everybody while there is no account yet, and for a link that is not good any more.
#[must_use]
pub fn not_set_up_page(frame: &Frame, alert: Option<String>) -> String {
    frame.bare("The console is not set up yet", || {
        view! {
            {alerted(alert)}
            <div class="panel">
                <p>
                    "Look for the set-up link in the log of the server, on the machine where it runs: it is \
                     written at every start until there is an account, and is good for 24 hours. With systemd:"
                </p>
                <pre><code>"journalctl -u smart-hosts | grep set-up"</code></pre>
                <p>"Or make the first administrator on the command line:"</p>
                <pre><code>"smart-hosts user add NAME"</code></pre>
            </div>
        }
        .into_any()
    })
}

/// The page that says why something may not be done.
#[must_use]
pub fn forbidden_page(frame: &Frame, why: &str) -> String {
    frame.subpage(Section::Nowhere, "Not permitted", "", || {
        view! {
            <div class="panel">
                <p role="alert">{why.to_owned()}</p>
            </div>
        }
        .into_any()
    })
}

/// The page that says that there is none at an address to which only forms are sent, and where the form
/// is.
#[must_use]
pub fn no_page(frame: &Frame, form: String) -> String {
    frame.bare("There is nothing to see here", || {
        view! {
            <div class="panel">
                <p>"This address only takes what a form sends."</p>
                <p><a href=form>"Go to the page with the form"</a></p>
            </div>
        }
        .into_any()
    })
}

/// The page that says that a request was not understood.
#[must_use]
pub fn not_understood_page(frame: &Frame) -> String {
    frame.bare("That was not understood", || {
        view! {
            <div class="panel">
                <p role="alert">
                    "The address or the form is not one that this console makes. Nothing was done. Load the \
                     page again, and try once more."
                </p>
                <p><a href="/">"Back to the console"</a></p>
            </div>
        }
        .into_any()
    })
}

/// The page that says that the service cannot tell now who asks.
#[must_use]
pub fn unavailable_page(frame: &Frame, why: &str) -> String {
    frame.bare("The console cannot answer now", || {
        view! {
            <div class="panel">
                <p role="alert">{why.to_owned()}</p>
            </div>
        }
        .into_any()
    })
}

fn waiting(carried: Option<&Carried>) -> Option<impl IntoView + use<>> {
    carried.map(|_| {
        view! {
            <p role="status">
                "The session has ended, and nothing was changed. What you typed is kept: sign in, and you \
                 can send it again."
            </p>
        }
    })
}

pub(super) fn alerted(alert: Option<String>) -> Option<impl IntoView> {
    alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })
}

/// What goes along through the sign-in.
fn along(return_to: String, carried: Option<Carried>) -> impl IntoView {
    let mut pairs = vec![("return_to", return_to)];
    if let Some(carried) = carried {
        pairs.push(("carried_to", carried.to));
        pairs.push(("carried", carried.text));
    }
    view! { <HiddenFields pairs /> }
}
