use super::SmartHost;
use crate::{Comment, NextHop, NextHops, TlsPolicy, UserName};

fn hop(text: &str) -> NextHop {
    text.parse::<NextHops>().unwrap().first().clone()
}

fn policy(text: &str) -> TlsPolicy {
    TlsPolicy::parse(text, "").unwrap()
}

fn smart_host(hop_text: &str, tls: &str, user: &str, reason: &str) -> SmartHost {
    SmartHost {
        tls: policy(tls),
        user: UserName::parse(user).ok(),
        login_reason: Comment::parse(reason).unwrap(),
        ..SmartHost::default_for(hop(hop_text))
    }
}

#[test]
fn a_login_without_required_tls_needs_a_reason() {
    for (tls, user, reason, kept) in [
        ("none", "anna", "a test bench", Some("a test bench")),
        (
            "opportunistic",
            "anna",
            "a test bench",
            Some("a test bench"),
        ),
        ("none", "anna", "", None),
        ("opportunistic", "anna", "", None),
        ("required", "anna", "", Some("")),
        ("verified", "anna", "not needed", Some("")),
        ("none", "", "not needed", Some("")),
    ] {
        let checked = smart_host("mail.example.net:2525", tls, user, reason).checked();
        let found = checked.as_ref().ok().map(|host| host.login_reason.as_str());
        assert_eq!(found, kept, "{tls} {user}");
    }
    let refused = smart_host("mail.example.net:25", "none", "anna", "").checked();
    assert_eq!(
        refused.unwrap_err().to_string(),
        "With TLS \"none\" the password may be sent in the clear. Choose required or verified, or \
         give the reason why that is acceptable here."
    );
    assert!(
        smart_host("mail.example.net:465", "required", "", "")
            .checked()
            .is_err()
    );
}

#[test]
fn a_list_is_of_one_kind_and_never_gets_weaker() {
    let check = |policies: &str| {
        let policies: Vec<_> = policies.split(' ').map(policy).collect();
        let hops: Vec<_> = (1..=policies.len())
            .map(|n| format!("mail{n}.example.net:{n}"))
            .collect();
        let hops: NextHops = hops.join(" ").parse().unwrap();
        let policy_of = |hop: &NextHop| policies[usize::from(hop.port.get()) - 1].clone();
        hops.check_tls(policy_of).map_err(|error| error.to_string())
    };
    for good in [
        "none",
        "none opportunistic required verified none",
        "required verified required",
        "implicit implicit-verified",
        "verified verified",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    assert_eq!(
        check("required verified opportunistic").unwrap_err(),
        "[mail3.example.net]:3 has TLS \"opportunistic\", which is weaker than \"required\" of \
         [mail1.example.net]:1 before it. Set it to \"required\" or stronger, or leave it out."
    );
    assert_eq!(
        check("required implicit").unwrap_err(),
        "[mail1.example.net]:1 uses STARTTLS or no TLS, [mail2.example.net]:2 uses implicit TLS: all \
         hosts of a list must use the same. Choose hosts or ports of one kind, or set their TLS alike."
    );
    for bad in [
        "implicit required",
        "implicit-verified implicit",
        "opportunistic none",
    ] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

#[test]
fn serialises_flat() {
    for json in [
        r#"{"host":"mail.example.net","port":587,"tls":"verified","tls_name":".example.net","user":"anna","login_reason":"","comment":"note"}"#,
        r#"{"host":"::1","port":25,"tls":"none","tls_name":null,"user":null,"login_reason":"","comment":""}"#,
    ] {
        let host: SmartHost = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&host).unwrap(), json);
    }
}
