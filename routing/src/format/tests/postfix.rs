//! The tables of Postfix, beside settings of smart hosts and removed routes.

use super::*;
use crate::{NextHops, Pattern, Scope, SmartHost, TlsPolicy, UserName};

fn hops(text: &str) -> NextHops {
    NextHops::parse(text).unwrap().unwrap()
}

fn set(next_hop: &str, policy: &str, name: &str, user: Option<&str>) -> SmartHost {
    SmartHost {
        tls: TlsPolicy::parse(policy, name).unwrap(),
        user: user.map(|user| UserName::parse(user).unwrap()),
        ..SmartHost::default_for(hops(next_hop).first().clone())
    }
}

fn settings() -> Vec<SmartHost> {
    vec![
        set("a.example.net:587", "verified", "", Some("gateway")),
        set("b.example.net:2525", "none", "", Some("gateway")),
        set(
            "c.example.net:2525",
            "implicit-verified",
            ".example.net",
            None,
        ),
        set("d.example.net:25", "none", "", None),
    ]
}

fn routes_to(lists: &[&str]) -> Vec<Route> {
    let names = [
        "one.example",
        "two.example",
        "three.example",
        "four.example",
    ];
    let route = |(name, list): (&str, &&str)| {
        let mut route = route_of(&format!("{name},x.example.net,25"));
        route.next_hops = hops(list);
        route
    };
    names.into_iter().zip(lists).map(route).collect()
}

fn written(format: Format, routes: &[Route], held: Vec<Pattern>) -> String {
    let mut writer = Writer::new(format, List::Routes, 0, None).knowing(settings(), held);
    let mut out = String::new();
    for route in routes {
        writer.route(route, &mut out);
    }
    out + &writer.footer()
}

#[test]
fn each_route_goes_by_the_service_that_its_settings_ask_for() {
    let routes = routes_to(&[
        "a.example.net:587, x.example.net:587",
        "b.example.net:2525, a.example.net:587",
        "c.example.net:2525, x.example.net:465",
        "c.example.net:2525, a.example.net:587",
    ]);
    assert_eq!(
        written(Format::Postfix, &routes, Vec::new()),
        "one.example smarthost:[a.example.net]:587, [x.example.net]:587\n\
         two.example smarthost-clear:[b.example.net]:2525, [a.example.net]:587\n\
         three.example smarthosts:[c.example.net]:2525, [x.example.net]:465\n\
         four.example retry:4.3.5 the smart host route cannot be used as it is\n"
    );
}

#[test]
fn policies_are_written_once_for_each_smart_host() {
    let routes = routes_to(&[
        "a.example.net:587, d.example.net:25",
        "a.example.net:587, b.example.net:2525",
        "c.example.net:2525",
        "x.example.net:25, x.example.net:465, x.example.net:587",
    ]);
    assert_eq!(
        written(Format::PostfixTls, &routes, Vec::new()),
        "[a.example.net]:587 secure match=a.example.net\n\
         [d.example.net]:25 none\n\
         [b.example.net]:2525 none\n\
         [c.example.net]:2525 secure match=.example.net\n\
         [x.example.net]:25 may\n\
         [x.example.net]:465 encrypt\n\
         [x.example.net]:587 encrypt\n"
    );
    let managed = write_managed_domains(Format::PostfixTls, &managed(), None);
    assert_eq!(managed.lines().count(), 1, "{managed}");
    assert!(!List::ManagedDomains.formats().contains(&Format::PostfixTls));
}

#[test]
fn removed_routes_hold_their_mail() {
    let held = [
        ("gone.example", Scope::Both),
        ("old.example", Scope::Domain),
    ];
    let held = held.map(|(name, scope)| Pattern::parse(name, scope).unwrap());
    let routes = routes_to(&["x.example.net:25"]);
    assert_eq!(
        written(Format::Postfix, &routes, held.to_vec()),
        "one.example smarthost:[x.example.net]:25\n\
         # removed routes, holding queued mail\n\
         gone.example retry:4.4.0 the smart host route was removed\n\
         .gone.example retry:4.4.0 the smart host route was removed\n\
         old.example retry:4.4.0 the smart host route was removed\n"
    );
    let policies = written(Format::PostfixTls, &routes, held.to_vec());
    assert!(!policies.contains("gone"), "{policies}");
}
