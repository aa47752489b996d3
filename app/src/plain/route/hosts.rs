//! The hosts of a route: shown, and changed.

use access::Permission;
use leptos::prelude::*;
use routing::{NextHop, NextHops, Route};
use store::Stored;

use super::ROUTE_PATH;
use crate::panel::{WHY_NOT, WhyNot};
use crate::plain::form::{Wrong, problem};
use crate::plain::smart_hosts::{EDIT_PATH, href_of, name};
use crate::plain::test::TEST_PATH;
use crate::shell::why_not;

#[component]
pub(super) fn HostList(hops: Vec<NextHop>) -> impl IntoView {
    view! { <ol class="hops">{hops.into_iter().map(|hop| view! { <Hop hop /> }).collect_view()}</ol> }
}

#[component]
fn Hop(hop: NextHop) -> impl IntoView {
    let name = name(&hop);
    let links = [("Settings", EDIT_PATH), ("Test connection", TEST_PATH)];
    let links = links.map(|(words, path)| {
        let href = href_of(path, &hop, &[]);
        let of = format!(" of {name}");
        view! { " " <a href=href>{words}<span class="visually-hidden">{of}</span></a> }
    });
    view! { <li>{name} <span class="hop-links">{links.into_iter().collect_view()}</span></li> }
}

/// The form: one host a line, the first one first.
pub(super) fn hosts_form(route: &Stored<Route>, hosts: &str, wrong: &[Wrong]) -> AnyView {
    let problem = problem(wrong, "hosts");
    let text = text_of(hosts);
    let locked = why_not(Permission::EditRouting).is_some();
    let rows = hosts.lines().count().clamp(3, NextHops::MAX) + 1;
    view! {
        <form class="panel form" method="post" action=ROUTE_PATH novalidate autocomplete="off">
            <h2>"Change the hosts"</h2>
            <p>
                "One host and port a line. The first is tried first; the others follow where it cannot be \
                reached. All have the same kind of TLS, and none is weaker than the first."
            </p>
            <input type="hidden" name="id" value=route.id.0 />
            <input type="hidden" name="version" value=route.version.0 />
            <div class="field">
                <label for="hosts">"Hosts"</label>
                <textarea
                    id="hosts"
                    name="hosts"
                    rows=rows
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    disabled=locked
                    aria-invalid=problem.is_some().then_some("true")
                    aria-describedby="hosts-error"
                    inner_html=text
                ></textarea>
                <p class="field-error" id="hosts-error">{problem}</p>
            </div>
            <div class="form-buttons">
                <button type="submit" class="button button-primary" disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)>"Save"</button>
            </div>
            <WhyNot permission=Permission::EditRouting />
        </form>
    }
    .into_any()
}

/// What stands inside a text area. Text as such would be written there as it is, markup included.
/// A browser takes the first line break away, and only that one.
fn text_of(hosts: &str) -> String {
    format!("\n{}", hosts.replace('&', "&amp;").replace('<', "&lt;"))
}
