//! What a table for Postfix must know beside the rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::next_hop::NextHop;
use crate::next_hops::NextHops;
use crate::pattern::Pattern;
use crate::postfix::Service;
use crate::smart_host::SmartHost;
use crate::tls::TlsPolicy;

/// The settings of smart hosts, the names for which mail is held, and what was written already.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    settings: BTreeMap<NextHop, (TlsPolicy, Service)>,
    pub(super) held: Vec<Pattern>,
    written: BTreeSet<NextHop>,
}

impl Known {
    /// Nothing: the defaults apply.
    pub(super) const fn nothing() -> Self {
        Self {
            settings: BTreeMap::new(),
            held: Vec::new(),
            written: BTreeSet::new(),
        }
    }

    pub(super) fn new(settings: Vec<SmartHost>, held: Vec<Pattern>) -> Self {
        let settings = settings.into_iter().map(|host| {
            let service = Service::of(&host);
            (host.next_hop, (host.tls, service))
        });
        Self {
            settings: settings.collect(),
            held,
            written: BTreeSet::new(),
        }
    }

    /// The policy towards a smart host.
    pub(super) fn tls(&self, next_hop: &NextHop) -> TlsPolicy {
        match self.settings.get(next_hop) {
            Some((tls, _)) => tls.clone(),
            None => TlsPolicy::default_for(next_hop.port),
        }
    }

    /// The service that reaches all of these; `None` where there is none.
    pub(super) fn service(&self, hops: &NextHops) -> Option<Service> {
        Service::reaching(hops, |hop| match self.settings.get(hop) {
            Some((_, service)) => *service,
            None => Service::with(&TlsPolicy::default_for(hop.port), false),
        })
    }

    /// Whether a smart host is met for the first time.
    pub(super) fn is_first(&mut self, next_hop: &NextHop) -> bool {
        self.written.insert(next_hop.clone())
    }
}
