//! How browsers reach the console.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::Uri;
use axum::http::uri::{Authority, Scheme};

/// How browsers reach the console.
///
/// By default as on a person's own machine: by loopback names and without TLS.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// Whether by TLS, be it our own or a proxy's.
    pub secure: bool,
    /// The names by which it is asked for.
    pub hosts: Hosts,
}

/// The names by which the console is asked for. Whoever asks by another one was led here by somebody
/// else, or by mistake.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// Whether `localhost` and loopback addresses are among them.
    loopback: bool,
    /// Further ones, in lower case; IPv6 addresses in brackets.
    names: Vec<String>,
}

impl Default for Hosts {
    fn default() -> Self {
        Self {
            loopback: true,
            names: Vec::new(),
        }
    }
}

impl Hosts {
    /// The names of a console that listens on this address and has these URLs.
    #[must_use]
    pub fn of(listen: IpAddr, public: &[PublicUrl]) -> Self {
        let own = match listen {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let own = (!listen.is_unspecified()).then_some(own);
        let public = public.iter().map(|url| url.authority.host().to_lowercase());
        Self {
            // All addresses: the loopback ones, too.
            loopback: listen.is_loopback() || listen.is_unspecified(),
            names: own.into_iter().chain(public).collect(),
        }
    }

    /// Whether a request for this host and port is for us. Any port: there may be a tunnel or a proxy
    /// on the way.
    pub(super) fn hold(&self, host: &Authority) -> bool {
        let name = host.host();
        (self.loopback && is_loopback(name))
            || self.names.iter().any(|own| name.eq_ignore_ascii_case(own))
    }

    /// Whether there are no others than loopback names.
    pub(super) fn are_loopback(&self) -> bool {
        self.loopback && self.names.iter().all(|name| is_loopback(name))
    }
}

fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// An address that people type into their browser to come to the console, such as
/// `https://console.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    authority: Authority,
}

impl PublicUrl {
    /// Whether it begins with `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it leads to the machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.authority.host())
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// A text is no URL of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write it like https://console.example.com: https or http, a name in its ASCII form or an address, \
     a port if it is not the usual one, and nothing after it"
)]
pub struct NoPublicUrl;

impl FromStr for PublicUrl {
    type Err = NoPublicUrl;

    fn from_str(text: &str) -> Result<Self, NoPublicUrl> {
        let url: Uri = text.parse().map_err(|_| NoPublicUrl)?;
        let secure = match url.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(NoPublicUrl),
        };
        let authority = url.authority().ok_or(NoPublicUrl)?;
        let has_user = authority.as_str().contains('@');
        if has_user || authority.host().is_empty() || url.path() != "/" || url.query().is_some() {
            return Err(NoPublicUrl);
        }
        Ok(Self {
            secure,
            authority: authority.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(listen: &str, public: &[&str]) -> Hosts {
        let public: Vec<_> = public.iter().map(|url| url.parse().unwrap()).collect();
        Hosts::of(listen.parse().unwrap(), &public)
    }

    #[test]
    fn a_console_has_the_names_of_where_it_listens_and_its_public_ones() {
        let loopback = "localhost LOCALHOST:3000 127.0.0.1:3000 127.9.9.9 [::1]:80";
        let other = "example.com localhost.example.com 10.0.0.1:3000 [::]:80 0.0.0.0";
        for (hosts, ours, others) in [
            (Hosts::default(), loopback, other),
            (of("127.0.0.1", &[]), loopback, other),
            (
                of("127.0.0.1", &["https://a.example"]),
                "localhost a.example A.example:8443",
                "b.a.example example a.example.",
            ),
            (
                of("192.0.2.1", &["https://a.example:8443"]),
                "192.0.2.1 192.0.2.1:3000 a.example a.example:8443",
                "localhost 127.0.0.1 192.0.2.2",
            ),
            (
                of("2001:db8::1", &[]),
                "[2001:db8::1]:3000 [2001:DB8::1]",
                "[::1] [2001:db8::2]",
            ),
            (
                of("0.0.0.0", &["http://A.example", "http://b.example"]),
                "a.example b.example localhost",
                "0.0.0.0 192.0.2.1",
            ),
        ] {
            for ours in ours.split(' ') {
                assert!(hosts.hold(&ours.parse().unwrap()), "{ours} of {hosts:?}");
            }
            for other in others.split(' ') {
                assert!(!hosts.hold(&other.parse().unwrap()), "{other} of {hosts:?}");
            }
        }
        assert!(of("127.0.0.1", &[]).are_loopback());
        assert!(!of("127.0.0.1", &["https://a.example"]).are_loopback());
        assert!(!of("192.0.2.1", &[]).are_loopback());
    }

    #[test]
    fn a_public_url_has_scheme_and_host_and_nothing_else() {
        for (text, shown) in [
            ("https://a.example", "https://a.example"),
            ("HTTPS://a.example/", "https://a.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://a.example:8443", "https://a.example:8443"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "a.example",
            "//a.example",
            "ftp://a.example",
            "https://",
            "https://a.example/console",
            "https://a.example?x",
            "https://anna@a.example",
            "https://b\u{fc}cher.example",
        ] {
            assert_eq!(bad.parse::<PublicUrl>(), Err(NoPublicUrl), "{bad}");
        }
    }
}
