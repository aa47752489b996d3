//! A table of relay hosts for OpenSMTPD: `action … relay domain <table>` in `smtpd.conf(5)`,
//! `table(5)`.

use super::{List, VERSION, host_and_port};
use crate::domain::Domain;
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use crate::tls::TlsPolicy;

/// Begins a comment on what the table cannot say.
const UNSAID: &str = "# not in OpenSMTPD: ";

pub(super) fn header(list: List, count: u64) -> String {
    format!(
        "# {} {VERSION}: {}, for OpenSMTPD's \"relay domain\"\n",
        list.file_stem(),
        list.counted(count)
    )
}

/// OpenSMTPD compares the keys of such a table letter by letter, and gives each one relay host:
/// subdomains, and hosts to try after the first, are left as comments for whoever writes the
/// configuration.
pub(super) fn route(route: &Route, out: &mut String) {
    let domain = &route.pattern.domain;
    for (at, next_hop) in route.next_hops.iter().enumerate() {
        if route.pattern.scope.covers_domain() {
            entry(if at == 0 { "" } else { UNSAID }, domain, next_hop, out);
        }
        if route.pattern.scope.covers_subdomains() {
            out.push_str(UNSAID);
            entry("*.", domain, next_hop, out);
        }
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

/// The protocol is what applies to the port when nothing else is said.
fn entry(mark: &str, domain: &Domain, next_hop: &NextHop, out: &mut String) {
    let protocol = match TlsPolicy::default_for(next_hop.port) {
        TlsPolicy::None | TlsPolicy::Opportunistic => "smtp",
        TlsPolicy::Required | TlsPolicy::Verified { .. } => "smtp+tls",
        TlsPolicy::Implicit | TlsPolicy::ImplicitVerified { .. } => "smtps",
    };
    out.extend([
        mark,
        domain.as_str(),
        " ",
        protocol,
        "://",
        &host_and_port(next_hop),
        "\n",
    ]);
}
