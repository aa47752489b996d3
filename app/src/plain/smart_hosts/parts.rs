//! What several of these pages show.

use leptos::prelude::*;
use routing::{NextHop, Route};
use store::Stored;

use super::NAMED;
use crate::list_state::{ListState, Place};
use crate::listing::{Listing, grouped};
use crate::operations::Listed;

/// Says what went wrong with the page as a whole.
#[component]
pub(super) fn Alert(alert: Option<String>) -> impl IntoView {
    alert.map(|alert| {
        view! {
            <div class="alert" role="alert">
                <p>{alert}</p>
            </div>
        }
    })
}

/// Host and port of the smart host that a form is about.
pub(super) fn which_fields(of: &NextHop) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="host" value=of.host.to_string() />
        <input type="hidden" name="port" value=of.port.to_string() />
    }
}

/// A number of domains: `no domain`, `1 domain`, `1,234 domains`.
pub(super) fn domains(routes: u64) -> String {
    match routes {
        0 => "No domain".to_owned(),
        1 => "1 domain".to_owned(),
        many => format!("{} domains", grouped(many)),
    }
}

/// How many domains use a smart host: `1 domain uses it`.
pub(super) fn used_by(routes: u64) -> String {
    let verb = if routes < 2 { "uses" } else { "use" };
    format!("{} {verb} it", domains(routes))
}

/// The list of routes, searched for a smart host.
pub(super) fn routes_href(of: &NextHop) -> String {
    let host = of.host.to_string();
    ListState::default()
        .searching(&host)
        .href(Listing::SmartHosts.path())
}

/// The first routes that use a smart host, each with the way to it; `routes` is how many there are.
pub(super) fn users(of: &NextHop, routes: u64, first: &[Stored<Route>]) -> AnyView {
    let all = (routes > u64::from(NAMED)).then(|| {
        let words = format!("Show all {}", grouped(routes));
        view! { <p class="form-hint"><a href=routes_href(of)>{words}</a></p> }
    });
    let names = first.iter().map(|route| {
        let row = Route::row(route);
        let at = ListState::default().at(Place::At(row.key.id));
        let href = format!("{}#row-{}", at.href(Listing::SmartHosts.path()), row.key.id);
        view! { <li><a href=href>{row.full_name()}</a></li> }
    });
    view! {
        <ul class="dialog-list">{names.collect_view()}</ul>
        {all}
    }
    .into_any()
}
