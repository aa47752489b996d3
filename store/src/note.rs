//! What the writer of a row should know about it.

use std::fmt;

use routing::{Caution, ManagedDomain, Route};

use crate::{Stored, show};

/// Something worth knowing about a row that was saved. Each is a sentence that says who wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The name of the domain or the host is unusual.
    Caution(Caution),
    /// The route applies to subdomains, and some of them are managed domains: those win.
    ManagedBelow {
        /// How many.
        count: u64,
        /// The first of them by name.
        first: Stored<ManagedDomain>,
    },
    /// The route applies to the subdomains of a managed domain: the domain itself wins.
    ManagedApex {
        /// The managed domain.
        managed: Stored<ManagedDomain>,
    },
    /// The route applies to subdomains, and some of them have routes of their own: those win.
    RoutesBelow {
        /// How many.
        count: u64,
        /// The first of them by name.
        first: Stored<Route>,
    },
    /// A route for a parent domain applies here too: the row just saved wins for its names.
    MoreSpecific {
        /// The route that loses.
        than: Stored<Route>,
    },
    /// A route for a parent domain would apply to the managed domain: the managed domain wins.
    RouteAbove {
        /// The route that loses.
        route: Stored<Route>,
    },
    /// The subdomains of the managed domain have a route, which the managed domain leaves alone.
    RouteForSubdomains {
        /// That route.
        route: Stored<Route>,
    },
    /// The managed domain uses the default domain routing, which is empty.
    NoDefaultRouting,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caution(caution) => caution.fmt(f),
            Self::ManagedBelow { count: 1, first } => write!(
                f,
                "{} is a managed domain and wins over this route.",
                show::domain(&first.value.domain)
            ),
            Self::ManagedBelow { count, first } => write!(
                f,
                "{count} managed domains below it win over this route, {} among them.",
                show::domain(&first.value.domain)
            ),
            Self::RoutesBelow { count: 1, first } => write!(
                f,
                "The route for {} (to {}) wins over this route.",
                show::pattern(&first.value.pattern),
                show::hops(&first.value.next_hops)
            ),
            Self::RoutesBelow { count, first } => write!(
                f,
                "{count} routes below it win over this route, the one for {} (to {}) among them.",
                show::pattern(&first.value.pattern),
                show::hops(&first.value.next_hops)
            ),
            Self::ManagedApex { managed } => write!(
                f,
                "{} itself is a managed domain; this route is for its subdomains only.",
                show::domain(&managed.value.domain)
            ),
            Self::MoreSpecific { than } => write!(
                f,
                "This route wins over the route for {} (to {}).",
                show::pattern(&than.value.pattern),
                show::hops(&than.value.next_hops)
            ),
            Self::RouteAbove { route } => write!(
                f,
                "This managed domain wins over the smart host route for {} (to {}).",
                show::pattern(&route.value.pattern),
                show::hops(&route.value.next_hops)
            ),
            Self::RouteForSubdomains { route } => write!(
                f,
                "Mail for {} still goes to the smart host {}.",
                show::pattern(&route.value.pattern),
                show::hops(&route.value.next_hops)
            ),
            Self::NoDefaultRouting => f.write_str(
                "This managed domain uses the default domain routing, which is empty: its mail \
                 has nowhere to go. Set a host here or under Default Domain Routing.",
            ),
        }
    }
}
