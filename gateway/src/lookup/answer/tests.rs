use super::{Reply, answer};
use crate::lookup::index::Index;
use crate::lookup::settings::AllSettings;
use crate::lookup::testing::{held, index, managed, route};
use routing::{Account, NextHop, NextHops, Password, SmartHost, TlsPolicy, UserName};
use store::{Event, Invalid, ObjectKind, RowId, StoredLogin, Timestamp, Version};

fn ask(index: &Index, request: &str) -> String {
    answer(index, request.as_bytes(), Timestamp(1000), |_| {}).to_string()
}

fn hop(text: &str) -> NextHop {
    NextHops::parse(text).unwrap().unwrap().first().clone()
}

fn rules() -> Vec<Event> {
    vec![
        route(1, "one.example", "domain", "mail.example.net:587"),
        route(
            2,
            "two.example",
            "both",
            "a.example.net:587, b.example.net:2525",
        ),
        route(3, "tls.example", "domain", "mail.example.net:465"),
        route(
            4,
            "mixed.example",
            "domain",
            "mail.example.net:465, a.example.net:587",
        ),
        route(5, "v6.example", "domain", "[2001:db8::1]:25"),
        managed(6, "managed.example", "inner.example.net", "2525"),
        managed(7, "follows.example", "", ""),
        held(8, "gone.example", 1001),
        held(9, "over.example", 1000),
        Event::Invalid(Invalid {
            kind: ObjectKind::Route,
            id: RowId(10),
            pattern: "bad.example"
                .parse()
                .map(|domain| routing::Pattern {
                    domain,
                    scope: routing::Scope::Domain,
                })
                .unwrap(),
            detail: String::new(),
        }),
    ]
}

/// The table of what Postfix asks and what it must be answered.
#[test]
fn answers_by_the_table() {
    let index = index(&rules());
    for (request, reply) in [
        ("relay managed.example", "OK 1"),
        ("relay MANAGED.example", "OK 1"),
        ("relay sub.managed.example", "NOTFOUND "),
        ("relay one.example", "NOTFOUND "),
        ("relay [127.0.0.9]", "NOTFOUND "),
        ("relay ", "NOTFOUND "),
        ("relay", "NOTFOUND "),
        (
            "transport user@one.example",
            "OK smarthost:[mail.example.net]:587",
        ),
        (
            "transport User+Ext@ONE.example",
            "OK smarthost:[mail.example.net]:587",
        ),
        (
            "transport \"a b@c\"@one.example",
            "OK smarthost:[mail.example.net]:587",
        ),
        (
            "transport a b@c@one.example",
            "OK smarthost:[mail.example.net]:587",
        ),
        (
            "transport user@sub.two.example",
            "OK smarthost:[a.example.net]:587, [b.example.net]:2525",
        ),
        (
            "transport user@tls.example",
            "OK smarthosts:[mail.example.net]:465",
        ),
        ("transport user@v6.example", "OK smarthost:[2001:db8::1]:25"),
        (
            "transport user@managed.example",
            "OK relay:[inner.example.net]:2525",
        ),
        (
            "transport user@follows.example",
            "TEMP the managed domain has no routing of its own and there is no default domain routing",
        ),
        (
            "transport user@mixed.example",
            "OK retry:4.3.5 the smart host route cannot be used as it is",
        ),
        (
            "transport user@bad.example",
            "OK retry:4.3.5 the smart host route cannot be used as it is",
        ),
        (
            "transport user@gone.example",
            "OK retry:4.4.0 the smart host route was removed",
        ),
        ("transport user@over.example", "NOTFOUND "),
        ("transport user@elsewhere.example", "NOTFOUND "),
        ("transport *", "NOTFOUND "),
        ("transport ", "NOTFOUND "),
        ("transport root", "NOTFOUND "),
        ("sasl mail.example.net", "NOTFOUND "),
        ("sasl 2001:db8::1", "NOTFOUND "),
        ("sasl [mail.example.net]", "NOTFOUND "),
        ("sasl [mail.example.net]:587", "NOTFOUND "),
        (
            "sasl [mail.example.net]:588",
            "TEMP no route has this next hop",
        ),
        (
            "sasl [unknown.example.net]:587",
            "TEMP no route has this next hop",
        ),
        ("tls [mail.example.net]:587", "OK encrypt"),
        ("tls [mail.example.net]:465", "OK encrypt"),
        ("tls [2001:db8::1]:25", "OK may"),
        ("tls [inner.example.net]:2525", "OK encrypt"),
        (
            "tls [unknown.example.net]:25",
            "TEMP no route has this next hop",
        ),
        ("tls mail.example.net", "TEMP no route has this next hop"),
        ("about version", concat!("OK ", env!("CARGO_PKG_VERSION"))),
        ("about you", "NOTFOUND "),
        (
            "other key",
            "PERM there is no map other: there are relay, transport, sasl and tls",
        ),
        (
            "",
            "PERM there is no map : there are relay, transport, sasl and tls",
        ),
    ] {
        assert_eq!(ask(&index, request), reply, "{request}");
    }
}

#[test]
fn the_default_domain_routing_is_used_and_known() {
    let mut rules = rules();
    rules.push(Event::DefaultRouting(Some(hop("default.example.net:26"))));
    let index = index(&rules);
    let request = "transport user@follows.example";
    assert_eq!(ask(&index, request), "OK relay:[default.example.net]:26");
    assert_eq!(ask(&index, "tls [default.example.net]:26"), "OK encrypt");
}

#[test]
fn before_everything_has_been_read_mail_waits() {
    let index = Index::default();
    let mut reload = index.reload();
    reload.take(&rules());
    for request in [
        "relay one.example",
        "transport user@one.example",
        "transport *",
        "sasl [h]:1",
        "tls [h]:1",
    ] {
        assert!(ask(&index, request).starts_with("TEMP "), "{request}");
    }
    assert!(
        ask(&index, "about version").starts_with("OK "),
        "that much is known"
    );
    drop(reload);
    assert!(ask(&index, "relay one.example").starts_with("TEMP "));
}

#[test]
fn settings_of_smart_hosts() {
    let index = index(&rules());
    let account = Account {
        user: UserName::parse("gateway@example.com").unwrap(),
        password: Password::parse("pa:ss wörd".to_owned()).unwrap(),
    };
    let settings = |next_hop: &str, policy: &str, name: &str, login| {
        let host = SmartHost {
            tls: TlsPolicy::parse(policy, name).unwrap(),
            ..SmartHost::default_for(hop(next_hop))
        };
        (host, login)
    };
    let all = vec![
        settings(
            "mail.example.net:587",
            "verified",
            "",
            StoredLogin::Account(account),
        ),
        settings(
            "a.example.net:587",
            "verified",
            ".example.net",
            StoredLogin::Unreadable,
        ),
        settings(
            "b.example.net:2525",
            "implicit-verified",
            "b.example",
            StoredLogin::None,
        ),
        settings("[2001:db8::1]:25", "none", "", StoredLogin::None),
    ];
    index.apply(&[], AllSettings::new(all), Version(2));
    for (request, reply) in [
        (
            "sasl [mail.example.net]:587",
            "OK gateway@example.com:pa:ss wörd",
        ),
        ("sasl mail.example.net", "NOTFOUND "),
        (
            "sasl [a.example.net]:587",
            "TEMP the password of the smart host cannot be read: enter it again",
        ),
        ("sasl [b.example.net]:2525", "NOTFOUND "),
        (
            "tls [mail.example.net]:587",
            "OK secure match=mail.example.net",
        ),
        ("tls [a.example.net]:587", "OK secure match=.example.net"),
        ("tls [b.example.net]:2525", "OK secure match=b.example"),
        ("tls [2001:db8::1]:25", "OK none"),
        // The second host of the list wants another service than the first.
        (
            "transport user@two.example",
            "OK retry:4.3.5 the smart host route cannot be used as it is",
        ),
    ] {
        assert_eq!(ask(&index, request), reply, "{request}");
    }
    let reply = answer(&index, b"sasl [mail.example.net]:587", Timestamp(0), |_| {});
    assert!(!format!("{reply:?}").contains("ss w"), "{reply:?}");
    index.apply(&[], AllSettings::default(), Version(3));
    assert!(ask(&index, "transport user@two.example").starts_with("OK smarthost:"));
}

/// A password without TLS is let through by a service of its own, and only by that.
#[test]
fn a_login_in_the_clear_has_a_service_of_its_own() {
    let index = index(&rules());
    let login = |next_hop: &str, policy: &str, login| {
        let host = SmartHost {
            tls: TlsPolicy::parse(policy, "").unwrap(),
            ..SmartHost::default_for(hop(next_hop))
        };
        (host, login)
    };
    let account = StoredLogin::Account(Account {
        user: UserName::parse("gateway").unwrap(),
        password: Password::parse("secret".to_owned()).unwrap(),
    });
    let mut version = 2;
    let mut asked_with = |policy: &str, stored: StoredLogin, domain: &str| {
        let all = vec![
            login("a.example.net:587", policy, stored.clone()),
            login("mail.example.net:587", policy, stored),
        ];
        index.apply(&[], AllSettings::new(all), Version(version));
        version += 1;
        ask(&index, &format!("transport user@{domain}"))
    };
    for policy in ["none", "opportunistic"] {
        for stored in [account.clone(), StoredLogin::Unreadable] {
            assert_eq!(
                asked_with(policy, stored, "one.example"),
                "OK smarthost-clear:[mail.example.net]:587"
            );
        }
    }
    assert_eq!(
        asked_with("none", account.clone(), "two.example"),
        "OK smarthost-clear:[a.example.net]:587, [b.example.net]:2525",
    );
    for (policy, stored) in [("none", StoredLogin::None), ("required", account)] {
        assert_eq!(
            asked_with(policy, stored, "one.example"),
            "OK smarthost:[mail.example.net]:587"
        );
    }
}

#[test]
fn what_is_no_utf8_is_answered_too() {
    let index = index(&rules());
    let at = Timestamp(0);
    let found = answer(&index, b"transport \xff\xfe@one.example", at, |_| {});
    assert_eq!(
        found,
        Reply::Ok("smarthost:[mail.example.net]:587".to_owned())
    );
    let above = answer(&index, b"transport a@\xff.two.example", at, |_| {});
    assert!(matches!(above, Reply::Ok(_)), "{above:?}");
    assert!(matches!(
        answer(&index, b"\xff", at, |_| {}),
        Reply::Perm(_)
    ));
}

#[test]
fn tells_which_row_mail_goes_by() {
    let index = index(&rules());
    let mut asked = Vec::new();
    for request in [
        "transport a@one.example",
        "transport a@managed.example",
        "transport a@gone.example",
        "relay managed.example",
        "transport a@x.example",
    ] {
        answer(&index, request.as_bytes(), Timestamp(0), |row| {
            asked.push(row);
        });
    }
    assert_eq!(asked, [RowId(1), RowId(6)]);
}
