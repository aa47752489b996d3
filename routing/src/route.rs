//! A route.

use crate::comment::Comment;
use crate::domain::Domain;
use crate::host::Host;
use crate::next_hop::NextHop;
use crate::next_hops::{NextHops, NextHopsError};
use crate::pattern::Pattern;
use crate::port::Port;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// "Mail for this domain goes to this smart host, on this port", and to others if that fails.
///
/// Serialises flat: `{"domain", "scope", "host", "port", "comment"}`; the hosts to try after the first
/// one, where there are any, as a list of `{"host", "port"}` in `further_hosts`; and `"enabled": false`
/// where it is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Route {
    /// Which mail.
    pub pattern: Pattern,
    /// Where it goes, in the order in which the hosts are tried.
    pub next_hops: NextHops,
    /// What the administrator noted.
    pub comment: Comment,
    /// Whether it decides anything. One that does not keeps its place: no other rule may contradict
    /// it, so that it can always be enabled again.
    pub enabled: bool,
}

impl Route {
    /// The names about which it decides; none while it is disabled.
    #[must_use]
    pub fn decides_about(&self) -> Option<&Pattern> {
        self.enabled.then_some(&self.pattern)
    }
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    further_hosts: Vec<NextHop>,
    #[serde(default = "enabled", skip_serializing_if = "is_enabled")]
    enabled: bool,
}

/// Nothing said means that it is.
const fn enabled() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde wants"
)]
const fn is_enabled(enabled: &bool) -> bool {
    *enabled
}

impl TryFrom<Flat> for Route {
    type Error = NextHopsError;

    fn try_from(flat: Flat) -> Result<Self, NextHopsError> {
        let first = NextHop {
            host: flat.host,
            port: flat.port,
        };
        Ok(Self {
            pattern: Pattern {
                domain: flat.domain,
                scope: flat.scope,
            },
            next_hops: NextHops::new(first, flat.further_hosts)?,
            comment: flat.comment,
            enabled: flat.enabled,
        })
    }
}

impl From<Route> for Flat {
    fn from(route: Route) -> Self {
        Self {
            domain: route.pattern.domain,
            scope: route.pattern.scope,
            host: route.next_hops.first().host.clone(),
            port: route.next_hops.first().port,
            comment: route.comment,
            enabled: route.enabled,
            further_hosts: route.next_hops.further().to_vec(),
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
        assert_eq!(route.next_hops.to_string(), "[a.example]:25");
    }

    #[test]
    fn serialises_further_hosts_where_there_are_any() {
        let route = route_of("example.com,a.example,25,[b.example]:587 [::1]:25");
        let json = r#"{"domain":"example.com","scope":"domain","host":"a.example","port":25,"comment":"","further_hosts":[{"host":"b.example","port":587},{"host":"::1","port":25}]}"#;
        assert_eq!(serde_json::to_string(&route).unwrap(), json);
        assert_eq!(serde_json::from_str::<Route>(json).unwrap(), route);
        let twice = json.replace("b.example", "a.example").replace("587", "25");
        let error = serde_json::from_str::<Route>(&twice).unwrap_err();
        assert_eq!(
            error.to_string(),
            "[a.example]:25 is in the list twice. Keep one."
        );
    }

    #[test]
    fn serialises_that_it_is_disabled() {
        let route = route_of("example.com,a.example,25,disabled");
        let json = r#"{"domain":"example.com","scope":"domain","host":"a.example","port":25,"comment":"","enabled":false}"#;
        assert_eq!(serde_json::to_string(&route).unwrap(), json);
        assert_eq!(serde_json::from_str::<Route>(json).unwrap(), route);
        assert_eq!(route.decides_about(), None);
    }

    proptest! {
        #[test]
        fn reads_what_it_serialises(route in strategies::route()) {
            let json = serde_json::to_string(&route).unwrap();
            prop_assert_eq!(serde_json::from_str::<Route>(&json).unwrap(), route.clone());
            let first = route.next_hops.first();
            let hop = serde_json::to_string(first).unwrap();
            prop_assert_eq!(&serde_json::from_str::<crate::NextHop>(&hop).unwrap(), first);
        }
    }
}
