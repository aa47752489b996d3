//! Hosts: names and addresses.

mod error;
#[cfg(test)]
mod tests;

pub use error::HostError;

use crate::caution::{self, Caution};
use crate::domain::DomainError;
use crate::name::{self, Origin, is_digits, without_brackets};
use crate::typed::Typed;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A host that mail can be handed to.
///
/// Displays in its one canonical form, without brackets: a lower-case name of A-labels, an IPv4
/// address as a dotted quad, an IPv6 address by RFC 5952. Orders by that text, as the stored list
/// does. Serialises as a string; deserialising parses again.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// A host name.
    Name(HostName),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

/// A host name in its canonical form, by the rules of a [`Domain`](crate::Domain) but for one: a
/// single label will do. Made by [`Host::parse`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(Box<str>);

impl HostName {
    /// The canonical text: lower-case A-labels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Host {
    /// Reads a host name, an IPv4 or an IPv6 address, with or without the brackets of Postfix
    /// (`[mail.example.net]`) and of RFC 5321 section 4.1.3 (`[192.0.2.1]`, `[IPv6:2001:db8::1]`).
    ///
    /// # Errors
    /// [`HostError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, HostError> {
        Self::read(typed, Origin::Typed)
    }

    /// As [`Domain::canonical`](crate::Domain::canonical): a name of two labels or more, if it is plainly
    /// in its canonical form.
    #[must_use]
    pub fn canonical(text: &str) -> Option<Self> {
        name::canonical(text).map(|name| Self::Name(HostName(name)))
    }

    fn read(typed: &str, origin: Origin) -> Result<Self, HostError> {
        if let Some(host) = Self::canonical(typed) {
            return Ok(host);
        }
        let text = without_brackets(typed.trim());
        let typed = || Typed::new(text);
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Self::from_address(address);
        }
        if let Some((address, rest)) = text.split_once(['%', '/'])
            && let Ok(address) = address.parse::<IpAddr>()
        {
            return Err(if is_digits(rest) && text.contains('/') {
                HostError::Network { typed: typed() }
            } else {
                HostError::Zone {
                    typed: typed(),
                    address,
                }
            });
        }
        if text.matches(':').count() > 1 && !text.contains(['/', '@']) {
            return Err(HostError::NotIpv6 { typed: typed() });
        }
        match name::parse(text, origin) {
            Ok(name) if &*name == "localhost" => Err(HostError::Localhost),
            Ok(name) => Ok(Self::Name(HostName(name))),
            Err(DomainError::NumericTopLevel { typed }) => Err(HostError::NotIpv4 { typed }),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes an address unless no host can have it.
    fn from_address(address: IpAddr) -> Result<Self, HostError> {
        // `::ffff:0.0.0.0` reaches the same place as `0.0.0.0`.
        let reached = address.to_canonical();
        if reached.is_unspecified() {
            return Err(HostError::Unspecified { address });
        }
        if reached.is_multicast() {
            return Err(HostError::Multicast { address });
        }
        if reached == IpAddr::V4(Ipv4Addr::BROADCAST) {
            return Err(HostError::Broadcast { address });
        }
        Ok(match address {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(address),
        })
    }

    /// Appends the canonical form.
    pub(crate) fn push_to(&self, out: &mut String) {
        match self {
            Self::Name(name) => out.push_str(name.as_str()),
            Self::V4(_) | Self::V6(_) => out.push_str(&self.to_string()),
        }
    }

    /// The Unicode form of a name, where it differs from the canonical one. Always `None` without
    /// feature `idna`.
    #[must_use]
    pub fn to_unicode(&self) -> Option<String> {
        match self {
            Self::Name(name) => name::to_unicode(name.as_str()),
            Self::V4(_) | Self::V6(_) => None,
        }
    }

    /// What an administrator should know before relying on this host; empty for most.
    #[must_use]
    pub fn cautions(&self) -> Vec<Caution> {
        let Self::Name(HostName(name)) = self else {
            return Vec::new();
        };
        if name.contains('.') {
            // A public suffix is a matter of who owns the names below: no concern of a host's.
            caution::special_use(name).into_iter().collect()
        } else {
            vec![Caution::SingleLabelHost { name: name.clone() }]
        }
    }
}

/// Separates a port that was pasted along with a host: `mail.example.net:2525`,
/// `192.0.2.1:2525`, `[2001:db8::1]:2525`. A bare IPv6 address is never split, nor is anything
/// where the colon is not followed by digits alone. Both parts are trimmed, and unchecked.
#[must_use]
pub fn split_host_port(typed: &str) -> (&str, Option<&str>) {
    let text = typed.trim();
    let Some((host, port)) = text.rsplit_once(':') else {
        return (text, None);
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    if is_digits(port) && !host.is_empty() && (bracketed || !host.contains([':', '['])) {
        (host.trim(), Some(port))
    } else {
        (text, None)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::V4(address) => address.fmt(f),
            // The standard library's form is that of RFC 5952.
            Self::V6(address) => address.fmt(f),
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Ord for Host {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Name(one), Self::Name(two)) => one.cmp(two),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Host {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(typed: &str) -> Result<Self, HostError> {
        Self::parse(typed)
    }
}

impl Serialize for Host {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Host {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text, Origin::Serialised).map_err(de::Error::custom)
    }
}
