//! All that is known of one route, and the hosts that it tries.

mod facts;
mod hosts;

use access::Permission;
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use routing::{NextHop, Pattern, Route, Scope};
use store::{Asked, Change, Stored, Timestamp};

use self::facts::{Delays, Facts};
use self::hosts::{HostList, hosts_form};
use super::Frame;
use super::done::Done;
use super::form::Wrong;
use crate::list_state::{ListState, Open, RowRef};
use crate::listing::Listing;
use crate::operations::Publication;
use crate::shell::{Section, why_not};
use crate::wire::Notice;

/// The page's path; the query names the route: `?id=7`.
pub const ROUTE_PATH: &str = "/smtp/domains/smart-hosts/route";

const TITLE: &str = "Route details";
const PURPOSE: &str = "What this route says, and what has become of it.";

/// Where the page of a route is.
#[must_use]
pub fn route_href(id: store::RowId) -> String {
    format!("{ROUTE_PATH}?id={}", id.0)
}

/// All that the page is drawn from.
pub struct Details {
    /// The route as it is.
    pub route: Stored<Route>,
    /// The change that last wrote it; none if that is not in the log any more.
    pub change: Option<Change>,
    /// Whether Postfix is answered by it.
    pub publication: Publication,
    /// How often Postfix asked for it, if it ever did.
    pub asked: Option<Asked>,
    /// The hosts as they are typed, one a line.
    pub hosts: String,
    /// What is wrong with them.
    pub wrong: Vec<Wrong>,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Why the form as a whole was refused.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page of a route.
#[must_use]
pub fn route_page(frame: &Frame, details: Details) -> String {
    let title = name(&details.route.value.pattern);
    frame.subpage(Section::Domains, &title, PURPOSE, || {
        let Details {
            route,
            change,
            publication,
            asked,
            hosts,
            wrong,
            notice,
            alert,
            now,
        } = details;
        let row = RowRef {
            id: route.id.0,
            version: route.version.0,
        };
        let to_change = ListState::default().opening(Open::Delete(vec![row]));
        let to_change = to_change.href(Listing::SmartHosts.change_path());
        let may_change = why_not(Permission::EditRouting).is_none();
        let explain = explain_href(&route.value.pattern);
        let hops = route.value.next_hops.iter().cloned().collect();
        let here = route_href(route.id);
        let form = hosts_form(&route, &hosts, &wrong);
        view! {
            <Done notice return_to=here />
            {alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })}
            <section class="panel" aria-label=TITLE>
                <Facts route=route.value change publication asked now />
                <p class="form-buttons">
                    {may_change.then(|| view! { <a class="button" href=to_change>"Change\u{2026}"</a> })}
                    <a class="button" href=explain>"Where will mail go?"</a>
                </p>
            </section>
            <section class="panel" aria-labelledby="in-order">
                <h2 id="in-order">"Hosts, in the order in which they are tried"</h2>
                <HostList hops />
            </section>
            {form}
            <Delays />
        }
        .into_any()
    })
}

/// The page where there is no such route.
#[must_use]
pub fn no_route_page(frame: &Frame, message: &str) -> String {
    frame.subpage(Section::Domains, TITLE, "", || {
        view! {
            <section class="panel">
                <p>{message.to_owned()}</p>
                <p class="form-buttons">
                    <a class="button" href=Section::Domains.path()>"Show all routes"</a>
                </p>
            </section>
        }
        .into_any()
    })
}

/// The hosts of a route as they are typed: one a line, in order.
#[must_use]
pub fn lines(route: &Route) -> String {
    let lines: Vec<_> = route.next_hops.iter().map(line).collect();
    lines.join("\n")
}

fn line(hop: &NextHop) -> String {
    let host = hop
        .host
        .to_unicode()
        .unwrap_or_else(|| hop.host.to_string());
    if host.contains(':') {
        format!("[{host}]:{}", hop.port)
    } else {
        format!("{host}:{}", hop.port)
    }
}

/// A route's name in every form that people meet.
fn name(pattern: &Pattern) -> String {
    let dot = if pattern.scope == Scope::Subdomains {
        "."
    } else {
        ""
    };
    let domain = &pattern.domain;
    match domain.to_unicode() {
        Some(unicode) => format!("{dot}{unicode} ({dot}{domain})"),
        None => format!("{dot}{domain}"),
    }
}

/// Where the decision about a domain of this pattern is explained.
fn explain_href(pattern: &Pattern) -> String {
    // A subdomain is what such a route is for.
    let label = if pattern.scope == Scope::Subdomains {
        "any."
    } else {
        ""
    };
    format!(
        "/smtp/explain?address={label}{}",
        encoded(pattern.domain.as_str())
    )
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests;
