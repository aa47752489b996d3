use super::{Field, FieldError, Input};
use crate::strategies::{self, route_of};
use proptest::prelude::*;

fn input(domain: &str, scope: &str, host: &str, port: &str) -> Input {
    Input {
        domain: domain.into(),
        scope: scope.into(),
        relay_host: host.into(),
        relay_port: port.into(),
        ..Input::default()
    }
}

fn errors<T: std::fmt::Debug>(read: Result<T, Vec<super::FieldError>>) -> Vec<(Field, String)> {
    let errors = read.unwrap_err().into_iter();
    errors.map(|error| (error.field, error.message)).collect()
}

#[test]
fn reads_routes() {
    for (domain, scope, host, port, route) in [
        (
            "Example.com",
            "",
            "mail.example.net",
            "25",
            "example.com,mail.example.net,25",
        ),
        (
            "example.com",
            "both",
            "192.0.2.1",
            "587",
            "example.com,192.0.2.1,587,both",
        ),
        ("*.example.com", "", "::1", "25", ".example.com,::1,25"),
        (
            ".example.com",
            "subdomains",
            "::1",
            "25",
            ".example.com,::1,25",
        ),
        (
            "example.com",
            "subdomains",
            "[::1]",
            "25",
            ".example.com,::1,25",
        ),
        // A pasted port.
        (
            "example.com",
            "",
            "a.example:2525",
            "",
            "example.com,a.example,2525",
        ),
        (
            "example.com",
            "",
            "a.example:2525",
            "25",
            "example.com,a.example,2525",
        ),
        (
            "example.com",
            "",
            "a.example:2525",
            " 02525 ",
            "example.com,a.example,2525",
        ),
        (
            "example.com",
            "",
            "[::1]:2525",
            "25",
            "example.com,::1,2525",
        ),
    ] {
        let read = input(domain, scope, host, port).route();
        assert_eq!(read, Ok(route_of(route)), "{domain} {scope} {host} {port}");
    }
}

#[test]
fn reports_every_field_at_once_in_order() {
    let mut typed = input("bob@example.com", "all", "0.0.0.0", "0");
    typed.comment = "a\nb".into();
    assert_eq!(
        errors(typed.route()),
        [
            (
                Field::Domain,
                r#""bob@example.com" is a mail address. Type example.com."#
            ),
            (
                Field::Scope,
                r#""all" is no scope. Choose one of domain, subdomains, both."#
            ),
            (
                Field::Host,
                "0.0.0.0 stands for no particular host. Type the smart host's own address."
            ),
            (
                Field::Port,
                r#""0" is out of range. Type a port from 1 to 65535; 25 is usual."#
            ),
            (
                Field::Comment,
                "The comment has a line break in it. Type one line."
            ),
        ]
        .map(|(field, message)| (field, message.to_owned()))
    );
    let empty = errors(Input::default().route());
    let fields: Vec<_> = empty.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, [Field::Domain, Field::Host, Field::Port]);
    assert_eq!(empty[2].1, "Type a port from 1 to 65535; 25 is usual.");
}

#[test]
fn refuses_what_contradicts_itself() {
    for (domain, scope, host, port, field, sentence) in [
        (
            ".example.com",
            "both",
            "a.example",
            "25",
            Field::Domain,
            r#"".example.com" means the subdomains only, but the scope is "Domain and subdomains". Type example.com, or choose "Subdomains only"."#,
        ),
        (
            "example.com",
            "",
            "a.example:2525",
            "587",
            Field::Port,
            "The host ends in port 2525, but this field says 587. Keep one of them.",
        ),
        (
            "example.com",
            "",
            "a.example:99999",
            "25",
            Field::Port,
            r#""99999" is out of range. Type a port from 1 to 65535; 25 is usual."#,
        ),
        (
            "example.com",
            "",
            "a.example:2525",
            "x",
            Field::Port,
            r#""x" is no port. Type digits only, from 1 to 65535; 25 is usual."#,
        ),
    ] {
        let read = input(domain, scope, host, port).route();
        assert_eq!(errors(read), [(field, sentence.to_owned())]);
    }
}

#[test]
fn reads_managed_domains() {
    for (scope, host, port, routing) in [
        ("", "", "", None),
        ("domain", " ", "25", None),
        ("", "192.0.2.1", "2525", Some("[192.0.2.1]:2525")),
        (
            "",
            "mail.example.com:2525",
            "25",
            Some("[mail.example.com]:2525"),
        ),
    ] {
        let typed = input("example.com", scope, host, port);
        let managed = typed.managed_domain().unwrap();
        assert_eq!(
            managed.routing.as_ref().map(ToString::to_string).as_deref(),
            routing
        );
        assert_eq!(typed.next_hop(), Ok(managed.routing));
    }
    for (domain, scope, host, port, field, sentence) in [
        (
            "example.com",
            "both",
            "",
            "",
            Field::Scope,
            r#"A managed domain has no subdomains. Choose "This domain", and add each subdomain by itself."#,
        ),
        (
            ".example.com",
            "",
            "",
            "",
            Field::Domain,
            r#"".example.com" starts with a dot. Type example.com."#,
        ),
        (
            "*.example.com",
            "",
            "",
            "",
            Field::Domain,
            r#""*.example.com" has a * in it. Type example.com."#,
        ),
        (
            "example.com",
            "",
            "",
            "2525",
            Field::Host,
            "Type the host for port 2525, or leave both empty.",
        ),
        (
            "example.com",
            "",
            "",
            "x",
            Field::Port,
            r#""x" is no port. Type digits only, from 1 to 65535; 25 is usual."#,
        ),
        (
            "example.com",
            "",
            "a.example",
            "",
            Field::Port,
            "Type a port from 1 to 65535; 25 is usual.",
        ),
    ] {
        let read = input(domain, scope, host, port).managed_domain();
        assert_eq!(errors(read), [(field, sentence.to_owned())]);
    }
}

#[test]
fn missing_form_fields_are_empty() {
    let typed: Input = serde_json::from_str(r#"{"domain":"example.com"}"#).unwrap();
    assert_eq!(typed, input("example.com", "", "", ""));
    assert_eq!(serde_json::to_string(&Field::Host).unwrap(), r#""host""#);
}

#[test]
fn refusals_leave_out_what_the_server_must_judge() {
    let typed = input("bücher.example", "", "xn--bcher-kva.example", "0");
    let fields: Vec<_> = typed
        .route_refusals()
        .iter()
        .map(|error| error.field)
        .collect();
    assert_eq!(fields, [Field::Port]);
    assert_eq!(typed.managed_domain_refusals().len(), 1);
    assert_eq!(typed.next_hop_refusals().len(), 1);
    let fine = input("bücher.example", "", "xn--bcher-kva.example", "25");
    assert_eq!(fine.route_refusals(), []);
    assert_eq!(fine.route().is_ok(), cfg!(feature = "idna"));
}

#[test]
fn reads_further_hosts() {
    let with = |further: Option<&str>| Input {
        further_hosts: further.map(str::to_owned),
        ..input("example.com", "", "a.example", "587")
    };
    for nothing in [None, Some(""), Some(" , ")] {
        let route = with(nothing).route().unwrap();
        assert_eq!(route.next_hops.len(), 1);
        assert!(with(nothing).managed_domain().is_ok() || nothing == Some(" , "));
    }
    let route = with(Some("b.example:587, [::1]:25")).route().unwrap();
    assert_eq!(
        route.next_hops.to_string(),
        "[a.example]:587, [b.example]:587, [::1]:25"
    );
    for (further, message) in [
        (
            "A.EXAMPLE:587",
            "[a.example]:587 is in the list twice. Keep one.",
        ),
        (
            "0.0.0.0",
            r#""0.0.0.0": 0.0.0.0 stands for no particular host. Type the smart host's own address."#,
        ),
    ] {
        assert_eq!(
            errors(with(Some(further)).route()),
            [(Field::FurtherHosts, message.to_owned())]
        );
    }
    assert_eq!(
        errors(with(Some("b.example")).managed_domain()),
        [(
            Field::FurtherHosts,
            "A managed domain has one host. Leave the further hosts empty.".to_owned()
        )]
    );
}

#[test]
fn a_route_is_enabled_unless_it_says_otherwise() {
    let typed = |enabled: Option<&str>| Input {
        domain: "example.com".into(),
        relay_host: "a.example".into(),
        relay_port: "25".into(),
        enabled: enabled.map(str::to_owned),
        ..Input::default()
    };
    for (enabled, is) in [
        (None, true),
        (Some(""), true),
        (Some("no"), false),
        (Some("yes"), true),
    ] {
        assert_eq!(typed(enabled).route().unwrap().enabled, is);
    }
    let errors = typed(Some("perhaps")).route().unwrap_err();
    assert_eq!(errors[0].field, Field::Enabled);
    // Nobody would know where mail for it goes.
    assert!(typed(Some("yes")).managed_domain().is_ok());
    let errors = typed(Some("no")).managed_domain().unwrap_err();
    assert_eq!(
        errors,
        [FieldError::new(
            Field::Enabled,
            "A managed domain cannot be disabled. Delete it instead."
        )]
    );
}

proptest! {
    #[test]
    fn never_panics(
        domain in strategies::name_like(),
        scope in any::<String>(),
        host in strategies::name_like(),
        port in "[0-9 +x]{0,7}",
        comment in any::<String>(),
        further in prop::option::of(strategies::name_like()),
        enabled in prop::option::of("(yes|no|[a-z ]{0,4})"),
    ) {
        let typed = Input {
            domain, scope, relay_host: host, relay_port: port, comment, further_hosts: further,
            enabled,
        };
        for errors in [
            typed.route().map(drop),
            typed.managed_domain().map(drop),
            typed.next_hop().map(drop),
        ]
        .into_iter()
        .filter_map(Result::err)
        {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.is_sorted_by_key(|error| error.field));
            prop_assert!(errors.windows(2).all(|two| two[0].field != two[1].field));
        }
    }
}
