//! The names that a certificate is for.

use std::net::IpAddr;

use x509_parser::prelude::{GeneralName, X509Certificate};

use crate::probe::certificate::text_shown;

/// More names are not shown; a match among them counts all the same.
const NAMES_SHOWN: usize = 100;

/// The names in a certificate.
pub(super) struct Names {
    dns: Vec<String>,
    addresses: Vec<IpAddr>,
    pub(super) common_name: Option<String>,
}

impl Names {
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Self {
        let mut names = Self {
            dns: Vec::new(),
            addresses: Vec::new(),
            common_name: certificate
                .subject()
                .iter_common_name()
                .last()
                .and_then(|name| name.as_str().ok())
                .map(str::to_owned),
        };
        if let Ok(Some(extension)) = certificate.subject_alternative_name() {
            for name in &extension.value.general_names {
                match name {
                    GeneralName::DNSName(name) => names.dns.push((*name).to_owned()),
                    GeneralName::IPAddress(octets) => names.addresses.extend(address(octets)),
                    _ => {}
                }
            }
        }
        names
    }

    /// Whether Postfix takes the certificate for `expected`, as `match=` in `smtp_tls_policy_maps`
    /// (postconf(5)). As Postfix 3.7 with OpenSSL 3 does it: for an address, only addresses count;
    /// for a name any DNS name, or the common name where there is none.
    pub(super) fn matches(&self, expected: &str) -> bool {
        if let Ok(address) = expected.parse::<IpAddr>() {
            return self.addresses.contains(&address);
        }
        if self.dns.is_empty() {
            return self
                .common_name
                .as_deref()
                .is_some_and(|name| is_name_for(name, expected));
        }
        self.dns.iter().any(|name| is_name_for(name, expected))
    }

    pub(super) fn shown(&self) -> Vec<String> {
        let dns = self.dns.iter().map(|name| text_shown(name));
        let addresses = self.addresses.iter().map(IpAddr::to_string);
        dns.chain(addresses).take(NAMES_SHOWN).collect()
    }
}

/// Whether a certificate's name is that of a host. `*.` stands for exactly one label before two or
/// more; a leading dot in what is expected means all names below it.
pub(super) fn is_name_for(name: &str, expected: &str) -> bool {
    if let Some(parent) = expected.strip_prefix('.') {
        return name
            .len()
            .checked_sub(parent.len())
            .and_then(|start| name.split_at_checked(start))
            .is_some_and(|(front, end)| {
                front.len() > 1 && front.ends_with('.') && end.eq_ignore_ascii_case(parent)
            });
    }
    if name.eq_ignore_ascii_case(expected) {
        return true;
    }
    match (name.strip_prefix("*."), expected.split_once('.')) {
        (Some(below), Some((first, parent))) => {
            !first.is_empty() && below.contains('.') && below.eq_ignore_ascii_case(parent)
        }
        _ => false,
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from))
        .ok()
}
