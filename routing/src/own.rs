//! Which hosts are this gateway itself: mail sent there comes back.

#[cfg(test)]
mod tests;

use crate::host::{Host, HostName};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The gateway's own names and addresses.
///
/// Mail for a next hop that is the gateway itself goes round until it has too many hops; Postfix
/// notices by itself only on port 25. Any port counts, for whatever listens there may hand the mail
/// on to the gateway. Empty by default: nothing is known to be a loop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    names: BTreeSet<HostName>,
    addresses: BTreeSet<IpAddr>,
    loopback: bool,
}

impl Own {
    /// A gateway with these names and addresses. Its loopback addresses (127.0.0.0/8, `::1`, and names
    /// that end in `.localhost`) count as its own unless they are `allowed`: a content filter or a
    /// test server may well listen there.
    #[must_use]
    pub fn new(
        names: impl IntoIterator<Item = HostName>,
        addresses: impl IntoIterator<Item = IpAddr>,
        loopback_allowed: bool,
    ) -> Self {
        let addresses = addresses.into_iter().map(|address| address.to_canonical());
        Self {
            names: names.into_iter().collect(),
            addresses: addresses.filter(|address| !address.is_loopback()).collect(),
            loopback: !loopback_allowed,
        }
    }

    /// Whether an address is the gateway's own.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        // `::ffff:192.0.2.1` reaches 192.0.2.1.
        let address = address.to_canonical();
        self.addresses.contains(&address) || (self.loopback && address.is_loopback())
    }

    /// Refuses a host that is the gateway by its name or address alone. What DNS says of a name may
    /// change; see [`Own::found_among`].
    ///
    /// # Errors
    /// [`LoopError`] says which of the gateway's names or addresses it is, as a sentence.
    pub fn check(&self, host: &Host) -> Result<(), LoopError> {
        let address = match host {
            Host::Name(name) => {
                if self.names.contains(name) {
                    return Err(LoopError::Name { name: name.clone() });
                }
                if self.loopback && name.as_str().ends_with(".localhost") {
                    return Err(LoopError::Loopback { host: host.clone() });
                }
                return Ok(());
            }
            Host::V4(address) => IpAddr::V4(*address),
            Host::V6(address) => IpAddr::V6(*address),
        };
        if !self.has(address) {
            Ok(())
        } else if address.to_canonical().is_loopback() {
            Err(LoopError::Loopback { host: host.clone() })
        } else {
            Err(LoopError::Address { address })
        }
    }

    /// The first of these addresses, to which a name was resolved, that is the gateway's own.
    #[must_use]
    pub fn found_among(&self, addresses: impl IntoIterator<Item = IpAddr>) -> Option<IpAddr> {
        addresses.into_iter().find(|&address| self.has(address))
    }
}

/// Why mail sent to a host would come back. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoopError {
    /// The name is the gateway's own.
    #[error("{name} is this gateway: its mail would come back. Type the smart host's own name.")]
    Name {
        /// The name.
        name: HostName,
    },
    /// The address is the gateway's own.
    #[error(
        "{address} is an address of this gateway: its mail would come back. Type the smart host's \
         own address."
    )]
    Address {
        /// The address.
        address: IpAddr,
    },
    /// The gateway's loopback address or name.
    #[error(
        "{host} is this gateway itself: its mail may come back. If another program listens there, \
         start with --allow-loopback-hosts."
    )]
    Loopback {
        /// The address or name.
        host: Host,
    },
}
