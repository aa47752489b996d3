use std::io;

use clap::Parser;
use gateway::postfix::{FileFacts, FileKind, Ran};

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    own: OwnArgs,
}

fn gather(arguments: &[&str]) -> Own {
    let line = [&["smart-hosts"], arguments].concat();
    let own = Line::try_parse_from(line).unwrap().own;
    own.gather_from(&Postfix, None)
}

/// A machine whose Postfix says this of itself.
struct Postfix;

impl System for Postfix {
    fn run(&self, words: &[&str], _: Option<&Path>, _: Duration) -> io::Result<Ran> {
        assert_eq!(words[0], "postconf");
        let stdout = "myhostname = postfix.example.net\nproxy_interfaces = 198.51.100.7\n";
        Ok(Ran {
            code: Some(0),
            stdout: stdout.to_owned(),
            ..Ran::default()
        })
    }

    fn facts(&self, _: &Path) -> io::Result<FileFacts> {
        Ok(FileFacts {
            kind: FileKind::File,
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 0,
        })
    }

    fn read(&self, _: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn names_in(&self, _: &Path) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn host(text: &str) -> Host {
    Host::parse(text).unwrap()
}

fn hop(text: &str) -> NextHop {
    text.parse::<routing::NextHops>().unwrap().first().clone()
}

pub(super) fn gateway() -> Own {
    Own::new([], ["192.0.2.7".parse().unwrap()], false)
}

#[test]
fn the_machine_and_the_named_ones_are_the_gateway() {
    let own = gather(&["--own-name", "gateway.example.net,mx.example.net"]);
    for ours in [
        "Gateway.example.net",
        "mx.example.net",
        "127.0.0.1",
        "::1",
        // As its Postfix says.
        "postfix.example.net",
        "198.51.100.7",
    ] {
        assert!(own.check(&host(ours)).is_err(), "{ours}");
    }
    assert!(own.check(&host("mail.example.net")).is_ok());
    for interface in if_addrs::get_if_addrs().unwrap() {
        assert!(own.has(interface.ip()), "{interface:?}");
    }
    let allowed = gather(&["--allow-loopback-hosts"]);
    assert!(allowed.check(&host("127.0.0.1")).is_ok());
    assert!(Line::try_parse_from(["smart-hosts", "--own-name", "192.0.2.1"]).is_err());
}

/// Stands for DNS, which tests do not ask.
pub(super) async fn dns(name: String) -> Vec<IpAddr> {
    let address = match name.as_str() {
        "loop.example.net" | "other-loop.example.net" => "192.0.2.7",
        "mail.example.net" => "192.0.2.8",
        _ => return Vec::new(),
    };
    vec![address.parse().unwrap()]
}

#[tokio::test]
async fn what_dns_says_is_a_caution() {
    let hops = [
        "mail.example.net",
        "loop.example.net:2525",
        "unknown.example.net",
    ]
    .map(|text| hop(text).host);
    let cautions = cautions_by(&gateway(), hops, dns).await;
    assert_eq!(
        cautions,
        [
            "loop.example.net is at 192.0.2.7 now, an address of this gateway: its mail would come back."
        ]
    );
}
