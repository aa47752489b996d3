//! The pages about the account of whoever is signed in.

use leptos::prelude::*;
use secrecy::zeroize::Zeroizing;
use store::{Person, SessionKey, StoredSession, Timestamp};

use super::Frame;
use super::age::age;
use super::done::Done;
use super::form::{Field, Wrong, problem};
use super::sign_in::{PASSWORD_HINT, alerted};
use crate::panel::HiddenFields;
use crate::shell::Section;
use crate::wire::Notice;

/// The account of whoever is signed in.
pub const ACCOUNT_PATH: &str = "/account";
/// Where the password is changed.
pub const PASSWORD_PATH: &str = "/account/password";
/// Where a second factor is set up.
pub const SECOND_FACTOR_PATH: &str = "/account/second-factor";
/// Where it is removed.
pub const REMOVE_FACTOR_PATH: &str = "/account/second-factor/remove";
/// Where new recovery codes are made.
pub const RECOVERY_PATH: &str = "/account/recovery-codes";
/// The sessions of whoever is signed in.
pub const SESSIONS_PATH: &str = "/account/sessions";

/// What the page of the account shows.
pub struct Account {
    /// Whose it is.
    pub person: Person,
    /// Everybody must have a second factor.
    pub required: bool,
    /// What is wrong with the fields of the form for the password.
    pub wrong: Vec<Wrong>,
    /// What was just done.
    pub notice: Option<&'static str>,
    /// Why something was refused.
    pub alert: Option<String>,
}

/// The page of the account.
#[must_use]
pub fn account_page(frame: &Frame, account: Account) -> String {
    frame.page(Section::Account, "", || {
        let Account {
            person,
            required,
            wrong,
            notice,
            alert,
        } = account;
        let problem = move |field: &str| problem(&wrong, field);
        let role = person.role.label();
        view! {
            <Done notice=said(notice) return_to=ACCOUNT_PATH />
            {alerted(alert)}
            <section class="panel" aria-labelledby="who-heading">
                <h2 id="who-heading">{person.name.to_string()}</h2>
                <p>{format!("{role}.")}</p>
                <p><a href=SESSIONS_PATH>"Your sessions"</a></p>
            </section>
            <form class="panel form" method="post" action=PASSWORD_PATH novalidate aria-labelledby="password-heading">
                <h2 id="password-heading">"Change password"</h2>
                <input type="text" name="username" value=person.name.to_string() autocomplete="username" hidden />
                <Field name="password" label="Present password" value=String::new() problem=problem("password")
                    kind="password" autocomplete="current-password" />
                <Field name="password_new" label="New password" value=String::new() problem=problem("password_new")
                    kind="password" autocomplete="new-password" />
                <p class="form-hint">{PASSWORD_HINT}</p>
                <Field name="password_again" label="New password again" value=String::new()
                    problem=problem("password_again") kind="password" autocomplete="new-password" />
                <p class="form-hint">"Your other sessions end."</p>
                <div class="form-buttons">
                    <button type="submit" class="button button-primary">"Change password"</button>
                </div>
            </form>
            <section class="panel" aria-labelledby="factor-heading">
                <h2 id="factor-heading">"Second factor"</h2>
                {if person.second_factor {
                    factor_set(&person, required).into_any()
                } else {
                    view! {
                        <p>
                            "There is none. With an authenticator app, nobody who learns your password can \
                             sign in with it."
                        </p>
                        <a class="button" href=SECOND_FACTOR_PATH>"Set up a second factor"</a>
                    }
                    .into_any()
                }}
            </section>
        }
        .into_any()
    })
}

fn factor_set(person: &Person, required: bool) -> impl IntoView + use<> {
    let left = match person.recovery_codes {
        0 => "No recovery code is left.".to_owned(),
        1 => "1 recovery code is left.".to_owned(),
        count => format!("{count} recovery codes are left."),
    };
    let few = person.recovery_codes < 3;
    view! {
        <p>"Codes of your authenticator app are asked for when you sign in."</p>
        <p class:badge=few class:badge-warning=few>{left}</p>
        <form class="form" method="post" action=RECOVERY_PATH aria-label="New recovery codes">
            <Field name="password" label="Present password" value=String::new() problem=None kind="password"
                autocomplete="current-password" />
            <div class="form-buttons">
                <button type="submit" class="button">"Make new recovery codes"</button>
                {if required {
                    view! {
                        <p class="form-hint">"It cannot be removed: everybody must have a second factor."</p>
                    }
                    .into_any()
                } else {
                    view! {
                        <button type="submit" class="button button-danger" formaction=REMOVE_FACTOR_PATH>
                            "Remove the second factor"
                        </button>
                    }
                    .into_any()
                }}
            </div>
        </form>
    }
}

/// What the page to set up a second factor shows.
pub struct SetUpFactor {
    /// The code to scan, as SVG.
    pub drawn: Zeroizing<String>,
    /// The seed, for typing it.
    pub seed: Zeroizing<String>,
    /// What is wrong with the fields.
    pub wrong: Vec<Wrong>,
    /// It must be set up before anything else can be done.
    pub required: bool,
    /// There is one already, which this one takes the place of.
    pub replaces: bool,
}

/// The page to set up a second factor.
#[must_use]
pub fn second_factor_page(frame: &Frame, set_up: SetUpFactor) -> String {
    frame.subpage(Section::Account, "Set up a second factor", "", || {
        let problem = move |field: &str| problem(&set_up.wrong, field);
        view! {
            {set_up.required.then(|| view! {
                <div class="alert" role="alert">
                    <p>"Everybody must have a second factor here. Set yours up to go on."</p>
                </div>
            })}
            <form class="panel form" method="post" action=SECOND_FACTOR_PATH novalidate>
                {set_up.replaces.then(|| view! {
                    <p class="badge badge-warning">"It takes the place of the one that you have."</p>
                })}
                <p>"1. Scan this code with an authenticator app."</p>
                <div class="qr" role="img" aria-label="The code to scan" inner_html=set_up.drawn.as_str().to_owned()></div>
                <p>"Or type this key into it:"</p>
                <p><code class="seed">{set_up.seed.as_str().to_owned()}</code></p>
                <p>"2. Type the six digits that it shows, and your password."</p>
                <Field name="code" label="Code" value=String::new() problem=problem("code")
                    autocomplete="one-time-code" inputmode="numeric" />
                <Field name="password" label="Present password" value=String::new() problem=problem("password")
                    kind="password" autocomplete="current-password" />
                <div class="form-buttons">
                    {(!set_up.required).then(|| view! {
                        <a class="button button-quiet" href=ACCOUNT_PATH>"Cancel"</a>
                    })}
                    <button type="submit" class="button button-primary">"Set up"</button>
                </div>
            </form>
        }
        .into_any()
    })
}

/// The page that shows recovery codes, once.
#[must_use]
pub fn recovery_page(frame: &Frame, codes: Vec<String>) -> String {
    frame.subpage(Section::Account, "Recovery codes", "", || {
        let codes = codes
            .into_iter()
            .map(|code| view! { <li><code>{code}</code></li> });
        view! {
            <section class="panel" aria-labelledby="codes-heading">
                <h2 id="codes-heading">"Keep these codes now"</h2>
                <p>
                    "They are shown this once. Each signs you in one time if you have lost your authenticator \
                     app: print them, or put them into a password manager."
                </p>
                <ul class="codes">{codes.collect_view()}</ul>
                <a class="button button-primary" href=ACCOUNT_PATH>"I have kept them"</a>
            </section>
        }
        .into_any()
    })
}

/// What the page of the sessions shows.
pub struct Sessions {
    /// They, the last used first.
    pub all: Vec<StoredSession>,
    /// The one by which this page is shown.
    pub this: Option<SessionKey>,
    /// What was just done.
    pub notice: Option<&'static str>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page of the sessions.
#[must_use]
pub fn sessions_page(frame: &Frame, sessions: Sessions) -> String {
    frame.subpage(
        Section::Account,
        "Your sessions",
        "Where you are signed in now.",
        || {
            let Sessions {
                all,
                this,
                notice,
                now,
            } = sessions;
            let others = all.len() > 1;
            let rows = all.into_iter().map(|session| {
                let own = this == Some(session.key);
                view! { <Session session own now /> }
            });
            view! {
                <Done notice=said(notice) return_to=SESSIONS_PATH />
                <section aria-label="Sessions">
                    <ul class="steps">{rows.collect_view()}</ul>
                    {others.then(|| view! {
                        <form method="post" action=SESSIONS_PATH>
                            <button type="submit" class="button" name="end" value="others">"End all others"</button>
                        </form>
                    })}
                </section>
            }
            .into_any()
        },
    )
}

#[component]
fn Session(session: StoredSession, own: bool, now: Timestamp) -> impl IntoView {
    let agent = browser(&session.agent);
    let used = if own {
        "used now".to_owned()
    } else {
        format!("last used {}", age(now, session.seen))
    };
    let label = format!("End the session of {agent} at {}", session.address);
    view! {
        <li class="step">
            <div class="step-body">
                <p>
                    <span class="name" title=session.agent.clone()>{agent}</span>
                    " "
                    {own.then(|| view! { <span class="badge">"this one"</span> })}
                </p>
                <p class="step-advice">
                    {format!(
                        "From {}, since {}, {used}.",
                        session.address,
                        session.created.to_string().replace('T', " ").replace('Z', " UTC"),
                    )}
                </p>
            </div>
            <form method="post" action=SESSIONS_PATH>
                <HiddenFields pairs=vec![("end", session.key.to_string())] />
                <button type="submit" class="button" aria-label=label>"End"</button>
            </form>
        </li>
    }
}

/// A browser's name as people know it, from how it calls itself.
fn browser(agent: &str) -> String {
    let known = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "a Mac"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (find(&known), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => "A program without a name".to_owned(),
        _ => agent.chars().take(40).collect(),
    }
}

/// A notice of what cannot be taken back: secrets are not kept.
fn said(done: Option<&'static str>) -> Option<Notice> {
    done.map(|done| Notice {
        done: done.to_owned(),
        ..Notice::default()
    })
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            ("curl/8.5", "curl/8.5"),
            ("", "A program without a name"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }
}
