//! The rules that were tried, in words.

use routing::Route;
use routing::decision::{Decision, Kind, Outcome as Place};
use store::{Event, ObjectKind, Stored};

use super::words::{hop, hops, time};
use super::{Rule, RuleKind, RuleOutcome, shown};
use crate::lookup::{Found, Tried};

/// The rule that a row is.
pub(super) fn of(event: &Event) -> Option<Found> {
    let (kind, id) = match event {
        Event::Route(row) => (ObjectKind::Route, row.id),
        Event::Managed(row) => (ObjectKind::ManagedDomain, row.id),
        Event::Held(row) => (ObjectKind::Tombstone, row.id),
        Event::Invalid(row) => (row.kind, row.id),
        _ => return None,
    };
    Some(Found { kind, id })
}

/// Every rule in the order in which it was tried, the default after the managed domain that needs it.
pub(super) fn rules(
    tried: &[Tried],
    decision: &Decision<Found>,
    (events, disabled): (&[Event], &[Stored<Route>]),
) -> Vec<Rule> {
    let mut rules = Vec::new();
    for tried in tried {
        rules.push(rule(tried, events, disabled));
        if tried.kind == Kind::Managed {
            rules.extend(default(tried, decision, events));
        }
    }
    rules
}

fn default(tried: &Tried, decision: &Decision<Found>, events: &[Event]) -> Option<Rule> {
    let outcome = match decision {
        Decision::DefaultRouting(_) => RuleOutcome::Wins,
        Decision::NoRouting(_) => RuleOutcome::Absent,
        _ => return None,
    };
    let next_hop = events.iter().find_map(|event| match event {
        Event::DefaultRouting(next_hop) => next_hop.as_ref(),
        _ => None,
    });
    Some(Rule {
        kind: RuleKind::DefaultRouting,
        name: tried.name.clone(),
        outcome,
        title: "Default domain routing".to_owned(),
        finding: next_hop.map_or_else(
            || "There is none, so mail waits.".to_owned(),
            |next_hop| format!("It counts: mail goes to {}.", hop(next_hop)),
        ),
    })
}

fn rule(tried: &Tried, events: &[Event], disabled: &[Stored<Route>]) -> Rule {
    let name = shown(&tried.name);
    let (kind, title) = match tried.kind {
        Kind::Managed => (RuleKind::ManagedDomain, format!("Managed domain {name}")),
        Kind::Route => (RuleKind::Route, format!("Route for {name}")),
        Kind::RouteAbove => (
            RuleKind::RouteAbove,
            format!("Route for subdomains of {name}"),
        ),
        Kind::Held => (RuleKind::RemovedRoute, format!("Removed route for {name}")),
        Kind::HeldAbove => (
            RuleKind::RemovedRouteAbove,
            format!("Removed route for subdomains of {name}"),
        ),
    };
    let row = |found: Found| super::row(events, found);
    let (outcome, finding) = match tried.outcome {
        Place::Absent => match disabled.iter().find(|row| would_apply(tried, &row.value)) {
            Some(row) => (
                RuleOutcome::Disabled,
                format!(
                    "There is one, to {}, but it is disabled.",
                    hops(&row.value.next_hops)
                ),
            ),
            None => (RuleOutcome::Absent, "There is none.".to_owned()),
        },
        Place::OtherScope(found) => (RuleOutcome::OtherScope, other_scope(tried.kind, found)),
        Place::Wins(found) => (
            RuleOutcome::Wins,
            format!("It wins: {}.", row(found).map_or_else(unreadable, effect)),
        ),
        Place::PassedOver(found) => (
            RuleOutcome::PassedOver,
            format!(
                "It would apply ({}), but a rule above wins.",
                row(found).map_or_else(unreadable, effect)
            ),
        ),
    };
    Rule {
        kind,
        name: tried.name.clone(),
        outcome,
        title,
        finding,
    }
}

/// Whether a route stands where none was found that decides.
fn would_apply(tried: &Tried, route: &Route) -> bool {
    let scope = route.pattern.scope;
    let covers = match tried.kind {
        Kind::Route => scope.covers_domain(),
        Kind::RouteAbove => scope.covers_subdomains(),
        Kind::Managed | Kind::Held | Kind::HeldAbove => false,
    };
    covers && route.pattern.domain.as_str() == tried.name
}

fn other_scope(kind: Kind, found: Found) -> String {
    match (kind, found.kind) {
        (_, ObjectKind::ManagedDomain) => {
            "It is a managed domain, which does not cover subdomains."
        }
        (Kind::Route | Kind::Held, _) => "There is one for its subdomains only.",
        _ => "There is one for the domain itself only.",
    }
    .to_owned()
}

/// What a row does with mail.
fn effect(event: &Event) -> String {
    match event {
        Event::Route(row) => format!("mail goes to {}", hops(&row.value.next_hops)),
        Event::Managed(row) => match &row.value.routing {
            Some(next_hop) => format!("mail goes to {}", hop(next_hop)),
            None => "it has no routing of its own, so the default counts".to_owned(),
        },
        Event::Held(row) => format!(
            "mail waits until {}; {} removed the route at {}",
            time(row.value.until),
            who(&row.value.removed_by),
            time(row.value.removed_at)
        ),
        _ => unreadable(),
    }
}

/// Whoever sits at the machine itself has no name.
fn who(actor: &str) -> &str {
    if actor == store::By::LOCAL {
        "somebody"
    } else {
        actor
    }
}

fn unreadable() -> String {
    "the row cannot be read, so mail waits".to_owned()
}
