//! Why a text is no host.

use crate::domain::DomainError;
use crate::typed::Typed;
use std::net::IpAddr;

/// Why a text is no host that mail can be handed to. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Nothing but white space, or empty brackets.
    #[error("Type a host name or an IP address, such as mail.example.net or 192.0.2.1.")]
    Empty,
    /// `localhost`, which may be either of two addresses.
    #[error("localhost may mean 127.0.0.1 or ::1. Type the address.")]
    Localhost,
    /// Looks like an IPv4 address and is none: only dotted quads are, not the shorter, octal and
    /// hexadecimal forms of `inet_aton(3)`.
    #[error("{typed} is no IPv4 address. Type four numbers from 0 to 255, as in 192.0.2.1.")]
    NotIpv4 {
        /// What was typed.
        typed: Typed,
    },
    /// Looks like an IPv6 address and is none.
    #[error("{typed} is no IPv6 address. Type it as in 2001:db8::1.")]
    NotIpv6 {
        /// What was typed.
        typed: Typed,
    },
    /// An address with a zone (RFC 4007), which has a meaning on one machine only.
    #[error("{typed} has more than an address in it. Type only {address}.")]
    Zone {
        /// What was typed.
        typed: Typed,
        /// The address before it.
        address: IpAddr,
    },
    /// An address with a prefix length.
    #[error("{typed} is a network. Type the address of one host.")]
    Network {
        /// What was typed.
        typed: Typed,
    },
    /// `0.0.0.0` or `::`.
    #[error("{address} stands for no particular host. Type the smart host's own address.")]
    Unspecified {
        /// The address.
        address: IpAddr,
    },
    /// `224.0.0.0/4` or `ff00::/8`.
    #[error("{address} is a multicast address. Type the address of one host.")]
    Multicast {
        /// The address.
        address: IpAddr,
    },
    /// 255.255.255.255.
    #[error("{address} is the broadcast address. Type the address of one host.")]
    Broadcast {
        /// The address.
        address: IpAddr,
    },
    /// The spelling of a host name.
    #[error(transparent)]
    Name(#[from] DomainError),
}
