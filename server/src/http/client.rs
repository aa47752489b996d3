//! Who asks, and whether the way from there is encrypted.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// The address of the browser, as far as it can be told; on every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// The address behind a request. One that did not come over the network is from this machine.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        let here = Self(Ipv4Addr::LOCALHOST.into());
        extensions.get().copied().unwrap_or(here)
    }
}

/// Whether the browser speaks TLS: to us, or to a trusted proxy, which says so; on every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByTls(pub bool);

impl ByTls {
    /// Whether a request came by TLS. One that did not come over the network came as the console is
    /// reached.
    #[must_use]
    pub fn of(extensions: &Extensions, secure: bool) -> bool {
        extensions.get().map_or(secure, |Self(by_tls)| *by_tls)
    }
}

/// The proxies whose word on who asks is taken.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Those in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the word of this one is taken.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who asks, over a connection from `peer` which is encrypted or not, and how they came.
    ///
    /// Each proxy appends to `X-Forwarded-For` whom it was asked by, so the last address that is not
    /// of a trusted proxy is the last one that can be believed: what is before it, anybody may have
    /// written. Headers from others than trusted proxies count for nothing.
    #[must_use]
    pub fn seen(&self, peer: IpAddr, by_tls: bool, headers: &HeaderMap) -> (ClientAddr, ByTls) {
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return (ClientAddr(peer), ByTls(by_tls));
        }
        let mut client = peer;
        for named in last_first(headers, "x-forwarded-for") {
            let Some(address) = address(named) else {
                break;
            };
            client = address;
            if !self.trust(address) {
                break;
            }
        }
        let by_tls = last_first(headers, "x-forwarded-proto")
            .next()
            .map_or(by_tls, |scheme| scheme.eq_ignore_ascii_case("https"));
        (ClientAddr(client), ByTls(by_tls))
    }
}

/// What a header lists, over all of its lines, last one first. What is not text ends the list.
fn last_first<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines
        .into_iter()
        .rev()
        .map_while(|line| line.to_str().ok())
        .flat_map(|line| line.rsplit(','))
        .map(str::trim)
}

/// An address, as some proxies write it with a port.
fn address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = match text.parse() {
        Ok(address) => address,
        Err(_) => match text.parse::<std::net::SocketAddr>() {
            Ok(address) => address.ip(),
            Err(_) => text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?,
        },
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn seen(peer: &str, headers: &[(&'static str, &'static str)]) -> (String, bool) {
        let networks = ["10.0.0.0/8", "127.0.0.1/32", "2001:db8::/32"];
        let proxies = Proxies::new(networks.map(|network| network.parse().unwrap()).to_vec());
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect();
        let (ClientAddr(client), ByTls(by_tls)) =
            proxies.seen(peer.parse().unwrap(), false, &headers);
        (client.to_string(), by_tls)
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_is_the_browser() {
        const FOR: &str = "x-forwarded-for";
        for (peer, headers, client) in [
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec![(FOR, "192.0.2.1")], "192.0.2.1"),
            ("::ffff:10.0.0.1", vec![(FOR, "192.0.2.1")], "192.0.2.1"),
            ("2001:db8::1", vec![(FOR, "2001:db9::7")], "2001:db9::7"),
            // The browser claims to be somebody else.
            (
                "10.0.0.1",
                vec![(FOR, "203.0.113.9, 192.0.2.1")],
                "192.0.2.1",
            ),
            (
                "10.0.0.1",
                vec![(FOR, "203.0.113.9"), (FOR, "192.0.2.1, 10.1.1.1")],
                "192.0.2.1",
            ),
            ("10.0.0.1", vec![(FOR, "127.0.0.1, 192.0.2.1")], "192.0.2.1"),
            // All of them proxies.
            ("127.0.0.1", vec![(FOR, "10.9.9.9, 10.1.1.1")], "10.9.9.9"),
            // As far as it can be read.
            (
                "10.0.0.1",
                vec![(FOR, "203.0.113.9, unknown, 10.1.1.1")],
                "10.1.1.1",
            ),
            ("10.0.0.1", vec![(FOR, "")], "10.0.0.1"),
            ("10.0.0.1", vec![(FOR, "192.0.2.1:4711")], "192.0.2.1"),
            ("10.0.0.1", vec![(FOR, "[2001:db9::7]:4711")], "2001:db9::7"),
            ("10.0.0.1", vec![(FOR, "[2001:db9::7]")], "2001:db9::7"),
            // Nobody's proxy.
            ("192.0.2.9", vec![(FOR, "203.0.113.9")], "192.0.2.9"),
        ] {
            assert_eq!(seen(peer, &headers).0, client, "{peer} {headers:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_that_the_way_is_encrypted() {
        const PROTO: &str = "x-forwarded-proto";
        for (peer, headers, by_tls) in [
            ("10.0.0.1", vec![(PROTO, "https")], true),
            ("10.0.0.1", vec![(PROTO, "HTTPS")], true),
            ("10.0.0.1", vec![(PROTO, "http")], false),
            ("10.0.0.1", vec![(PROTO, "https"), (PROTO, "http")], false),
            ("10.0.0.1", vec![], false),
            ("192.0.2.9", vec![(PROTO, "https")], false),
        ] {
            assert_eq!(seen(peer, &headers).1, by_tls, "{peer} {headers:?}");
        }
    }
}
