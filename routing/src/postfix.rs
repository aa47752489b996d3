//! What Postfix is told about smart hosts, in the words of its tables: the same whether the look-up
//! service says it or a file.

use crate::host::Host;
use crate::next_hop::NextHop;
use crate::next_hops::NextHops;
use crate::smart_host::SmartHost;
use crate::tls::{TlsKind, TlsPolicy};

/// What waits because its row cannot be used as it is. The service `retry` of master.cf defers with
/// the status and the text that follow, transport(5).
pub const UNUSABLE: &str = "retry:4.3.5 the smart host route cannot be used as it is";

/// What waits because its route was removed.
pub const HELD: &str = "retry:4.4.0 the smart host route was removed";

/// A delivery service of ours in master.cf(5).
///
/// They are services of their own so that a bad row or a smart host that is away holds up no other
/// mail, and so that accounts are offered to nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// STARTTLS, or none, as the table of policies says; passwords go through TLS only.
    StartTls,
    /// As [`Service::StartTls`], but a password may go along in the clear, because an administrator
    /// gave the reason why that is acceptable.
    Clear,
    /// Encrypted from the first byte (RFC 8314 section 3.3).
    Implicit,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::StartTls, Self::Clear, Self::Implicit];

    /// The name in master.cf, and as a transport in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StartTls => "smarthost",
            Self::Clear => "smarthost-clear",
            Self::Implicit => "smarthosts",
        }
    }

    /// The one that reaches a smart host with this policy, `signs_in` or not.
    #[must_use]
    pub const fn with(tls: &TlsPolicy, signs_in: bool) -> Self {
        match tls.kind() {
            TlsKind::Implicit => Self::Implicit,
            TlsKind::StartTls if signs_in && !tls.is_required() => Self::Clear,
            TlsKind::StartTls => Self::StartTls,
        }
    }

    /// The one that reaches a smart host with these settings.
    #[must_use]
    pub const fn of(smart_host: &SmartHost) -> Self {
        Self::with(&smart_host.tls, smart_host.user.is_some())
    }

    /// The one that reaches all hosts of a list, given the one of each; `None` where there is none,
    /// because some are encrypted from the first byte and others are not.
    ///
    /// One host that is signed in to in the clear decides for the list. That weakens no other: where
    /// its policy demands encryption, so does this service.
    #[must_use]
    pub fn reaching(hops: &NextHops, of: impl Fn(&NextHop) -> Self) -> Option<Self> {
        let mut all = of(hops.first());
        for hop in hops.further() {
            all = match (all, of(hop)) {
                (one, other) if one == other => one,
                (Self::Implicit, _) | (_, Self::Implicit) => return None,
                _ => Self::Clear,
            };
        }
        Some(all)
    }
}

impl TlsPolicy {
    /// The policy towards a host in the words of `smtp_tls_policy_maps`, postconf(5).
    #[must_use]
    pub fn postfix(&self, host: &Host) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Opportunistic => "may".to_owned(),
            Self::Required | Self::Implicit => "encrypt".to_owned(),
            Self::Verified { .. } | Self::ImplicitVerified { .. } => {
                match self.certificate_name(host) {
                    Some(name) => format!("secure match={name}"),
                    None => "secure".to_owned(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaching(first: Service, second: Service) -> Option<Service> {
        let hops = NextHops::parse("a.example.net:1, b.example.net:2");
        let of = |hop: &NextHop| if hop.port.get() == 1 { first } else { second };
        Service::reaching(&hops.unwrap().unwrap(), of)
    }

    #[test]
    fn a_password_in_the_clear_takes_a_service_of_its_own() {
        for (tls, signs_in, service) in [
            (TlsPolicy::None, false, Service::StartTls),
            (TlsPolicy::None, true, Service::Clear),
            (TlsPolicy::Opportunistic, false, Service::StartTls),
            (TlsPolicy::Opportunistic, true, Service::Clear),
            (TlsPolicy::Required, true, Service::StartTls),
            (TlsPolicy::Verified { name: None }, true, Service::StartTls),
            (TlsPolicy::Implicit, true, Service::Implicit),
        ] {
            assert_eq!(Service::with(&tls, signs_in), service, "{tls}, {signs_in}");
        }
    }

    #[test]
    fn one_service_reaches_all_hosts_of_a_list() {
        use Service::{Clear, Implicit, StartTls};
        for (first, second, all) in [
            (StartTls, StartTls, Some(StartTls)),
            (StartTls, Clear, Some(Clear)),
            (Clear, StartTls, Some(Clear)),
            (Clear, Clear, Some(Clear)),
            (Implicit, Implicit, Some(Implicit)),
            (Implicit, Clear, None),
            (StartTls, Implicit, None),
        ] {
            assert_eq!(reaching(first, second), all, "{first:?}, {second:?}");
        }
    }
}
