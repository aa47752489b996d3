//! Where mail for an address goes: a form, the answer, and its reasons.

use gateway::explain::{Explanation, Hop, Outcome, Rule, RuleOutcome};
use gateway::postfix::{self, Check};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::PasswordState;

use super::form::{Field, Wrong, problem};
use super::held::HELD_PATH;
use super::{Frame, Mark, MarkAs};
use crate::listing::RELAY;
use crate::shell::Section;
use crate::wire;

/// The page's path. The query says what is asked about: `?address=ann%40example.com`.
pub const EXPLAIN_PATH: &str = "/smtp/explain";

const PURPOSE: &str = "Which rule decides about the mail for an address, where it goes, and whether \
                       Postfix is told the same.";

/// Where the page about an address is.
pub(super) fn href(address: &str) -> String {
    let address = utf8_percent_encode(address, NON_ALPHANUMERIC);
    format!("{EXPLAIN_PATH}?address={address}")
}

/// The page before anything was asked, or with what is wrong with the address.
#[must_use]
pub fn form_page(frame: &Frame, address: &str, wrong: &[Wrong]) -> String {
    frame.page(Section::Explain, PURPOSE, || {
        view! { <AddressForm address=address.to_owned() wrong=wrong.to_vec() /> }.into_any()
    })
}

/// The page with the answer.
#[must_use]
pub fn answer_page(frame: &Frame, explanation: Explanation) -> String {
    frame.page(Section::Explain, PURPOSE, || {
        let address = explanation.address.clone();
        view! {
            <AddressForm address wrong=Vec::new() />
            <section class="test" aria-label="Result">
                <Answer explanation=explanation.clone() />
                <Rules rules=explanation.rules />
                <Hops hops=explanation.next_hops />
                <Postfix checks=explanation.postfix />
            </section>
        }
        .into_any()
    })
}

#[component]
fn AddressForm(address: String, wrong: Vec<Wrong>) -> impl IntoView {
    view! {
        <form class="panel form explain-form" method="get" action=EXPLAIN_PATH novalidate autocomplete="off">
            <div class="form-fields">
                <Field name="address" label="Address or domain" value=address
                    problem=problem(&wrong, "address") placeholder="ann@example.com" inputmode="email" />
                <button type="submit" class="button button-primary">"Explain"</button>
            </div>
        </form>
    }
}

/// The answer in one sentence, first of all.
#[component]
fn Answer(explanation: Explanation) -> impl IntoView {
    let mark = answer_mark(&explanation);
    let class = format!("step verdict {}", mark.class());
    let doubt = if explanation.is_contradicted() {
        Some("But the Postfix of this machine is told something else: see below what to do.")
    } else if explanation.is_doubtful() {
        Some("But the Postfix of this machine needs a look: see below what to do.")
    } else {
        None
    };
    let domain = explanation.domain.as_ref().map(|domain| {
        let domain = match &explanation.domain_unicode {
            Some(unicode) => format!("{unicode} ({domain})"),
            None => domain.clone(),
        };
        if explanation.accepted {
            format!("{domain} is a managed domain: its mail is accepted from outside.")
        } else {
            format!("{domain} is no managed domain: its mail is not accepted from outside.")
        }
    });
    view! {
        <div class=class>
            <Mark mark word=answer_word(&explanation) />
            <div class="step-body">
                <p class="step-title">{explanation.answer.clone()}</p>
                {[explanation.advice.clone(), doubt.map(str::to_owned), domain]
                    .into_iter()
                    .flatten()
                    .map(|words| view! { <p class="step-advice">{words}</p> })
                    .collect_view()}
                {(explanation.outcome == Outcome::Held)
                    .then(|| view! { <p><a href=HELD_PATH>"Held mail"</a></p> })}
            </div>
        </div>
    }
}

fn answer_mark(explanation: &Explanation) -> MarkAs {
    if explanation.is_contradicted() {
        MarkAs::Bad
    } else if explanation.goes() && !explanation.is_doubtful() {
        MarkAs::Good
    } else if explanation.outcome == Outcome::NoRule {
        MarkAs::Nothing
    } else {
        MarkAs::Warning
    }
}

fn answer_word(explanation: &Explanation) -> &'static str {
    if explanation.goes() {
        "goes"
    } else if explanation.outcome == Outcome::NoRule {
        "no rule"
    } else {
        "waits"
    }
}

#[component]
fn Rules(rules: Vec<Rule>) -> impl IntoView {
    if rules.is_empty() {
        return None;
    }
    Some(view! {
        <h2>"Rules, in the order in which they are tried"</h2>
        <ol class="steps">
            {rules
                .into_iter()
                .map(|rule| {
                    let (mark, word) = match rule.outcome {
                        RuleOutcome::Absent => return nothing(&rule).into_any(),
                        RuleOutcome::Wins => (MarkAs::Good, "wins"),
                        RuleOutcome::PassedOver => (MarkAs::Nothing, "passed over"),
                        RuleOutcome::Disabled => (MarkAs::Warning, "disabled"),
                        RuleOutcome::OtherScope => (MarkAs::Nothing, "other scope"),
                    };
                    view! { <Item mark word title=rule.title lines=vec![rule.finding] /> }.into_any()
                })
                .collect_view()}
        </ol>
    })
}

/// A place where a rule might have been, on one quiet line.
fn nothing(rule: &Rule) -> impl IntoView + use<> {
    view! {
        <li class="step step-skipped">
            <Mark mark=MarkAs::Nothing word="none" />
            <p class="step-advice">{format!("{}: none", rule.title)}</p>
        </li>
    }
}

#[component]
fn Hops(hops: Vec<Hop>) -> impl IntoView {
    if hops.is_empty() {
        return None;
    }
    Some(view! {
        <h2>"Next hops, in the order in which they are tried"</h2>
        <ol class="steps">
            {hops
                .into_iter()
                .map(|hop| {
                    let next_hop = &hop.next_hop;
                    let (host, port) = (next_hop.host.to_string(), next_hop.port.get());
                    let title = wire::next_hop(&host, hop.host_unicode.as_deref(), port);
                    // The servers of managed domains have no settings here.
                    let by = if hop.tls.is_none() {
                        format!("&by={RELAY}")
                    } else {
                        String::new()
                    };
                    let test = format!(
                        "{}?host={}&port={port}{by}",
                        super::test::TEST_PATH,
                        utf8_percent_encode(&host, NON_ALPHANUMERIC),
                    );
                    let (mark, word, lines) = hop_lines(&hop);
                    view! {
                        <Item mark word title lines>
                            <a href=test>"Test connection"</a>
                        </Item>
                    }
                })
                .collect_view()}
        </ol>
    })
}

/// How a next hop is marked, and what there is to say of it.
fn hop_lines(hop: &Hop) -> (MarkAs, &'static str, Vec<String>) {
    let tls = hop.tls.as_ref().map_or_else(
        || "TLS as Postfix itself is set.".to_owned(),
        |tls| match tls.certificate_name(&hop.next_hop.host) {
            Some(name) => format!("TLS: {}, for {name}.", tls.label()),
            None => format!("TLS: {}.", tls.label()),
        },
    );
    let login = match (&hop.user, hop.password) {
        (Some(user), _) => format!("Signs in as {user}."),
        (None, PasswordState::Unreadable) => {
            "Its password cannot be read: enter it again.".to_owned()
        }
        (None, _) => "Does not sign in.".to_owned(),
    };
    let mut lines = vec![format!("{tls} {login}")];
    let mut wrong = hop.password == PasswordState::Unreadable;
    if let Some(dns) = &hop.dns {
        if !dns.addresses.is_empty() && hop.host_is_name() {
            let addresses: Vec<_> = dns.addresses.iter().map(ToString::to_string).collect();
            lines.push(format!("DNS now: {}", addresses.join(", ")));
        }
        wrong |= dns.problem.is_some() || dns.caution.is_some();
        lines.extend([&dns.problem, &dns.caution].into_iter().flatten().cloned());
    }
    if wrong {
        (MarkAs::Warning, "warning", lines)
    } else {
        (MarkAs::Good, "ok", lines)
    }
}

#[component]
fn Postfix(checks: Option<Vec<Check>>) -> impl IntoView {
    let Some(checks) = checks else {
        return view! {
            <h2>"Postfix"</h2>
            <p class="form-hint">"There is no Postfix on this machine to compare with."</p>
        }
        .into_any();
    };
    view! {
        <h2>"What Postfix is told now"</h2>
        <ol class="steps">
            {checks
                .into_iter()
                .map(|check| {
                    let mark = match check.outcome {
                        postfix::Outcome::Ok => MarkAs::Good,
                        postfix::Outcome::Warning => MarkAs::Warning,
                        postfix::Outcome::Failure => MarkAs::Bad,
                        postfix::Outcome::Unknown => MarkAs::Nothing,
                    };
                    let word = match check.outcome {
                        postfix::Outcome::Ok => "ok",
                        postfix::Outcome::Warning => "warning",
                        postfix::Outcome::Failure => "failure",
                        postfix::Outcome::Unknown => "unknown",
                    };
                    view! {
                        <Item mark word title=check.found lines=Vec::new()>
                            {check.fix.map(|fix| view! { <code class="command">{fix}</code> })}
                        </Item>
                    }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}

/// One line of a list, with a mark before it.
#[component]
fn Item(
    mark: MarkAs,
    word: &'static str,
    title: String,
    lines: Vec<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class=format!("step {}", mark.class())>
            <Mark mark word />
            <div class="step-body">
                <p class="step-title">{title}</p>
                {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                {children.map(|children| view! { <p>{children()}</p> })}
            </div>
        </li>
    }
}
