//! A managed domain.

use crate::comment::Comment;
use crate::domain::Domain;
use crate::host::Host;
use crate::next_hop::NextHop;
use crate::port::Port;
use serde::{Deserialize, Serialize};

/// A domain whose mail this gateway accepts and hands to its owner's own server.
///
/// Serialises flat: `{"domain", "host", "port", "comment"}`, host and port both null where the
/// default domain routing applies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct ManagedDomain {
    /// The domain; its subdomains are not meant.
    pub domain: Domain,
    /// Where its mail is delivered; `None` for the default domain routing.
    pub routing: Option<NextHop>,
    /// What the administrator noted.
    pub comment: Comment,
}

/// The serialised shape.
#[derive(Serialize, Deserialize)]
struct Flat {
    domain: Domain,
    #[serde(default)]
    host: Option<Host>,
    #[serde(default)]
    port: Option<Port>,
    #[serde(default)]
    comment: Comment,
}

impl TryFrom<Flat> for ManagedDomain {
    type Error = &'static str;

    fn try_from(flat: Flat) -> Result<Self, Self::Error> {
        let routing = match (flat.host, flat.port) {
            (Some(host), Some(port)) => Some(NextHop { host, port }),
            (None, None) => None,
            _ => return Err("host and port must both be given, or both be null"),
        };
        Ok(Self {
            domain: flat.domain,
            routing,
            comment: flat.comment,
        })
    }
}

impl From<ManagedDomain> for Flat {
    fn from(managed: ManagedDomain) -> Self {
        let (host, port) = managed.routing.map(|hop| (hop.host, hop.port)).unzip();
        Self {
            domain: managed.domain,
            host,
            port,
            comment: managed.comment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ManagedDomain;
    use crate::strategies;
    use proptest::prelude::*;

    #[test]
    fn serialises_flat() {
        for json in [
            r#"{"domain":"example.com","host":"192.0.2.1","port":25,"comment":"note"}"#,
            r#"{"domain":"example.com","host":null,"port":null,"comment":""}"#,
        ] {
            let managed: ManagedDomain = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&managed).unwrap(), json);
        }
        let half = r#"{"domain":"example.com","host":"192.0.2.1","port":null}"#;
        let error = serde_json::from_str::<ManagedDomain>(half).unwrap_err();
        assert_eq!(
            error.to_string(),
            "host and port must both be given, or both be null"
        );
    }

    proptest! {
        #[test]
        fn reads_what_it_serialises(managed in strategies::managed_domain()) {
            let json = serde_json::to_string(&managed).unwrap();
            prop_assert_eq!(serde_json::from_str::<ManagedDomain>(&json).unwrap(), managed);
        }
    }
}
