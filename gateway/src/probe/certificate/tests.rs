use super::names::is_name_for;
use super::*;
use crate::probe::tests::NOW;
use crate::probe::tests::authority::{Authority, params, self_signed};

fn judge(sent: &[CertificateDer<'_>], trust: &Trust, expected: &str) -> Certificate {
    Certificate::judge(sent, trust, NOW, expected).unwrap()
}

#[test]
fn names_match_as_in_postfix() {
    for (name, expected, matches) in [
        ("mail.example.net", "mail.example.net", true),
        ("MAIL.example.net", "mail.Example.net", true),
        ("*.example.net", "mail.example.net", true),
        ("*.example.net", "a.mail.example.net", false),
        ("*.example.net", "example.net", false),
        ("*.net", "mail.net", false),
        ("*.example.net", ".example.net", true),
        ("*.example.net", ".mail.example.net", false),
        ("*.", "mail.", false),
        ("*", "mail", false),
        ("m*.example.net", "mail.example.net", false),
        ("mail.example.net", ".example.net", true),
        ("a.mail.example.net", ".example.net", true),
        ("example.net", ".example.net", false),
        (".example.net", ".example.net", false),
        ("badexample.net", ".example.net", false),
        ("ä.net", ".net", true),
        ("", "", true),
    ] {
        assert_eq!(
            is_name_for(name, expected),
            matches,
            "{name} for {expected}"
        );
    }
}

#[test]
fn the_common_name_counts_only_without_dns_names_and_addresses_only_for_addresses() {
    let authority = Authority::new();
    let trust = authority.trust();
    let with_both = authority.issue(&["mail.example.net"]);
    assert!(!judge(&with_both.chain, &trust, "Test server").name_matches);
    let address_only = authority.issue(&["192.0.2.1"]);
    let judged = judge(&address_only.chain, &trust, "192.0.2.1");
    assert!(judged.name_matches);
    assert_eq!(judged.names, ["192.0.2.1"]);
    assert!(!judge(&address_only.chain, &trust, "192.0.2.2").name_matches);
    // An address is no name, even where it looks like one.
    let address_as_name = authority.issue(&["mail.example.net"]);
    assert!(!judge(&address_as_name.chain, &trust, "192.0.2.1").name_matches);
    assert!(judge(&address_only.chain, &trust, "test Server").name_matches);
}

#[test]
fn tells_what_it_says() {
    let authority = Authority::new();
    let issued = authority.issue(&["mail.example.net", "*.example.org", "2001:db8::1"]);
    let judged = judge(&issued.chain, &authority.trust(), "mail.example.net");
    assert!(judged.is_verified(), "{judged:#?}");
    assert_eq!(judged.subject, "CN=Test server");
    assert_eq!(judged.issuer, "CN=Test CA");
    assert_eq!(judged.common_name.as_deref(), Some("Test server"));
    assert_eq!(
        judged.names,
        ["mail.example.net", "*.example.org", "2001:db8::1"]
    );
    assert_eq!(judged.not_before, "2026-01-01T00:00:00Z");
    assert_eq!(judged.not_after, "2030-01-01T00:00:00Z");
    assert_eq!(judged.days_left, 1081);
    assert_eq!(judged.problems, Vec::<String>::new());
    let octets: Vec<_> = judged.sha256.split(':').collect();
    assert_eq!(octets.len(), 32);
    assert_eq!(
        octets[0],
        format!("{:02X}", Sha256::digest(&issued.chain[0])[0])
    );
}

#[test]
fn the_end_is_near() {
    let authority = Authority::new();
    let mut soon = params(&["mail.example.net"]);
    soon.not_after = rcgen::date_time_ymd(2027, 1, 20);
    let judged = judge(
        &authority.issue_as(&soon).chain,
        &authority.trust(),
        "mail.example.net",
    );
    assert!(judged.is_verified());
    assert_eq!(judged.problems, ["It ends in 4 days, on 2027-01-20."]);
    // One that lives for six days only is not near its end with four of them left.
    soon.not_before = rcgen::date_time_ymd(2027, 1, 14);
    let judged = judge(
        &authority.issue_as(&soon).chain,
        &authority.trust(),
        "mail.example.net",
    );
    assert_eq!(judged.problems, Vec::<String>::new());
}

#[test]
fn what_is_not_trusted_is_told_apart() {
    let authority = Authority::new();
    let trust = authority.trust();
    let mut past = params(&["a.example"]);
    past.not_after = rcgen::date_time_ymd(2027, 1, 10);
    let mut future = params(&["a.example"]);
    future.not_before = rcgen::date_time_ymd(2028, 1, 1);
    let mut client = params(&["a.example"]);
    client.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let (below, intermediate) = authority.below();
    for (sent, problem) in [
        (authority.issue_as(&past).chain, "It ended on 2027-01-10."),
        (
            authority.issue_as(&future).chain,
            "It begins only on 2028-01-01.",
        ),
        (
            authority.issue_as(&client).chain,
            "It is not meant for servers.",
        ),
        (
            self_signed(&params(&["a.example"])).chain,
            "It is signed by itself",
        ),
        (
            below.issue(&["a.example"]).chain,
            "sends no intermediate certificate",
        ),
        (
            Authority::new()
                .issue(&["a.example"])
                .with(intermediate.clone())
                .chain,
            "It is not signed by a trusted certification authority.",
        ),
    ] {
        let judged = judge(&sent, &trust, "a.example");
        assert!(!judged.trusted && judged.name_matches);
        assert!(judged.problems[0].contains(problem), "{judged:#?}");
    }
    assert!(
        judge(
            &below.issue(&["a.example"]).with(intermediate).chain,
            &trust,
            "a.example"
        )
        .trusted
    );
}

#[test]
fn a_servers_own_certificate_among_the_authorities_is_trusted() {
    let mut own = params(&["a.example"]);
    for is_ca in [
        rcgen::IsCa::NoCa,
        rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained),
    ] {
        own.is_ca = is_ca;
        let issued = self_signed(&own);
        let trust = Trust::only(issued.chain.clone());
        assert!(judge(&issued.chain, &trust, "a.example").is_verified());
    }
    own.not_after = rcgen::date_time_ymd(2027, 1, 10);
    let issued = self_signed(&own);
    let trust = Trust::only(issued.chain.clone());
    assert!(!judge(&issued.chain, &trust, "a.example").trusted);
}

#[test]
fn rubbish_is_no_certificate() {
    let trust = Trust::only(Vec::new());
    assert!(Certificate::judge(&[], &trust, NOW, "a.example").is_none());
    let judged = judge(&[CertificateDer::from(vec![1, 2, 3])], &trust, "a.example");
    assert!(!judged.is_verified());
    assert_eq!(judged.problems, ["It cannot be read."]);
}
