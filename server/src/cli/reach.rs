//! Where the console listens, and how browsers reach it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::Failure;
use crate::http::client::Proxies;
use crate::http::{Hosts, PublicUrl, Reached};
use crate::limits::Limits;
use crate::listen::{self, Terms, Tls};

/// Where the console listens, and how browsers reach it.
#[derive(Clone, Debug, Args)]
pub(super) struct ReachArgs {
    /// The address to listen on; one that can be reached from the network needs --tls-cert or
    /// --trusted-proxy
    #[arg(
        long,
        env = "SMART_HOSTS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDRESS:PORT",
        value_parser = address
    )]
    pub(super) listen: SocketAddr,
    /// The certificate with which the console speaks TLS, in PEM form, followed by those that vouch
    /// for it; read again when it changes
    #[arg(
        long,
        env = "SMART_HOSTS_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM form
    #[arg(
        long,
        env = "SMART_HOSTS_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
    /// A proxy, or a network of proxies, which says by X-Forwarded-For who asks and by
    /// X-Forwarded-Proto whether by TLS; may be given several times
    #[arg(
        long = "trusted-proxy",
        env = "SMART_HOSTS_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "CIDR",
        value_parser = network
    )]
    trusted_proxies: Vec<IpNet>,
    /// What people type to come to the console, such as <https://console.example.com>; requests for
    /// other hosts are refused; may be given several times
    #[arg(
        long = "public-url",
        env = "SMART_HOSTS_PUBLIC_URL",
        value_delimiter = ',',
        value_name = "URL"
    )]
    public_urls: Vec<PublicUrl>,
    /// Let passwords cross the network in the clear
    #[arg(long, env = "SMART_HOSTS_INSECURE_HTTP", conflicts_with = "tls_cert")]
    insecure_http: bool,
}

/// Reads an address to listen on.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.replacen("localhost:", "127.0.0.1:", 1)
        .parse()
        .map_err(|_| "write an address and a port, like 127.0.0.1:3000 or [::1]:3000".to_owned())
}

/// Reads a network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = |text: &str| {
        text.parse()
            .map(|ip: IpAddr| IpNet::from(ip.to_canonical()))
    };
    text.parse()
        .or_else(|_| address(text))
        .map_err(|_| "write an address, or a network like 192.0.2.0/24 or 2001:db8::/32".to_owned())
}

impl ReachArgs {
    /// Whether they go together: nothing that people type may cross a network in the clear, unless
    /// they say that it may.
    ///
    /// # Errors
    /// What is missing or too much, as [`Failure::Usage`].
    pub(super) fn check(&self) -> Result<(), Failure> {
        let refuse = |why: String| Err(Failure::Usage(why));
        let listen = self.listen.ip();
        let has_proxy = !self.trusted_proxies.is_empty();
        let is_encrypted = self.tls_cert.is_some() || has_proxy;
        if !listen.is_loopback() && !is_encrypted && !self.insecure_http {
            return refuse(format!(
                "{listen} can be reached from the network, where passwords must not be read: give \
                 --tls-cert and --tls-key, or the --trusted-proxy that speaks TLS for the console. \
                 On a network that nobody else can listen to there is --insecure-http."
            ));
        }
        if listen.is_unspecified() && self.public_urls.is_empty() {
            return refuse(format!(
                "{listen} stands for all addresses: say with --public-url by which names browsers \
                 reach the console, such as --public-url https://console.example.com."
            ));
        }
        for url in &self.public_urls {
            if url.is_secure() && !is_encrypted {
                return refuse(format!(
                    "--public-url {url}: nobody speaks TLS. Give --tls-cert and --tls-key, or the \
                     --trusted-proxy that speaks it for the console."
                ));
            }
            if !url.is_secure() && self.tls_cert.is_some() {
                return refuse(format!(
                    "--public-url {url}: with --tls-cert the console speaks TLS only. Write https."
                ));
            }
            if !url.is_secure() && !url.is_loopback() && !self.insecure_http {
                return refuse(format!(
                    "--public-url {url}: passwords would cross the network in the clear. Let the \
                     proxy speak TLS and write https, or say --insecure-http."
                ));
            }
        }
        let secure = self.public_urls.iter().filter(|url| url.is_secure());
        let secure = secure.count();
        if has_proxy && self.tls_cert.is_none() && secure == 0 && !self.insecure_http {
            return refuse(
                "--trusted-proxy: say with --public-url https://\u{2026} what people type to come to the \
                 console, as they reach it through the proxy by TLS. Without it, cookies could not be \
                 kept to TLS. If the proxy itself is reached in the clear, say --insecure-http."
                    .to_owned(),
            );
        }
        if secure != 0 && secure != self.public_urls.len() {
            return refuse(
                "--public-url: either all of them are https, or none is: a sign-in by one would \
                 not count for the other."
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Warns of what is allowed and hardly meant.
    pub(super) fn warn(&self) {
        for proxies in self.everybody() {
            tracing::warn!(
                trusted_proxy = %proxies,
                "everybody is a trusted proxy: anybody may connect in the clear, and claim to be \
                 anywhere; name the proxy's own address"
            );
        }
    }

    /// Those of the trusted proxies that are everybody.
    fn everybody(&self) -> impl Iterator<Item = &IpNet> {
        let proxies = self.trusted_proxies.iter();
        proxies.filter(|proxies| proxies.prefix_len() == 0)
    }

    /// On which terms connections are taken.
    ///
    /// # Errors
    /// That certificate or key cannot be used.
    pub(super) fn terms(&self) -> Result<Terms, Failure> {
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::read(certificate, key)?),
            _ => None,
        };
        let is_in_the_clear = tls.is_none() && !self.listen.ip().is_loopback();
        Ok(Terms {
            tls,
            proxies: Proxies::new(self.trusted_proxies.clone()),
            proxies_only: is_in_the_clear && !self.insecure_http,
            limits: Limits::default().with_files(listen::open_at_most()),
        })
    }

    /// How browsers reach it.
    pub(super) fn reached(&self) -> Reached {
        Reached {
            secure: self.tls_cert.is_some() || self.public_urls.iter().any(PublicUrl::is_secure),
            hosts: Hosts::of(self.listen.ip(), &self.public_urls),
        }
    }

    /// What to type into a browser, once it listens on `address`.
    pub(super) fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.tls_cert.is_some() {
            "https"
        } else {
            "http"
        };
        match self.public_urls.first() {
            Some(url) => url.to_string(),
            None => format!("{scheme}://{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        reach: ReachArgs,
    }

    fn read(line: &str) -> Result<ReachArgs, String> {
        let words = ["serve"].into_iter().chain(line.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        line.reach.check().map_err(|error| error.to_string())?;
        Ok(line.reach)
    }

    #[test]
    fn nothing_crosses_a_network_in_the_clear_unasked() {
        const TLS: &str = "--tls-cert c --tls-key k";
        for good in [
            "",
            "--listen 127.1.2.3:80",
            "--listen localhost:3000",
            "--listen [::1]:0",
            "--public-url http://localhost:8080",
            "--listen 127.0.0.1:3000 --trusted-proxy 127.0.0.1 --public-url https://a.example",
            "--listen 192.0.2.1:443 --tls-cert c --tls-key k",
            "--listen 0.0.0.0:443 --tls-cert c --tls-key k --public-url https://a.example",
            "--listen 192.0.2.1:80 --trusted-proxy 192.0.2.0/24 --public-url https://a.example",
            "--listen [2001:db8::1]:80 --trusted-proxy 2001:db8::/64 --public-url https://a.example",
            "--trusted-proxy 127.0.0.1 --insecure-http",
            "--listen 192.0.2.1:443 --tls-cert c --tls-key k --trusted-proxy 192.0.2.9",
            "--listen 192.0.2.1:80 --insecure-http --public-url http://a.example",
        ] {
            read(good).unwrap();
        }
        for (bad, why) in [
            ("--listen 192.0.2.1:80", "--tls-cert"),
            (
                "--listen [::]:80 --public-url http://a.example",
                "--tls-cert",
            ),
            ("--listen 0.0.0.0:80 --insecure-http", "--public-url"),
            ("--trusted-proxy 127.0.0.1", "--public-url https://"),
            (
                "--trusted-proxy 127.0.0.1 --public-url http://localhost",
                "--public-url https://",
            ),
            ("--public-url https://a.example", "nobody speaks TLS"),
            ("--public-url http://a.example", "in the clear"),
            (
                format!("{TLS} --public-url http://a.example").as_str(),
                "https",
            ),
            (
                "--trusted-proxy ::1 --public-url http://localhost --public-url https://a.example",
                "either all",
            ),
            (
                format!("{TLS} --insecure-http").as_str(),
                "cannot be used with",
            ),
            ("--tls-cert c", "--tls-key"),
            ("--tls-key k", "--tls-cert"),
            ("--listen example.com:80", "127.0.0.1:3000"),
            ("--listen 3000", "127.0.0.1:3000"),
            ("--trusted-proxy proxy.example", "192.0.2.0/24"),
            ("--public-url console.example.com", "https://"),
        ] {
            let error = read(bad).unwrap_err();
            assert!(error.contains(why), "{bad}: {error}");
        }
    }

    #[test]
    fn everybody_is_no_proxy() {
        for (proxies, warned) in [
            ("0.0.0.0/0", 1),
            ("192.0.2.1,::/0", 1),
            ("10.0.0.0/8,2001:db8::/32", 0),
        ] {
            let line = format!("--trusted-proxy {proxies} --public-url https://a.example");
            let reach = read(&line).unwrap();
            assert_eq!(reach.everybody().count(), warned, "{proxies}");
        }
    }

    #[test]
    fn who_may_connect_follows_from_where_it_listens() {
        for (line, proxies_only, secure) in [
            ("", false, false),
            (
                "--trusted-proxy 127.0.0.1 --public-url https://a.example",
                false,
                true,
            ),
            (
                "--listen 192.0.2.1:80 --trusted-proxy 192.0.2.0/24 --public-url https://a.example",
                true,
                true,
            ),
            ("--listen 192.0.2.1:80 --insecure-http", false, false),
        ] {
            let reach = read(line).unwrap();
            assert_eq!(reach.terms().unwrap().proxies_only, proxies_only, "{line}");
            assert_eq!(reach.reached().secure, secure, "{line}");
        }
    }
}
