use super::{TlsKind, TlsName, TlsPolicy};
use crate::{Host, NextHop, Port, strategies};
use proptest::prelude::*;

fn policy(text: &str) -> TlsPolicy {
    let (policy, name) = text.split_once(':').unwrap_or((text, ""));
    TlsPolicy::parse(policy, name).unwrap()
}

fn hop(host: &str, port: u16) -> NextHop {
    NextHop {
        host: Host::parse(host).unwrap(),
        port: Port::try_from(port).unwrap(),
    }
}

#[test]
fn reads_what_it_writes() {
    for name in TlsPolicy::NAMES {
        let policy = policy(name);
        assert_eq!(policy.as_str(), name);
        assert_eq!(policy.to_string(), name);
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(json, format!(r#"{{"tls":"{name}"}}"#));
        assert_eq!(serde_json::from_str::<TlsPolicy>(&json).unwrap(), policy);
    }
    let verified = policy(" Verified : Mail.Example.NET. ");
    assert_eq!(verified.to_string(), "verified:mail.example.net");
    let json = serde_json::to_string(&verified).unwrap();
    assert_eq!(json, r#"{"tls":"verified","tls_name":"mail.example.net"}"#);
    assert_eq!(serde_json::from_str::<TlsPolicy>(&json).unwrap(), verified);
}

#[test]
fn refuses_what_cannot_be() {
    for (policy, name, sentence) in [
        (
            "tls",
            "",
            r#""tls" is no TLS policy. Choose one of none, opportunistic, required, verified, implicit, implicit-verified."#,
        ),
        (
            "required",
            "mail.example.net",
            r#"The certificate's name "mail.example.net" would not be looked at. Choose verified or implicit-verified, or leave the name empty."#,
        ),
        (
            "verified",
            "192.0.2.1",
            r#""192.0.2.1" is an address. Type the name in the certificate, such as mail.example.net."#,
        ),
    ] {
        let refused = TlsPolicy::parse(policy, name).unwrap_err();
        assert_eq!(refused.to_string(), sentence);
    }
    assert!(TlsPolicy::parse("verified", "exa mple").is_err());
    assert!(serde_json::from_str::<TlsPolicy>(r#"{"tls":"none","tls_name":"a.example"}"#).is_err());
}

#[test]
fn the_default_goes_by_the_port() {
    for (port, name) in [
        (25, "opportunistic"),
        (465, "implicit"),
        (587, "required"),
        (2525, "required"),
        (10025, "required"),
    ] {
        let hop = hop("mail.example.net", port);
        let default = TlsPolicy::default_for(hop.port);
        assert_eq!(default.as_str(), name, "{port}");
        assert_eq!(default.check(&hop), Ok(()), "{port}");
    }
}

#[test]
fn ranks_what_is_demanded() {
    use TlsKind::{Implicit, StartTls};
    let ranks = TlsPolicy::NAMES.map(|name| {
        let policy = policy(name);
        (policy.kind(), policy.strength(), policy.is_required())
    });
    assert_eq!(
        ranks,
        [
            (StartTls, 0, false),
            (StartTls, 1, false),
            (StartTls, 2, true),
            (StartTls, 3, true),
            (Implicit, 2, true),
            (Implicit, 3, true),
        ]
    );
}

#[test]
fn a_port_that_is_encrypted_from_the_start_is_for_implicit_tls_only() {
    for name in TlsPolicy::NAMES {
        let policy = policy(name);
        let implicit = policy.kind() == TlsKind::Implicit;
        let works = |port| policy.check(&hop("mail.example.net", port)).is_ok();
        assert_eq!(works(465), implicit, "{name}");
        assert_eq!(works(25), !implicit, "{name}");
        assert_eq!(works(587), !implicit, "{name}");
        assert!(works(2525), "{name}");
    }
}

#[test]
fn the_name_in_the_certificate_is_the_chosen_one_or_the_hosts() {
    let named = Host::parse("mail.example.net").unwrap();
    for (text, expected) in [
        ("required", None),
        ("verified", Some("mail.example.net")),
        ("verified:mx.example.org", Some("mx.example.org")),
        ("implicit-verified:.example.org", Some(".example.org")),
        ("implicit-verified:*.example.org", Some(".example.org")),
    ] {
        let found = policy(text).certificate_name(&named);
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    for address in ["192.0.2.1", "2001:db8::1"] {
        let hop = hop(address, 587);
        assert!(policy("verified").check(&hop).is_err());
        assert_eq!(policy("verified:mx.example.org").check(&hop), Ok(()));
        assert_eq!(policy("required").check(&hop), Ok(()));
    }
}

proptest! {
    #[test]
    fn never_panics_and_is_canonical(policy in any::<String>(), name in strategies::name_like()) {
        let _ = TlsPolicy::parse(&policy, &name);
        if let Ok(name) = TlsName::parse(&name) {
            prop_assert_eq!(name.to_string().parse(), Ok(name));
        }
    }
}
