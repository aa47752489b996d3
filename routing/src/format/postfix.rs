//! A table for Postfix, transport(5): for a gateway without this service, or as a way out.

use super::{List, VERSION};
use crate::domain::Domain;
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use std::fmt::Display;

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        "# {} {VERSION}: {}, as a Postfix table; see transport(5)\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// A scope of both takes two lines: transport(5) has no key for a domain and its subdomains at
/// once.
pub(super) fn route(route: &Route, out: &mut String) {
    let domain = &route.pattern.domain;
    if route.pattern.scope.covers_domain() {
        entry("", domain, &route.next_hops, out);
    }
    if route.pattern.scope.covers_subdomains() {
        entry(".", domain, &route.next_hops, out);
    }
}

pub(super) fn managed_domain(managed: &ManagedDomain, default: Option<&NextHop>, out: &mut String) {
    match managed.routing.as_ref().or(default) {
        Some(next_hop) => entry("", &managed.domain, next_hop, out),
        None => out.extend([
            "# ",
            managed.domain.as_str(),
            ": no routing of its own, and no default domain routing\n",
        ]),
    }
}

fn entry(mark: &str, domain: &Domain, next_hops: &dyn Display, out: &mut String) {
    out.extend([
        mark,
        domain.as_str(),
        " smtp:",
        &next_hops.to_string(),
        "\n",
    ]);
}
