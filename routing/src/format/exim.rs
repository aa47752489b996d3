//! A file for Exim's `lsearch` and `partial-lsearch` lookups (Exim specification, chapters "File and
//! database lookups" and "The manualroute router").

use super::{List, VERSION, host_and_port};
use crate::domain::Domain;
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use crate::scope::Scope;
use std::iter;

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        "# {} {VERSION}: {}, for Exim's manualroute router\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// `partial1-lsearch` takes `*.example.com` for the domain itself, too. Where only its subdomains
/// are meant, an entry without hosts behind it makes the router decline the domain. A route for the
/// domain itself stands before it, and wins, for files are sorted and Exim takes the first.
pub(super) fn route(route: &Route, out: &mut String) {
    let domain = &route.pattern.domain;
    match route.pattern.scope {
        Scope::Domain => entry("", domain, route.next_hops.iter(), out),
        Scope::Both => entry("*.", domain, route.next_hops.iter(), out),
        Scope::Subdomains => {
            entry("*.", domain, route.next_hops.iter(), out);
            out.extend([domain.as_str(), ":\n"]);
        }
    }
}

pub(super) fn managed_domain(managed: &ManagedDomain, default: Option<&NextHop>, out: &mut String) {
    match managed.routing.as_ref().or(default) {
        Some(next_hop) => entry("", &managed.domain, iter::once(next_hop), out),
        None => out.extend([
            "# ",
            managed.domain.as_str(),
            ": no routing of its own, and no default domain routing\n",
        ]),
    }
}

/// `<;` makes the semicolon separate hosts, so that colons need not be doubled. There must be no
/// space in it: what follows one is taken for an option of the router.
fn entry<'a>(
    mark: &str,
    domain: &Domain,
    next_hops: impl Iterator<Item = &'a NextHop>,
    out: &mut String,
) {
    let hosts: Vec<_> = next_hops.map(host_and_port).collect();
    out.extend([mark, domain.as_str(), ": <;", &hosts.join(";"), "\n"]);
}
