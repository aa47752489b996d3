//! How a route and a managed domain meet. A managed domain wins, for its mail is the gateway's own;
//! the whole order is in [`crate::decision`].

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

#[cfg(test)]
mod tests {
    use super::{Overlap, route_against_managed};
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

    /// Domains close enough to one another to meet.
    fn near() -> impl Strategy<Value = Domain> {
        "([ab]\\.){0,3}example\\.com".prop_map(|name| Domain::parse(&name).unwrap())
    }

    proptest! {
        #[test]
        fn agrees_with_what_the_pattern_matches(
            domain in near(),
            scope in strategies::scope(),
            managed in near(),
        ) {
            let pattern = Pattern { domain, scope };
            prop_assert_eq!(
                pattern.matches(&managed),
                matches!(
                    route_against_managed(&pattern, &managed),
                    Some(Overlap::Same | Overlap::Below)
                )
            );
        }
    }
}
