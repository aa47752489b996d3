//! What a smart host demands of a connection to it.

use std::collections::HashMap;

use routing::postfix::Service;
use routing::{NextHop, SmartHost, TlsPolicy};
use store::StoredLogin;

/// How to connect to one smart host.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is demanded of the encryption.
    pub tls: TlsPolicy,
    /// How the gateway signs in there.
    pub login: StoredLogin,
}

/// The settings of all smart hosts that have any; others have the defaults of their port.
#[derive(Clone, Debug, Default)]
pub struct AllSettings(HashMap<NextHop, Settings>);

impl AllSettings {
    /// As the store gives them ([`store::Feed::settings`]).
    #[must_use]
    pub fn new(all: Vec<(SmartHost, StoredLogin)>) -> Self {
        let settings = |(host, login): (SmartHost, StoredLogin)| {
            let tls = host.tls;
            (host.next_hop, Settings { tls, login })
        };
        Self(all.into_iter().map(settings).collect())
    }

    /// What was chosen for a next hop.
    pub(super) fn get(&self, next_hop: &NextHop) -> Option<&Settings> {
        self.0.get(next_hop)
    }

    /// The TLS policy of a next hop: what was chosen, else the default of its port.
    pub(super) fn tls(&self, next_hop: &NextHop) -> TlsPolicy {
        match self.get(next_hop) {
            Some(chosen) => chosen.tls.clone(),
            None => TlsPolicy::default_for(next_hop.port),
        }
    }

    /// The service of Postfix that reaches a next hop. A password that cannot be read is one all the
    /// same.
    pub(super) fn service(&self, next_hop: &NextHop) -> Service {
        let signs_in = |settings: &Settings| !matches!(settings.login, StoredLogin::None);
        Service::with(
            &self.tls(next_hop),
            self.get(next_hop).is_some_and(signs_in),
        )
    }

    /// Whether others reach every next hop by the same service.
    pub(super) fn has_services_of(&self, other: &Self) -> bool {
        let hops = self.0.keys().chain(other.0.keys());
        hops.into_iter()
            .all(|hop| self.service(hop) == other.service(hop))
    }
}
