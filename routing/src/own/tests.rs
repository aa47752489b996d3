use super::{LoopError, Own};
use crate::Host;
use crate::host::HostName;
use proptest::prelude::*;
use std::net::IpAddr;

fn host(text: &str) -> Host {
    Host::parse(text).unwrap()
}

fn name(text: &str) -> HostName {
    match host(text) {
        Host::Name(name) => name,
        _ => panic!("{text} is no name"),
    }
}

fn own(loopback_allowed: bool) -> Own {
    let addresses = ["192.0.2.7", "2001:db8::7", "127.0.0.1"];
    Own::new(
        [name("Gateway.example.net"), name("gateway")],
        addresses.map(|address| address.parse::<IpAddr>().unwrap()),
        loopback_allowed,
    )
}

#[test]
fn knows_its_names_and_addresses_in_every_spelling() {
    for (typed, ours, with_loopback) in [
        ("gateway.example.net", true, true),
        ("GATEWAY.Example.net.", true, true),
        ("gateway", true, true),
        ("mail.example.net", false, false),
        ("a.gateway.example.net", false, false),
        ("192.0.2.7", true, true),
        ("::ffff:192.0.2.7", true, true),
        ("2001:DB8:0::7", true, true),
        ("192.0.2.8", false, false),
        ("127.0.0.1", false, true),
        ("127.9.9.9", false, true),
        ("::1", false, true),
        ("::ffff:127.0.0.1", false, true),
        ("mail.localhost", false, true),
    ] {
        assert_eq!(own(true).check(&host(typed)).is_err(), ours, "{typed}");
        assert_eq!(
            own(false).check(&host(typed)).is_err(),
            with_loopback,
            "{typed}"
        );
    }
    assert_eq!(Own::default().check(&host("127.0.0.1")), Ok(()));
}

#[test]
fn says_what_is_wrong() {
    let refused = |typed| own(false).check(&host(typed)).unwrap_err();
    assert_eq!(
        refused("gateway").to_string(),
        "gateway is this gateway: its mail would come back. Type the smart host's own name."
    );
    assert!(matches!(refused("192.0.2.7"), LoopError::Address { .. }));
    assert!(matches!(refused("::1"), LoopError::Loopback { .. }));
}

#[test]
fn finds_itself_among_what_a_name_resolves_to() {
    let found = |addresses: &[&str]| {
        let addresses = addresses.iter().map(|address| address.parse().unwrap());
        own(true).found_among(addresses.collect::<Vec<IpAddr>>())
    };
    assert_eq!(found(&["192.0.2.8", "2001:db8::8", "127.0.0.1"]), None);
    assert_eq!(
        found(&["192.0.2.8", "2001:db8::7"]),
        Some("2001:db8::7".parse().unwrap())
    );
}

proptest! {
    #[test]
    fn an_address_is_ours_however_it_is_written(address in any::<std::net::Ipv4Addr>()) {
        let own = Own::new([], [IpAddr::V4(address)], true);
        let mapped = IpAddr::V6(address.to_ipv6_mapped());
        prop_assert_eq!(own.has(IpAddr::V4(address)), own.has(mapped));
        prop_assert_eq!(own.has(mapped), !address.is_loopback());
    }
}
