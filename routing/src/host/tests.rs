use super::{Host, split_host_port};
use crate::strategies;
use proptest::prelude::*;

#[test]
fn accepts_and_normalises() {
    for (typed, canonical) in [
        ("mail.example.net", "mail.example.net"),
        (" MAIL.example.NET. ", "mail.example.net"),
        ("relay", "relay"),
        ("[mail.example.net]", "mail.example.net"),
        ("192.0.2.1", "192.0.2.1"),
        ("[192.0.2.1]", "192.0.2.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::0001]", "2001:db8::1"),
        ("[IPv6:2001:db8::1]", "2001:db8::1"),
        ("[ipv6:::1]", "::1"),
        // RFC 5952, sections 4.2.2 and 4.2.3: one group is not shortened, the first longest run is.
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("fe80::1", "fe80::1"),
    ] {
        let host = Host::parse(typed).unwrap();
        assert_eq!(host.to_string(), canonical, "{typed:?}");
        assert_eq!(Host::parse(canonical), Ok(host), "{typed:?}");
    }
}

#[test]
fn refuses_with_a_sentence() {
    let v4 = "Type four numbers from 0 to 255, as in 192.0.2.1.";
    let one = "Type the address of one host.";
    let own = "stands for no particular host. Type the smart host's own address.";
    let empty = "Type a host name or an IP address, such as mail.example.net or 192.0.2.1.";
    for (typed, sentence) in [
        ("", empty.to_owned()),
        ("[]", empty.to_owned()),
        ("localhost", "localhost may mean 127.0.0.1 or ::1. Type the address.".into()),
        ("192.0.2.256", format!(r#""192.0.2.256" is no IPv4 address. {v4}"#)),
        ("192.0.2", format!(r#""192.0.2" is no IPv4 address. {v4}"#)),
        ("127.0.0.01", format!(r#""127.0.0.01" is no IPv4 address. {v4}"#)),
        ("2130706433", format!(r#""2130706433" is no IPv4 address. {v4}"#)),
        ("0x7f000001", format!(r#""0x7f000001" is no IPv4 address. {v4}"#)),
        ("0x7f.0.0.1", format!(r#""0x7f.0.0.1" is no IPv4 address. {v4}"#)),
        ("192.0.2.1.", format!(r#""192.0.2.1." is no IPv4 address. {v4}"#)),
        (
            "2001:db8:::1",
            r#""2001:db8:::1" is no IPv6 address. Type it as in 2001:db8::1."#.into(),
        ),
        (
            "[IPv6:192.0.2.1:1:1]",
            r#""192.0.2.1:1:1" is no IPv6 address. Type it as in 2001:db8::1."#.into(),
        ),
        (
            "fe80::1%eth0",
            r#""fe80::1%eth0" has more than an address in it. Type only fe80::1."#.into(),
        ),
        ("10.0.0.0/8", format!(r#""10.0.0.0/8" is a network. {one}"#)),
        ("2001:db8::/32", format!(r#""2001:db8::/32" is a network. {one}"#)),
        ("0.0.0.0", format!("0.0.0.0 {own}")),
        ("::", format!(":: {own}")),
        ("::ffff:0.0.0.0", format!("::ffff:0.0.0.0 {own}")),
        ("224.0.0.1", format!("224.0.0.1 is a multicast address. {one}")),
        ("239.255.255.255", format!("239.255.255.255 is a multicast address. {one}")),
        ("ff02::1", format!("ff02::1 is a multicast address. {one}")),
        ("::ffff:224.0.0.1", format!("::ffff:224.0.0.1 is a multicast address. {one}")),
        ("255.255.255.255", format!("255.255.255.255 is the broadcast address. {one}")),
        (
            "mail.example.net:2525",
            r#""mail.example.net:2525" ends in a port, which has a field of its own. Type mail.example.net here."#
                .into(),
        ),
        (
            "smtp://mail.example.net:25",
            r#""smtp://mail.example.net:25" is a web address or a path. Type mail.example.net."#
                .into(),
        ),
        (
            "user@mail.example.net",
            r#""user@mail.example.net" is a mail address. Type mail.example.net."#.into(),
        ),
        (
            "mail_1.example.net",
            r#""mail_1.example.net" has an underscore in it. Names have letters, digits, hyphens and dots only."#
                .into(),
        ),
        (
            "[mail.example.net",
            r#""[mail.example.net" has the character "[" in it. Names have letters, digits, hyphens and dots only."#
                .into(),
        ),
    ] {
        assert_eq!(Host::parse(typed).unwrap_err().to_string(), sentence, "{typed:?}");
    }
}

#[test]
fn splits_a_pasted_port() {
    for (typed, host, port) in [
        ("mail.example.net:2525", "mail.example.net", Some("2525")),
        (" 192.0.2.1:25 ", "192.0.2.1", Some("25")),
        ("[2001:db8::1]:587", "[2001:db8::1]", Some("587")),
        ("[mail.example.net]:587", "[mail.example.net]", Some("587")),
        ("mail.example.net:99999", "mail.example.net", Some("99999")),
        ("mail.example.net", "mail.example.net", None),
        ("2001:db8::1", "2001:db8::1", None),
        ("2001:db8::25", "2001:db8::25", None),
        ("[2001:db8::1]", "[2001:db8::1]", None),
        ("mail.example.net:smtp", "mail.example.net:smtp", None),
        ("mail.example.net:", "mail.example.net:", None),
        (":25", ":25", None),
        (
            "smtp://mail.example.net:25",
            "smtp://mail.example.net:25",
            None,
        ),
        ("[::1:25", "[::1:25", None),
        ("", "", None),
    ] {
        assert_eq!(split_host_port(typed), (host, port), "{typed:?}");
    }
}

#[test]
fn orders_and_serialises_as_its_text() {
    let mut hosts = [
        "relay",
        "2001:db8::1",
        "192.0.2.10",
        "a.example",
        "192.0.2.9",
    ]
    .map(|text| Host::parse(text).unwrap());
    hosts.sort();
    let texts = hosts.each_ref().map(ToString::to_string);
    assert_eq!(
        texts,
        [
            "192.0.2.10",
            "192.0.2.9",
            "2001:db8::1",
            "a.example",
            "relay"
        ]
    );
    let json = serde_json::to_string(&hosts).unwrap();
    assert_eq!(serde_json::from_str::<[Host; 5]>(&json).unwrap(), hosts);
    assert!(serde_json::from_str::<Host>(r#""0.0.0.0""#).is_err());
}

#[cfg(feature = "idna")]
#[test]
fn shows_unicode_where_it_differs() {
    let host = Host::parse("mail.bücher.example").unwrap();
    assert_eq!(host.to_string(), "mail.xn--bcher-kva.example");
    assert_eq!(host.to_unicode().as_deref(), Some("mail.bücher.example"));
    for typed in ["mail.example.net", "192.0.2.1", "::1"] {
        assert_eq!(Host::parse(typed).unwrap().to_unicode(), None);
    }
}

#[test]
fn warns_of_single_labels_and_special_names() {
    for (typed, cautions) in [
        ("relay", 1),
        ("relay.local", 1),
        ("mail.co.uk", 0),
        ("co.uk", 0),
    ] {
        assert_eq!(
            Host::parse(typed).unwrap().cautions().len(),
            cautions,
            "{typed}"
        );
    }
    assert_eq!(
        Host::parse("relay").unwrap().cautions()[0].to_string(),
        "relay is one word: Postfix looks it up without a search domain. A full name, such as \
         relay.example.com, is safer."
    );
}

proptest! {
    #[test]
    fn never_panics_and_is_idempotent(typed in strategies::name_like()) {
        let (host, port) = split_host_port(&typed);
        prop_assert!(typed.contains(host));
        prop_assert!(port.is_none_or(|port| typed.contains(port)));
        match Host::parse(&typed) {
            Ok(host) => prop_assert_eq!(Host::parse(&host.to_string()), Ok(host)),
            Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
        }
    }

    #[test]
    fn reads_what_it_displays(host in strategies::host(), port in strategies::port()) {
        prop_assert_eq!(host.to_string().parse(), Ok(host.clone()));
        let json = serde_json::to_string(&host).unwrap();
        prop_assert_eq!(serde_json::from_str::<Host>(&json).unwrap(), host.clone());
        let next_hop = crate::NextHop { host: host.clone(), port }.to_string();
        let (pasted_host, pasted_port) = split_host_port(&next_hop);
        prop_assert_eq!(Host::parse(pasted_host), Ok(host));
        prop_assert_eq!(crate::Port::parse(pasted_port.unwrap()), Ok(port));
    }

    #[test]
    fn orders_as_its_text(one in strategies::host(), two in strategies::host()) {
        prop_assert_eq!(one.cmp(&two), one.to_string().cmp(&two.to_string()));
    }
}
