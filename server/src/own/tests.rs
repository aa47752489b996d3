use clap::Parser;
use routing::Input;
use store::By;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    own: OwnArgs,
}

fn gather(arguments: &[&str]) -> Own {
    let line = [&["smart-hosts"], arguments].concat();
    Line::try_parse_from(line).unwrap().own.gather()
}

fn host(text: &str) -> Host {
    Host::parse(text).unwrap()
}

fn hop(text: &str) -> NextHop {
    text.parse::<routing::NextHops>().unwrap().first().clone()
}

#[test]
fn the_machine_and_the_named_ones_are_the_gateway() {
    let own = gather(&["--own-name", "gateway.example.net,mx.example.net"]);
    for ours in ["Gateway.example.net", "mx.example.net", "127.0.0.1", "::1"] {
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
async fn dns(name: String) -> Vec<IpAddr> {
    let address = match name.as_str() {
        "loop.example.net" => "192.0.2.7",
        "mail.example.net" => "192.0.2.8",
        _ => return Vec::new(),
    };
    vec![address.parse().unwrap()]
}

fn gateway() -> Own {
    Own::new([], ["192.0.2.7".parse().unwrap()], false)
}

#[tokio::test]
async fn what_dns_says_is_a_caution() {
    let hops = [
        "mail.example.net",
        "loop.example.net:2525",
        "unknown.example.net",
    ]
    .map(hop);
    let cautions = cautions_by(&gateway(), hops, dns).await;
    assert_eq!(
        cautions,
        [
            "loop.example.net is at 192.0.2.7 now, an address of this gateway: its mail would come back."
        ]
    );
}

#[tokio::test]
async fn every_host_in_use_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("smart-hosts.db"))
        .await
        .unwrap();
    let by = By::new("anna", crate::clock::now());
    for (domain, further) in [
        ("example.com", "loop.example.net"),
        ("example.net", "192.0.2.7"),
    ] {
        let input = Input {
            domain: domain.to_owned(),
            relay_host: "mail.example.net".to_owned(),
            relay_port: "25".to_owned(),
            further_hosts: Some(further.to_owned()),
            ..Input::default()
        };
        store.add(&by, input.route().unwrap()).await.unwrap();
    }
    let default = Some(hop("loop.example.net"));
    store
        .set_default_routing(&by, store::Version(0), default)
        .await
        .unwrap();
    let cautions = all_cautions(&store, &gateway(), dns).await.unwrap();
    assert_eq!(cautions.len(), 3, "{cautions:?}");
    assert!(cautions[1].starts_with("192.0.2.7 is an address of this gateway"));
}
