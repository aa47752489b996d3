//! "Where will mail for this address go?": what decides, what was passed over, where the mail goes
//! and how, what DNS says of that and what the running Postfix is told.
//!
//! The decision is that of the look-up service, by the same code: [`explain`] fills a
//! [`lookup::Index`](crate::lookup::Index) with the few rules that matter for the address. DNS
//! ([`look_up`]) and Postfix ([`crate::postfix::ask`]) are asked after it, each within a given time.

mod dns;
mod rules;
mod subject;
#[cfg(test)]
mod tests;
mod words;

pub use dns::{Dns, look_up};
pub use subject::{Subject, SubjectError};

use routing::decision::{Asked, Decision};
use routing::{Domain, Host, NextHop, TlsPolicy};
use serde::Serialize;
use store::{About, Event, PasswordState, StoredLogin, Timestamp};

use crate::lookup::{AllSettings, Found, Index, Reply, answer};
use crate::postfix::{self, Check, Wanted, WantedHop};

/// The whole answer, as the screen and `--json` show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What was asked about, as it was typed.
    pub address: String,
    /// Its domain in the form that rules have; null without one, and for an address literal.
    pub domain: Option<String>,
    /// The domain in Unicode, where that differs.
    pub domain_unicode: Option<String>,
    /// What becomes of the mail.
    pub outcome: Outcome,
    /// That in one sentence.
    pub answer: String,
    /// What would be right, where mail waits; a sentence.
    pub advice: Option<String>,
    /// Whether mail for the domain is accepted from outside, which only managed domains are.
    pub accepted: bool,
    /// Every rule in the order in which it was tried.
    pub rules: Vec<Rule>,
    /// Where the mail goes next, in the order in which hosts are tried.
    pub next_hops: Vec<Hop>,
    /// What the Postfix of this machine is told, compared with the above; null if there is none, or
    /// if it was not asked.
    pub postfix: Option<Vec<Check>>,
}

/// What becomes of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// By a route to a smart host.
    SmartHost,
    /// To the own server of a managed domain.
    OwnRouting,
    /// To the default for managed domains.
    DefaultRouting,
    /// It waits: a managed domain without routing, and there is no default.
    NoRouting,
    /// It waits: the rule cannot be used as it is.
    Unusable,
    /// It waits: the route was removed.
    Held,
    /// No rule is for it: Postfix delivers it as it would without Smart Hosts.
    NoRule,
}

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// A managed domain.
    ManagedDomain,
    /// The default for managed domains without routing of their own.
    DefaultRouting,
    /// A route for the domain itself.
    Route,
    /// A route for what lies below a domain.
    RouteAbove,
    /// A removed route for the domain itself.
    RemovedRoute,
    /// A removed route for what lies below a domain.
    RemovedRouteAbove,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// There is none.
    Absent,
    /// There is one, for another part of the name.
    OtherScope,
    /// It applies and wins.
    Wins,
    /// It applies, but one before it has won.
    PassedOver,
    /// It would apply, were it enabled.
    Disabled,
}

/// A rule that was tried, or the place where one might have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What was looked for.
    pub kind: RuleKind,
    /// The name that was looked up.
    pub name: String,
    /// What became of it.
    pub outcome: RuleOutcome,
    /// What was looked for, in words.
    pub title: String,
    /// What was found; sentences.
    pub finding: String,
}

/// A next hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Host and port.
    #[serde(flatten)]
    pub next_hop: NextHop,
    /// The host's name in Unicode, where that differs.
    pub host_unicode: Option<String>,
    /// What is demanded of the encryption; null for a managed domain's server, for which Postfix's
    /// own settings count.
    #[serde(flatten)]
    pub tls: Option<TlsPolicy>,
    /// Whom the gateway signs in as.
    pub user: Option<String>,
    /// Whether there is a password for that.
    pub password: PasswordState,
    /// What DNS says now; null if it was not asked.
    pub dns: Option<Dns>,
}

impl Hop {
    /// Whether DNS was asked for its addresses and has none.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.dns.as_ref().is_some_and(|dns| dns.is_nowhere)
    }

    /// Whether DNS is asked for its addresses.
    #[must_use]
    pub fn host_is_name(&self) -> bool {
        matches!(self.next_hop.host, Host::Name(_))
    }
}

impl Explanation {
    /// Whether some rule sends the mail on to a host that can be reached, as far as the console knows.
    #[must_use]
    pub fn goes(&self) -> bool {
        let sent = matches!(
            self.outcome,
            Outcome::SmartHost | Outcome::OwnRouting | Outcome::DefaultRouting
        );
        let waits = |hop: &Hop| hop.password == PasswordState::Unreadable || hop.is_nowhere();
        sent && !self.next_hops.iter().all(waits)
    }

    /// Whether a Postfix that asks the look-up service is known to do otherwise.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.has_check(postfix::Outcome::Failure)
    }

    /// Whether something about Postfix is worth a look: it may not ask the look-up service at all.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.has_check(postfix::Outcome::Warning)
    }

    fn has_check(&self, outcome: postfix::Outcome) -> bool {
        let mut checks = self.postfix.iter().flatten();
        checks.any(|check| check.outcome == outcome)
    }
}

/// The names whose rules matter: what [`store::Store::about`] is to be asked for.
#[must_use]
pub fn names(subject: &Subject) -> Vec<String> {
    match subject.asked() {
        Asked::Name(name) => {
            let whole = name.whole().into_iter();
            whole.chain(name.above()).map(str::to_owned).collect()
        }
        Asked::Nothing | Asked::Literal(_) => Vec::new(),
    }
}

/// What decides about a subject at a moment, and what Postfix has to be told. `about` is of its
/// [`names`].
#[must_use]
pub fn explain(subject: &Subject, about: About, at: Timestamp) -> (Explanation, Wanted) {
    let index = Index::default();
    let settings = AllSettings::new(about.settings);
    index.apply(&about.events, settings, about.version);
    let asked = subject.asked();
    let (decision, tried) = index.explain(&asked, at);
    let domain = match &asked {
        Asked::Name(name) => name.whole().map(str::to_owned),
        Asked::Nothing | Asked::Literal(_) => None,
    };
    let next_hops = hops(&index, &about.events, &decision);
    let mut explanation = Explanation {
        address: subject.to_string(),
        domain_unicode: domain.as_deref().and_then(words::unicode),
        domain,
        outcome: outcome(&decision),
        answer: String::new(),
        advice: None,
        accepted: index.is_managed(&asked),
        rules: rules::rules(&tried, &decision, (&about.events, &about.disabled)),
        next_hops,
        postfix: None,
    };
    let row = found(&decision).and_then(|found| row(&about.events, found));
    (explanation.answer, explanation.advice) = words::answer(subject, &explanation, row);
    let wanted = wanted(&index, subject, &explanation, at);
    (explanation, wanted)
}

fn outcome(decision: &Decision<Found>) -> Outcome {
    match decision {
        Decision::OwnRouting(_) => Outcome::OwnRouting,
        Decision::DefaultRouting(_) => Outcome::DefaultRouting,
        Decision::NoRouting(_) => Outcome::NoRouting,
        Decision::Route(_) => Outcome::SmartHost,
        Decision::Unusable(_) => Outcome::Unusable,
        Decision::Held(_) => Outcome::Held,
        Decision::NoRule => Outcome::NoRule,
    }
}

/// The rule that decides.
fn found(decision: &Decision<Found>) -> Option<Found> {
    match decision {
        Decision::OwnRouting(found)
        | Decision::DefaultRouting(found)
        | Decision::NoRouting(found)
        | Decision::Route(found)
        | Decision::Unusable(found)
        | Decision::Held(found) => Some(*found),
        Decision::NoRule => None,
    }
}

/// The row of a rule.
fn row(events: &[Event], found: Found) -> Option<&Event> {
    events.iter().find(|event| rules::of(event) == Some(found))
}

fn hops(index: &Index, events: &[Event], decision: &Decision<Found>) -> Vec<Hop> {
    let default = events.iter().find_map(|event| match event {
        Event::DefaultRouting(next_hop) => next_hop.clone(),
        _ => None,
    });
    let by_relay = |next_hop: NextHop| Hop {
        host_unicode: next_hop.host.to_unicode(),
        next_hop,
        tls: None,
        user: None,
        password: PasswordState::None,
        dns: None,
    };
    let row = found(decision).and_then(|found| row(events, found));
    match (decision, row) {
        (Decision::Route(_) | Decision::Unusable(_), Some(Event::Route(row))) => {
            let hops = row.value.next_hops.iter();
            hops.map(|hop| smart_host(index, hop)).collect()
        }
        (Decision::OwnRouting(_), Some(Event::Managed(row))) => row
            .value
            .routing
            .clone()
            .map(by_relay)
            .into_iter()
            .collect(),
        (Decision::DefaultRouting(_), _) => default.map(by_relay).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn smart_host(index: &Index, next_hop: &NextHop) -> Hop {
    let (user, password) = match index.login(next_hop) {
        None | Some(StoredLogin::None) => (None, PasswordState::None),
        Some(StoredLogin::Unreadable) => (None, PasswordState::Unreadable),
        Some(StoredLogin::Account(account)) => (Some(account.user.to_string()), PasswordState::Set),
    };
    Hop {
        host_unicode: next_hop.host.to_unicode(),
        next_hop: next_hop.clone(),
        tls: index.tls(next_hop),
        user,
        password,
        dns: None,
    }
}

/// What the look-up service answers to the questions that Postfix has about the subject.
fn wanted(index: &Index, subject: &Subject, explanation: &Explanation, at: Timestamp) -> Wanted {
    let reply = |map: &str, key: &str| {
        let request = format!("{map} {key}");
        answer(index, request.as_bytes(), at, |_| ())
    };
    let to_smart_host = explanation.outcome == Outcome::SmartHost;
    let hops = explanation.next_hops.iter().filter(|_| to_smart_host);
    let hop = |hop: &Hop| {
        let next_hop = hop.next_hop.to_string();
        WantedHop {
            tls: reply("tls", &next_hop),
            user: match reply("sasl", &next_hop) {
                Reply::Ok(_) => Ok(hop.user.clone()),
                Reply::NotFound => Ok(None),
                Reply::Temp(_) | Reply::Perm(_) => Err(()),
            },
            next_hop,
        }
    };
    Wanted {
        transport: subject
            .recipient()
            .map(|recipient| (recipient.clone(), reply("transport", &recipient))),
        relay: explanation
            .domain
            .as_deref()
            .map(|domain| (domain.to_owned(), reply("relay", domain))),
        next_hops: hops.map(hop).collect(),
    }
}

/// A domain as people read it, and as it is stored where that differs.
fn shown(domain: &str) -> String {
    match words::unicode(domain) {
        Some(unicode) => format!("{unicode} ({domain})"),
        None => domain.to_owned(),
    }
}

/// A domain, for what only a domain can do.
fn as_domain(text: &str) -> Option<Domain> {
    Domain::parse(text).ok()
}
