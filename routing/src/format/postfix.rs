//! Tables for Postfix, transport(5) and `smtp_tls_policy_maps` of postconf(5): for a gateway without
//! this service, or as a way out.

use super::known::Known;
use super::{List, VERSION};
use crate::domain::Domain;
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::pattern::Pattern;
use crate::postfix::{HELD, UNUSABLE};
use crate::route::Route;
use crate::scope::Scope;

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        "# {} {VERSION}: {}, as a Postfix table; see transport(5)\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// By the service that the look-up service would name, so that nothing goes out with less TLS.
pub(super) fn route(route: &Route, known: &Known, out: &mut String) {
    let transport = match known.service(&route.next_hops) {
        Some(service) => format!("{}:{}", service.name(), route.next_hops),
        None => UNUSABLE.to_owned(),
    };
    entries(&route.pattern, &transport, out);
}

/// The mail that removed routes hold.
pub(super) fn held(held: &[Pattern]) -> String {
    let mut out = String::new();
    if !held.is_empty() {
        out.push_str("# removed routes, holding queued mail\n");
    }
    for pattern in held {
        entries(pattern, HELD, &mut out);
    }
    out
}

pub(super) fn managed_domain(managed: &ManagedDomain, default: Option<&NextHop>, out: &mut String) {
    match managed.routing.as_ref().or(default) {
        Some(next_hop) => entry("", &managed.domain, &format!("relay:{next_hop}"), out),
        None => out.extend([
            "# ",
            managed.domain.as_str(),
            ": no routing of its own, and no default domain routing\n",
        ]),
    }
}

/// A scope of both takes two lines: transport(5) has no key for a domain and its subdomains at
/// once.
fn entries(pattern: &Pattern, transport: &str, out: &mut String) {
    let Pattern { domain, scope } = pattern;
    if Scope::covers_domain(*scope) {
        entry("", domain, transport, out);
    }
    if Scope::covers_subdomains(*scope) {
        entry(".", domain, transport, out);
    }
}

fn entry(mark: &str, domain: &Domain, transport: &str, out: &mut String) {
    out.extend([mark, domain.as_str(), " ", transport, "\n"]);
}

pub(super) fn tls_header(list: List, count: u64) -> String {
    let what = match list {
        List::Routes => "",
        // They go by Postfix's own service for relayed mail.
        List::ManagedDomains => " (none: main.cf says how managed domains are delivered to)",
    };
    format!(
        "# {} {VERSION}: {}, as TLS policies for Postfix{what}; see smtp_tls_policy_maps in \
         postconf(5)\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// The policy of each smart host once, however many routes lead there.
pub(super) fn tls_policies(route: &Route, known: &mut Known, out: &mut String) {
    for hop in route.next_hops.iter() {
        if known.is_first(hop) {
            let (key, policy) = (hop.to_string(), known.tls(hop).postfix(&hop.host));
            out.extend([&*key, " ", &policy, "\n"]);
        }
    }
}
