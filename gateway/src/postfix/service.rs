//! The entries of our delivery services in master.cf(5).

pub(super) use routing::postfix::Service;

use super::filter;
use super::settings::Settings;
use super::table::Map;

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

/// How a service stands in master.cf.
pub(super) trait Entry: Copy {
    /// What `postconf -M`, `-P` and `-F` call it.
    fn entry(self) -> String;

    /// Its options, in the order in which they are written.
    ///
    /// Some only repeat Postfix's default. They are there because main.cf may say otherwise for the
    /// administrator's own mail, and ours must not follow: a fall-back relay would get mail that was
    /// meant to wait, and a wrapper mode for a relay host would break STARTTLS.
    fn options(self, settings: &Settings) -> Vec<ServiceOption>;
}

impl Entry for Service {
    fn entry(self) -> String {
        format!("{}/unix", self.name())
    }

    fn options(self, settings: &Settings) -> Vec<ServiceOption> {
        use Purpose::{Delivery, Log, Login, Patience, Secrecy};
        let table = |map: Map| map.table(&settings.socket);
        let wrapper = if self == Self::Implicit { "yes" } else { "no" };
        // What may be used where there is no TLS. With `noplaintext`, PLAIN and LOGIN may not.
        let without_tls = match self {
            Self::Clear => "noanonymous",
            Self::StartTls | Self::Implicit => "noanonymous,noplaintext",
        };
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
                without_tls.to_owned(),
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
