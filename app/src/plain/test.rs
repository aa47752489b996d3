//! The connection test: a form, and the steps as they happen.

mod login;

use access::Permission;
use gateway::probe::{Certificate, Event, Outcome, Report, Said, Speaker, Step};
use leptos::prelude::*;
use store::StoredSmartHost;

use self::login::{LoginField, other_login};
use super::form::{Field, Wrong, problem, tls_field};
use super::smart_hosts::{EDIT_PATH, href, href_of};
use super::{Frame, piece};
use crate::icon::{Icon, IconName};
use crate::listing::RELAY;
use crate::panel::{WHY_NOT, WhyNot};
use crate::shell::{Section, why_not};

/// The page's path.
pub const TEST_PATH: &str = "/smtp/test";

const PURPOSE: &str = "Goes the way that mail to a smart host goes, shows every step, and stops \
                       before a message would be sent.";

/// What is typed into the form; empty texts where nothing is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: String,
    /// The written form of a TLS policy; empty for what is set for the smart host.
    pub tls: String,
    /// The name that the certificate must be for.
    pub tls_name: String,
    /// The user name to log in with; empty for the account that is set.
    pub user: String,
    /// Whether not to log in, though an account is set.
    pub no_login: bool,
    /// Why the password may go in the clear, where that has not been saved.
    pub login_reason: String,
    /// The sender to ask the server about.
    pub from: String,
    /// The recipient to ask the server about.
    pub to: String,
    /// Whether Postfix's own service for relayed mail delivers there, as to the servers of managed
    /// domains: by main.cf, whatever is set for smart hosts.
    pub by_relay: bool,
}

impl Form {
    /// The address of the page with this form, filled in; without the password, which is in no address.
    fn href(&self) -> String {
        let login = if self.no_login { "none" } else { "" };
        let by = if self.by_relay { RELAY } else { "" };
        let pairs: Vec<_> = [
            ("host", self.host.as_str()),
            ("port", self.port.as_str()),
            ("tls", self.tls.as_str()),
            ("tls_name", self.tls_name.as_str()),
            ("user", self.user.as_str()),
            ("login", login),
            ("login_reason", self.login_reason.as_str()),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("by", by),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        href(TEST_PATH, &pairs)
    }
}

/// The page with the form, before a test or after one that was refused. `known` is the smart host
/// that it names, if it can be told.
#[must_use]
pub fn form_page(
    frame: &Frame,
    form: &Form,
    known: Option<StoredSmartHost>,
    wrong: &[Wrong],
) -> String {
    frame.page(Section::Test, PURPOSE, || {
        view! { <TestForm form=form.clone() known wrong=wrong.to_vec() /> }.into_any()
    })
}

/// The page of a test that is running, in two parts: what happens goes between them, each as
/// [`event`] shows it.
#[must_use]
pub fn running_page(frame: &Frame, form: &Form, known: StoredSmartHost) -> (String, String) {
    let tested = format!("{}, port {}", form.host, form.port);
    frame.page_around(Section::Test, PURPOSE, |rest| {
        view! {
            <section class="test" aria-label="Result">
                <h2>{format!("Test of {tested}")}</h2>
                <p class="cancel"><a class="button" href=form.href()>"Cancel"</a></p>
                <ol class="steps" aria-live="polite">
                    {rest}
                </ol>
            </section>
            <TestForm form=form.clone() known=Some(known) wrong=Vec::new() />
        }
        .into_any()
    })
}

/// What an event adds to the page; nothing for those that only begin something.
#[must_use]
pub fn event(event: Event) -> Option<String> {
    match event {
        Event::Begun { .. } => None,
        Event::Step(step) => Some(piece(|| view! { <StepItem step /> }.into_any())),
        Event::Finished(report) => Some(verdict(report)),
    }
}

fn verdict(report: Report) -> String {
    let Report {
        outcome,
        verdict,
        advice,
        ..
    } = report;
    let class = format!("step verdict step-{outcome}");
    piece(|| {
        view! {
            <li class=class>
                <OutcomeMark outcome />
                <div class="step-body">
                    <p class="step-title">{verdict}</p>
                    {advice.map(|advice| view! { <p class="step-advice">{advice}</p> })}
                </div>
            </li>
        }
        .into_any()
    })
}

/// An outcome as a sign with its word.
#[component]
pub(super) fn OutcomeMark(outcome: Outcome) -> impl IntoView {
    let icon = match outcome {
        Outcome::Ok => IconName::Good,
        Outcome::Warning => IconName::Warning,
        Outcome::Failure => IconName::Close,
        Outcome::Skipped => IconName::Skipped,
    };
    view! {
        <span class="step-mark">
            <Icon name=icon />
            <span class="visually-hidden">{outcome.name()}</span>
        </span>
    }
}

#[component]
fn StepItem(step: Step) -> impl IntoView {
    let class = format!("step step-{}", step.outcome);
    let address = step.address.map(|address| address.to_string());
    view! {
        <li class=class>
            <OutcomeMark outcome=step.outcome />
            <div class="step-body">
                <p>
                    <span class="step-title">{step.kind.title()}</span>
                    " "
                    <span class="also">{address} " " {format!("{} ms", step.elapsed_ms)}</span>
                </p>
                <p>{step.finding}</p>
                {step.advice.map(|advice| view! { <p class="step-advice">{advice}</p> })}
                {step.certificate.map(|certificate| view! { <CertificateFacts certificate=*certificate /> })}
                {(!step.said.is_empty()).then(|| view! { <Words said=step.said /> })}
            </div>
        </li>
    }
}

/// What client and server said, word for word.
#[component]
fn Words(said: Vec<Said>) -> impl IntoView {
    view! {
        <details>
            <summary>"Words"</summary>
            <div class="said">
                {said
                    .into_iter()
                    .map(|said| {
                        let (class, who) = match said.by {
                            Speaker::Client => ("said-client", "Sent"),
                            Speaker::Server => ("said-server", "Received"),
                        };
                        view! {
                            <p class=class>
                                <span class="said-by">{who}</span>
                                <code>{said.text}</code>
                            </p>
                        }
                    })
                    .collect_view()}
            </div>
        </details>
    }
}

#[component]
fn CertificateFacts(certificate: Certificate) -> impl IntoView {
    let facts = [
        ("Names", certificate.names.join(", ")),
        ("Subject", certificate.subject),
        ("Issuer", certificate.issuer),
        (
            "Valid",
            format!(
                "{} to {} ({} days left)",
                certificate.not_before, certificate.not_after, certificate.days_left
            ),
        ),
        ("Compared with", certificate.expected_name),
        ("SHA-256", certificate.sha256),
    ];
    view! {
        <details>
            <summary>"Certificate"</summary>
            <dl class="facts">
                {facts
                    .into_iter()
                    .filter(|(_, fact)| !fact.is_empty())
                    .map(|(name, fact)| {
                        view! {
                            <dt>{name}</dt>
                            <dd>{fact}</dd>
                        }
                    })
                    .collect_view()}
                {certificate
                    .chain
                    .into_iter()
                    .map(|link| {
                        view! {
                            <dt>"Signed by"</dt>
                            <dd>{format!("{}, until {}", link.subject, link.not_after)}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </details>
    }
}

#[component]
fn TestForm(form: Form, known: Option<StoredSmartHost>, wrong: Vec<Wrong>) -> impl IntoView {
    let locked = why_not(Permission::Test).is_some();
    let problem = move |field: &str| problem(&wrong, field);
    let settings = known
        .as_ref()
        .map(|known| href_of(EDIT_PATH, &known.settings.next_hop, &[]));
    let account = known
        .as_ref()
        .and_then(|known| known.settings.user.as_ref())
        .map(ToString::to_string);
    let as_set_login = account.as_ref().map(|user| format!("As set ({user})"));
    // The login that is set goes with the TLS that is set, or not at all.
    let bound = account.is_some() && why_not(Permission::EditSmartHosts).is_some();
    let tls_locked = bound && !form.no_login;
    let tls = if tls_locked { "" } else { &form.tls };
    let tls = tls_field(
        tls,
        problem("tls"),
        Some(as_set(known.as_ref())),
        tls_locked,
    );
    let other_login = bound.then(|| other_login(&form));
    let other = if account.is_some() {
        "Another user"
    } else {
        "No login"
    };
    let reason = (!form.login_reason.is_empty()).then(|| {
        view! { <input type="hidden" name="login_reason" value=form.login_reason.clone() /> }
    });
    view! {
        <form class="panel form test-form" method="post" action=TEST_PATH novalidate autocomplete="off">
            <div class="form-fields">
                <Field name="host" label="Host Name or IP Address" value=form.host problem=problem("host")
                    placeholder="mail.example.net" />
                <Field name="port" label="Port" value=form.port problem=problem("port") placeholder="25"
                    inputmode="numeric" />
            </div>
            <div class="form-fields">
                {tls}
                <Field name="tls_name" label="Name in the certificate" value=form.tls_name
                    problem=problem("tls_name") placeholder="The host\u{2019}s own" />
            </div>
            {as_set_login.map(|as_set| view! {
                <LoginField as_set no_login=form.no_login locked=bound problem=problem("login") />
            })}
            {other_login}
            <div class="form-fields">
                <Field name="user" label="User name" value=form.user problem=problem("user")
                    placeholder=other />
                <Field name="password" label="Password" value=String::new() problem=problem("password")
                    kind="password" />
            </div>
            {reason}
            {form.by_relay.then(|| view! {
                <input type="hidden" name="by" value=RELAY />
                <p class="form-hint">
                    "To the server of a managed domain Postfix delivers as its main.cf says, usually with \
                     opportunistic TLS and without login. What is set for a smart host does not count."
                </p>
            })}
            <div class="form-fields">
                <Field name="from" label="Sender" value=form.from problem=problem("from")
                    placeholder="Optional" />
                <Field name="to" label="Recipient" value=form.to problem=problem("to")
                    placeholder="Optional" />
            </div>
            <p class="form-hint">
                "No mail is sent. A password that is typed here is used for this test and kept nowhere."
            </p>
            <div class="form-buttons">
                <button type="submit" class="button button-primary" disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)>"Test"</button>
                {settings.map(|href| view! { <a class="button button-quiet" href=href>"Show settings"</a> })}
            </div>
            <WhyNot permission=Permission::Test />
        </form>
    }
}

/// What stands for the policy that delivery would follow.
fn as_set(known: Option<&StoredSmartHost>) -> String {
    match known {
        None => "As set, or as usual on its port".to_owned(),
        Some(known) => {
            let label = known.settings.tls.label();
            match known.id {
                Some(_) => format!("As set for this smart host ({label})"),
                None => format!("As usual on this port ({label})"),
            }
        }
    }
}
