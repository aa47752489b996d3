//! The delivery services of master.cf(5) that are ours: `smarthost` and `smarthosts`.
//!
//! They are services of their own so that a bad row or a smart host that is away holds up no other
//! mail, and so that accounts are offered to nobody else.

use super::filter;
use super::settings::Settings;
use super::table::Map;

/// A delivery service of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// STARTTLS, or none, as the table of policies says.
    StartTls,
    /// Encrypted from the first byte (RFC 8314 section 3.3).
    Implicit,
}

/// What an option of a service is there for; it says how bad a wrong value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Where accounts are found, and that they are used.
    Login,
    /// That nothing goes out in the clear, or to the wrong host.
    Secrecy,
    /// That a fault of the configuration delays mail instead of bouncing it.
    Patience,
    /// That this Postfix can deliver at all.
    Delivery,
    /// That the log tells our deliveries from others.
    Log,
}

/// An option of a service, `-o NAME=VALUE` in master.cf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceOption {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) purpose: Purpose,
}

impl Service {
    pub(super) const ALL: [Self; 2] = [Self::StartTls, Self::Implicit];

    /// The name in master.cf, and as a transport in the look-up service's answers.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::StartTls => "smarthost",
            Self::Implicit => "smarthosts",
        }
    }

    /// What `postconf -M`, `-P` and `-F` call it.
    pub(super) fn entry(self) -> String {
        format!("{}/unix", self.name())
    }

    /// Its options, in the order in which they are written.
    ///
    /// Some only repeat Postfix's default. They are there because main.cf may say otherwise for the
    /// administrator's own mail, and ours must not follow: a fall-back relay would get mail that was
    /// meant to wait, and a wrapper mode for a relay host would break STARTTLS.
    pub(super) fn options(self, settings: &Settings) -> Vec<ServiceOption> {
        use Purpose::{Delivery, Log, Login, Patience, Secrecy};
        let table = |map: Map| map.table(&settings.socket);
        let wrapper = if self == Self::Implicit { "yes" } else { "no" };
        let option = |(name, value, purpose): (&'static str, String, Purpose)| ServiceOption {
            name,
            value,
            purpose,
        };
        [
            ("syslog_name", format!("postfix/{}", self.name()), Log),
            ("smtp_sasl_auth_enable", "yes".to_owned(), Login),
            ("smtp_sasl_password_maps", table(Map::Sasl), Login),
            (
                "smtp_sender_dependent_authentication",
                "no".to_owned(),
                Login,
            ),
            (
                "smtp_sasl_security_options",
                "noanonymous,noplaintext".to_owned(),
                Secrecy,
            ),
            (
                "smtp_sasl_tls_security_options",
                "noanonymous".to_owned(),
                Login,
            ),
            ("smtp_tls_security_level", "encrypt".to_owned(), Secrecy),
            ("smtp_tls_policy_maps", table(Map::Tls), Secrecy),
            ("smtp_tls_wrappermode", wrapper.to_owned(), Delivery),
            (
                "smtp_tls_CAfile",
                settings.ca_file.display().to_string(),
                Delivery,
            ),
            ("smtp_tls_connection_reuse", "no".to_owned(), Delivery),
            ("smtp_fallback_relay", String::new(), Secrecy),
            ("smtp_delivery_status_filter", filter::table(), Patience),
        ]
        .map(option)
        .into()
    }
}
