use super::{Asked, At, Decision, Kind, Outcome, Rules, Step, decide, is_managed};
use crate::strategies;
use crate::{Domain, Pattern, Scope};
use proptest::prelude::*;

/// What a rule for tests is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Managed { own_routing: bool },
    Route { usable: bool },
    Held,
}

/// Rules in a list, found by reading all of them: slow, and plainly right.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<(Pattern, Is)>,
    default_routing: bool,
}

impl Table {
    fn add(mut self, typed: &str, scope: Scope, is: Is) -> Self {
        self.rows.push((Pattern::parse(typed, scope).unwrap(), is));
        self
    }

    fn shown(&self, decision: Decision<usize>) -> String {
        let row = |index: usize| &self.rows[index].0;
        match decision {
            Decision::OwnRouting(rule) => format!("own routing of {}", row(rule)),
            Decision::DefaultRouting(rule) => format!("default routing, for {}", row(rule)),
            Decision::NoRouting(rule) => format!("waits: {} has no routing", row(rule)),
            Decision::Route(rule) => format!("route {}", row(rule)),
            Decision::Unusable(rule) => format!("waits: route {} cannot be used", row(rule)),
            Decision::Held(rule) => format!("waits: {} was removed", row(rule)),
            Decision::NoRule => "no rule".to_owned(),
        }
    }
}

impl Rules for Table {
    type Rule = usize;

    fn at(&self, name: &str) -> At<usize> {
        let mut at = At::default();
        for (index, (pattern, is)) in self.rows.iter().enumerate() {
            if pattern.domain.as_str() != name {
                continue;
            }
            let (domain, subdomains) = match is {
                Is::Managed { .. } => {
                    at.managed = Some(index);
                    continue;
                }
                Is::Route { .. } => (&mut at.domain, &mut at.subdomains),
                Is::Held => (&mut at.held_domain, &mut at.held_subdomains),
            };
            if pattern.scope.covers_domain() {
                *domain = Some(index);
            }
            if pattern.scope.covers_subdomains() {
                *subdomains = Some(index);
            }
        }
        at
    }

    fn has_own_routing(&self, managed: usize) -> bool {
        self.rows[managed].1 == Is::Managed { own_routing: true }
    }

    fn has_default_routing(&self) -> bool {
        self.default_routing
    }

    fn is_usable(&self, rule: usize) -> bool {
        self.rows[rule].1 != Is::Route { usable: false }
    }
}

const ROUTE: Is = Is::Route { usable: true };

/// The rows and the addresses of `docs/routing.md`, which are the table of cases.
#[test]
fn the_guide_tells_the_truth() {
    let guide = include_str!("../../../docs/routing.md");
    let (mut table, mut cases) = (Table::default(), 0);
    for line in guide.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let plain = |cell: &str| cell.trim_matches('`').to_owned();
        match cells[1..cells.len() - 1] {
            [domain, is, scope] => {
                let is = match is {
                    "managed domain" => Is::Managed { own_routing: true },
                    "managed domain without routing" => Is::Managed { own_routing: false },
                    "route" => ROUTE,
                    "route with hosts of two TLS kinds" => Is::Route { usable: false },
                    "removed route" => Is::Held,
                    other => panic!("{other}"),
                };
                let scopes = Scope::ALL.into_iter();
                let scope = scopes.into_iter().find(|s| s.label() == scope);
                table = table.add(&plain(domain), scope.unwrap_or_default(), is);
            }
            [address, decision] => {
                let (address, decision) = (plain(address), decision.replace('`', ""));
                // A Markdown table cannot show an address with nothing in it.
                let address = if address == "<>" { "" } else { &address };
                let found = decide(&table, &Asked::address(address), &mut ());
                assert_eq!(table.shown(found), decision, "{address}");
                cases += 1;
            }
            _ => panic!("a row of another shape: {line}"),
        }
    }
    assert_eq!((table.rows.len(), cases), (14, 36));
}

#[test]
fn a_managed_domain_without_routing_follows_the_default() {
    let own_routing = false;
    let mut table = Table::default().add("example.com", Scope::Domain, Is::Managed { own_routing });
    let asked = Asked::address("a@example.com");
    assert_eq!(decide(&table, &asked, &mut ()), Decision::NoRouting(0));
    table.default_routing = true;
    assert_eq!(decide(&table, &asked, &mut ()), Decision::DefaultRouting(0));
}

#[test]
fn only_managed_domains_are_accepted_from_outside() {
    let own_routing = true;
    let table = Table::default()
        .add("example.com", Scope::Domain, Is::Managed { own_routing })
        .add("bücher.example", Scope::Domain, Is::Managed { own_routing })
        .add("example.net", Scope::Both, ROUTE)
        .add("example.org", Scope::Both, Is::Held);
    for (domain, managed) in [
        ("example.com", true),
        ("Example.COM.", true),
        ("bücher.example", true),
        ("xn--bcher-kva.example", true),
        ("BÜCHER.example", true),
        ("a.example.com", false),
        ("example.net", false),
        ("a.example.net", false),
        ("example.org", false),
        ("[127.0.0.9]", false),
        ("", false),
        (".", false),
        // Only the end of this name can be read, and the end is not the name.
        ("xn--a-ecp\u{fffd}.example.com", false),
    ] {
        assert_eq!(
            is_managed(&table, &Asked::domain(domain)),
            managed,
            "{domain}"
        );
    }
}

#[test]
fn what_is_asked() {
    for (address, asked) in [
        ("", None),
        ("*", None),
        ("postmaster", None),
        ("a@", None),
        ("a@.", None),
        ("\"a@example.com\"", None),
        ("a@[127.0.0.9]", Some("[127.0.0.9]")),
        ("a@[IPv6:::1]", Some("[IPv6:::1]")),
        ("A+Ext@Example.COM", Some("example.com")),
        ("\"a@b\"@example.com", Some("example.com")),
        ("a@b@example.com", Some("example.com")),
        ("a@example.com.", Some("example.com")),
        ("a@例え。EXAMPLE．com。", Some("xn--r8jz45g.example.com")),
        ("a@XN--BCHER-KVA.example", Some("xn--bcher-kva.example")),
    ] {
        let found = match Asked::address(address) {
            Asked::Nothing => None,
            Asked::Literal(literal) => Some(literal.to_owned()),
            Asked::Name(name) => name.whole().map(str::to_owned),
        };
        assert_eq!(found.as_deref(), asked, "{address}");
    }
}

#[test]
fn of_an_endless_name_the_end_is_read() {
    let table = Table::default().add("example.com", Scope::Subdomains, ROUTE);
    for label in ["a.", "例.", "xn--\u{fffd}.", "。", "ü"] {
        for times in [300, 1000, 40_000] {
            let address = format!("a@{}.example.com", label.repeat(times));
            let asked = Asked::address(&address);
            let whole = match &asked {
                Asked::Name(name) => name.whole().is_some(),
                _ => false,
            };
            assert!(!whole || address.len() < 1100, "{label} {times}");
            assert_eq!(
                decide(&table, &asked, &mut ()),
                Decision::Route(0),
                "{label} {times}"
            );
        }
    }
}

#[test]
fn every_rule_is_explained_in_the_order_in_which_it_is_tried() {
    let table = Table::default()
        .add("a.example.com", Scope::Subdomains, ROUTE)
        .add("example.com", Scope::Both, ROUTE)
        .add("b.a.example.com", Scope::Domain, Is::Held);
    let mut steps = Vec::new();
    let asked = Asked::address("x@b.a.example.com");
    let decision = decide(&table, &asked, &mut |step: Step<'_, usize>| {
        steps.push((step.name.to_owned(), step.kind, step.outcome));
    });
    assert_eq!(decision, Decision::Route(0));
    let expected = [
        ("b.a.example.com", Kind::Managed, Outcome::Absent),
        ("b.a.example.com", Kind::Route, Outcome::Absent),
        ("a.example.com", Kind::RouteAbove, Outcome::Wins(0)),
        ("example.com", Kind::RouteAbove, Outcome::PassedOver(1)),
        ("b.a.example.com", Kind::Held, Outcome::PassedOver(2)),
        ("a.example.com", Kind::HeldAbove, Outcome::Absent),
        ("example.com", Kind::HeldAbove, Outcome::Absent),
    ];
    let expected = expected.map(|(name, kind, outcome)| (name.to_owned(), kind, outcome));
    assert_eq!(steps, expected);

    steps.clear();
    let asked = Asked::address("x@a.example.com");
    decide(&table, &asked, &mut |step: Step<'_, usize>| {
        steps.push((step.name.to_owned(), step.kind, step.outcome));
    });
    assert_eq!(steps[1].2, Outcome::OtherScope(0), "subdomains only");
}

/// Domains close enough to one another to meet.
fn near() -> impl Strategy<Value = Domain> {
    "([ab]\\.){0,3}example\\.com".prop_map(|name| Domain::parse(&name).unwrap())
}

fn table() -> impl Strategy<Value = Table> {
    let is = prop_oneof![
        any::<bool>().prop_map(|own_routing| Is::Managed { own_routing }),
        any::<bool>().prop_map(|usable| Is::Route { usable }),
        Just(Is::Held),
    ];
    let row = (near(), strategies::scope(), is).prop_map(|(domain, scope, is)| {
        let scope = match is {
            Is::Managed { .. } => Scope::Domain,
            Is::Route { .. } | Is::Held => scope,
        };
        (Pattern { domain, scope }, is)
    });
    (prop::collection::vec(row, 0..8), any::<bool>()).prop_map(|(rows, default_routing)| {
        // As in the store: no two rules for the same names.
        let mut kept: Vec<(Pattern, Is)> = Vec::new();
        for (pattern, is) in rows {
            let clashes = |(other, other_is): &(Pattern, Is)| {
                other.domain == pattern.domain
                    && other.scope.overlaps(pattern.scope)
                    && (is == Is::Held) == (*other_is == Is::Held)
            };
            if !kept.iter().any(clashes) {
                kept.push((pattern, is));
            }
        }
        Table {
            rows: kept,
            default_routing,
        }
    })
}

/// The row that wins, found in another way: of all that match, the one of the first kind with the
/// longest domain.
fn best(table: &Table, domain: &Domain) -> Option<usize> {
    let matching = (0..table.rows.len()).filter(|&row| table.rows[row].0.matches(domain));
    matching.max_by_key(|&row| {
        let (pattern, is) = &table.rows[row];
        let class = match is {
            Is::Managed { .. } => 2,
            Is::Route { .. } => 1,
            Is::Held => 0,
        };
        (class, pattern.domain.as_str().len())
    })
}

fn rule(decision: Decision<usize>) -> Option<usize> {
    match decision {
        Decision::OwnRouting(rule)
        | Decision::DefaultRouting(rule)
        | Decision::NoRouting(rule)
        | Decision::Route(rule)
        | Decision::Unusable(rule)
        | Decision::Held(rule) => Some(rule),
        Decision::NoRule => None,
    }
}

proptest! {
    #[test]
    fn agrees_with_what_the_patterns_match(table in table(), domain in near()) {
        let address = format!("user@{domain}");
        let decision = decide(&table, &Asked::address(&address), &mut ());
        prop_assert_eq!(rule(decision), best(&table, &domain));
    }

    #[test]
    fn the_explanation_is_the_answer(table in table(), domain in near()) {
        let asked = Asked::domain(domain.as_str());
        let quick = decide(&table, &asked, &mut ());
        let (mut winners, mut passed_over) = (Vec::new(), 0);
        let explained = decide(&table, &asked, &mut |step: Step<'_, usize>| match step.outcome {
            Outcome::Wins(rule) => winners.push(rule),
            Outcome::PassedOver(_) => passed_over += 1,
            Outcome::Absent | Outcome::OtherScope(_) => {}
        });
        prop_assert_eq!(quick, explained);
        prop_assert_eq!(winners, rule(quick).into_iter().collect::<Vec<_>>());
        let matching = table.rows.iter().filter(|(pattern, _)| pattern.matches(&domain)).count();
        prop_assert_eq!(passed_over, matching.saturating_sub(1));
    }

    #[test]
    fn every_spelling_of_a_domain_is_found(typed in strategies::name_like()) {
        if let Ok(domain) = Domain::parse(&typed) {
            let asked = Asked::domain(typed.trim());
            let Asked::Name(name) = asked else { panic!("{domain} is no name") };
            prop_assert_eq!(name.whole(), Some(domain.as_str()));
            let above: Vec<_> = name.above().collect();
            prop_assert_eq!(above, domain.parents().collect::<Vec<_>>());
        }
    }

    #[test]
    fn never_panics(table in table(), address in ".{0,40}@?.{0,60}") {
        let asked = Asked::address(&address);
        decide(&table, &asked, &mut ());
        is_managed(&table, &asked);
    }
}
