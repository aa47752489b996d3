//! A route.

use crate::comment::Comment;
use crate::domain::Domain;
use crate::host::Host;
use crate::next_hop::NextHop;
use crate::pattern::Pattern;
use crate::port::Port;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// "Mail for this domain goes to this smart host, on this port."
///
/// Serialises flat: `{"domain", "scope", "host", "port", "comment"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Flat", into = "Flat")]
pub struct Route {
    /// Which mail.
    pub pattern: Pattern,
    /// Where it goes.
    pub next_hop: NextHop,
    /// What the administrator noted.
    pub comment: Comment,
}

/// The serialised shape. Spelt out rather than `#[serde(flatten)]`, which would buffer every value.
#[derive(Serialize, Deserialize)]
struct Flat {
    domain: Domain,
    #[serde(default)]
    scope: Scope,
    host: Host,
    port: Port,
    #[serde(default)]
    comment: Comment,
}

impl From<Flat> for Route {
    fn from(flat: Flat) -> Self {
        Self {
            pattern: Pattern {
                domain: flat.domain,
                scope: flat.scope,
            },
            next_hop: NextHop {
                host: flat.host,
                port: flat.port,
            },
            comment: flat.comment,
        }
    }
}

impl From<Route> for Flat {
    fn from(route: Route) -> Self {
        Self {
            domain: route.pattern.domain,
            scope: route.pattern.scope,
            host: route.next_hop.host,
            port: route.next_hop.port,
            comment: route.comment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Route;
    use crate::strategies::{self, route_of};
    use proptest::prelude::*;

    #[test]
    fn serialises_flat() {
        let route = route_of(".example.com,2001:db8::1,587,subdomains,note");
        let json = r#"{"domain":"example.com","scope":"subdomains","host":"2001:db8::1","port":587,"comment":"note"}"#;
        assert_eq!(serde_json::to_string(&route).unwrap(), json);
        assert_eq!(serde_json::from_str::<Route>(json).unwrap(), route);
        let short = r#"{"domain":"example.com","host":"a.example","port":25}"#;
        let route = route_of("example.com,a.example,25");
        assert_eq!(serde_json::from_str::<Route>(short).unwrap(), route);
        assert_eq!(route.next_hop.to_string(), "[a.example]:25");
    }

    proptest! {
        #[test]
        fn reads_what_it_serialises(route in strategies::route()) {
            let json = serde_json::to_string(&route).unwrap();
            prop_assert_eq!(serde_json::from_str::<Route>(&json).unwrap(), route.clone());
            let hop = serde_json::to_string(&route.next_hop).unwrap();
            prop_assert_eq!(serde_json::from_str::<crate::NextHop>(&hop).unwrap(), route.next_hop);
        }
    }
}
