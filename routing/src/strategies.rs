//! Values for property tests: of every shape that the types allow, with a liking for the edges.

use crate::{
    Comment, Domain, Host, ManagedDomain, NextHop, NextHops, Pattern, Port, Route, Scope,
    parse_routes,
};
use proptest::option;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Text near the border between names and everything else, which `any::<String>()` seldom hits.
pub(crate) fn name_like() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9.-]{0,80}",
        3 => r"[ \t.*@:/\[\]%_a-z0-9üßא例。٣\u{200d}\u{ad}-]{0,30}",
        2 => "(xn--|XN--)?[a-z0-9-]{0,20}\\.[a-z]{0,70}",
        1 => r"[0-9.xa-f:\[\]]{0,40}",
        1 => any::<String>(),
    ]
}

fn label() -> impl Strategy<Value = String> {
    // No hyphens in third and fourth place.
    "[a-z0-9]{1,2}([a-z0-9](-?[a-z0-9]){0,20})?"
}

#[cfg(feature = "idna")]
fn any_label() -> impl Strategy<Value = String> {
    const UNICODE: [&str; 6] = ["bücher", "straße", "例え", "пример", "ไทย", "xn--bcher-kva"];
    prop_oneof![4 => label(), 1 => prop::sample::select(&UNICODE[..]).prop_map(str::to_owned)]
}

#[cfg(not(feature = "idna"))]
fn any_label() -> impl Strategy<Value = String> {
    label()
}

pub(crate) fn domain() -> impl Strategy<Value = Domain> {
    (prop::collection::vec(any_label(), 1..4), "[a-z]{2,8}").prop_map(|(labels, top)| {
        Domain::parse(&format!("{}.{top}", labels.join("."))).expect("labels of known shape")
    })
}

pub(crate) fn host() -> impl Strategy<Value = Host> {
    let name = prop_oneof![
        domain().prop_map(|domain| domain.to_string()),
        "[a-z][a-z0-9]{0,9}"
    ];
    let v4 = any::<Ipv4Addr>().prop_map(|address| address.to_string());
    let v6 = any::<Ipv6Addr>().prop_map(|address| address.to_string());
    prop_oneof![name, v4, v6].prop_filter_map("no host can have it", |text| Host::parse(&text).ok())
}

pub(crate) fn port() -> impl Strategy<Value = Port> {
    (1..=u16::MAX).prop_map(|number| Port::try_from(number).expect("not 0"))
}

pub(crate) fn next_hop() -> impl Strategy<Value = NextHop> {
    (host(), port()).prop_map(|(host, port)| NextHop { host, port })
}

pub(crate) fn next_hops() -> impl Strategy<Value = NextHops> {
    // Two that are alike are no list; so few are drawn that this is rare.
    let further = prop::collection::vec(next_hop(), 0..3);
    (next_hop(), further).prop_filter_map("one is there twice", |(first, further)| {
        NextHops::new(first, further).ok()
    })
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> {
    prop::sample::select(&Scope::ALL[..])
}

pub(crate) fn pattern() -> impl Strategy<Value = Pattern> {
    (domain(), scope()).prop_map(|(domain, scope)| Pattern { domain, scope })
}

pub(crate) fn comment() -> impl Strategy<Value = Comment> {
    let text = prop_oneof![
        2 => Just(String::new()),
        2 => r#"['=+@,"\#\\ \u{feff}\u{a0}{}-]{1,6}[a-z ,"]{0,6}"#,
        2 => r"\PC{0,40}",
        1 => r"\PC{255}",
    ];
    text.prop_filter_map("a line separator", |text| Comment::parse(&text).ok())
}

pub(crate) fn route() -> impl Strategy<Value = Route> {
    let enabled = prop::bool::weighted(0.8);
    (pattern(), next_hops(), comment(), enabled).prop_map(
        |(pattern, next_hops, comment, enabled)| Route {
            pattern,
            next_hops,
            comment,
            enabled,
        },
    )
}

pub(crate) fn managed_domain() -> impl Strategy<Value = ManagedDomain> {
    (domain(), option::of(next_hop()), comment()).prop_map(|(domain, routing, comment)| {
        ManagedDomain {
            domain,
            routing,
            comment,
        }
    })
}

/// A route from a line of the text format, for tables of cases.
pub(crate) fn route_of(line: &str) -> Route {
    let mut routes = parse_routes(crate::Format::Text, line).expect("a route");
    routes.pop().expect("one line")
}
