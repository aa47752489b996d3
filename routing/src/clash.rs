//! Who wins where two rows speak of the same mail.
//!
//! The order is: a managed domain first, for its mail is the gateway's own; then the route for the
//! domain itself; then the routes for the domains above, nearest first (transport(5), "TABLE
//! SEARCH ORDER").

use crate::domain::Domain;
use crate::pattern::Pattern;

/// How a route and a managed domain meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overlap {
    /// The route is for the managed domain itself: refused, since only one of them can have the
    /// mail.
    Same,
    /// The managed domain is one of the subdomains that the route covers: harmless, the managed
    /// domain wins.
    Below,
    /// The route is for the managed domain's subdomains, and not for the domain itself: harmless,
    /// each has its own mail.
    Apex,
}

/// How a route for `pattern` and a managed domain meet; `None` where they have nothing in common.
#[must_use]
pub fn route_against_managed(pattern: &Pattern, managed: &Domain) -> Option<Overlap> {
    if pattern.domain == *managed {
        Some(if pattern.scope.covers_domain() {
            Overlap::Same
        } else {
            Overlap::Apex
        })
    } else {
        pattern.matches(managed).then_some(Overlap::Below)
    }
}

/// How one route stands to another that applies to some of the same mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precedence {
    /// Both are for the same name: refused as a duplicate.
    Clash,
    /// It is more specific, and wins for its names.
    Wins,
    /// The other is more specific, and wins for the names that it covers.
    Yields,
}

/// How a route for `pattern` stands to a route for `other`; `None` where no name falls under both.
#[must_use]
pub fn route_against_route(pattern: &Pattern, other: &Pattern) -> Option<Precedence> {
    if pattern.domain == other.domain {
        pattern
            .scope
            .overlaps(other.scope)
            .then_some(Precedence::Clash)
    } else if other.matches(&pattern.domain) {
        Some(Precedence::Wins)
    } else {
        pattern.matches(&other.domain).then_some(Precedence::Yields)
    }
}

#[cfg(test)]
mod tests {
    use super::{Overlap, Precedence, route_against_managed, route_against_route};
    use crate::strategies;
    use crate::{Domain, Pattern, Scope};
    use proptest::prelude::*;

    fn by_scope<T>(domain: &str, meet: impl Fn(&Pattern) -> T) -> [T; 3] {
        Scope::ALL.map(|scope| meet(&Pattern::parse(domain, scope).unwrap()))
    }

    #[test]
    fn a_route_against_a_managed_domain() {
        use Overlap::{Apex, Below, Same};
        for (route, managed, overlaps) in [
            (
                "example.com",
                "example.com",
                [Some(Same), Some(Apex), Some(Same)],
            ),
            (
                "example.com",
                "a.b.example.com",
                [None, Some(Below), Some(Below)],
            ),
            ("a.example.com", "example.com", [None, None, None]),
            ("example.com", "badexample.com", [None, None, None]),
        ] {
            let managed = Domain::parse(managed).unwrap();
            let found = by_scope(route, |pattern| route_against_managed(pattern, &managed));
            assert_eq!(found, overlaps, "{route} {managed}");
        }
    }

    #[test]
    fn a_route_against_a_route() {
        use Precedence::{Clash, Wins, Yields};
        for (route, other, scope, precedence) in [
            (
                "example.com",
                "example.com",
                Scope::Domain,
                [Some(Clash), None, Some(Clash)],
            ),
            ("example.com", "example.com", Scope::Both, [Some(Clash); 3]),
            ("a.example.com", "example.com", Scope::Domain, [None; 3]),
            (
                "a.example.com",
                "example.com",
                Scope::Subdomains,
                [Some(Wins); 3],
            ),
            (
                "example.com",
                "a.example.com",
                Scope::Domain,
                [None, Some(Yields), Some(Yields)],
            ),
            ("example.com", "example.net", Scope::Both, [None; 3]),
        ] {
            let other = Pattern::parse(other, scope).unwrap();
            let found = by_scope(route, |pattern| route_against_route(pattern, &other));
            assert_eq!(found, precedence, "{route} {other} {scope}");
        }
    }

    /// Domains close enough to one another to meet.
    fn near() -> impl Strategy<Value = Domain> {
        "([ab]\\.){0,3}example\\.com".prop_map(|name| Domain::parse(&name).unwrap())
    }

    proptest! {
        #[test]
        fn agrees_with_what_the_patterns_match(
            one in near(),
            one_scope in strategies::scope(),
            two in near(),
            two_scope in strategies::scope(),
            name in near(),
        ) {
            let one = Pattern { domain: one, scope: one_scope };
            let two = Pattern { domain: two, scope: two_scope };
            let there = route_against_route(&one, &two);
            let back = route_against_route(&two, &one);
            prop_assert_eq!(back, there.map(|precedence| match precedence {
                Precedence::Clash => Precedence::Clash,
                Precedence::Wins => Precedence::Yields,
                Precedence::Yields => Precedence::Wins,
            }));
            if one.matches(&name) && two.matches(&name) {
                prop_assert!(there.is_some());
            }
            let managed = route_against_managed(&one, &name);
            prop_assert_eq!(
                one.matches(&name),
                matches!(managed, Some(Overlap::Same | Overlap::Below))
            );
        }
    }
}
