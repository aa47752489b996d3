//! The service on HTTP.

pub mod client;
mod explain;
mod export;
mod forms;
mod gateway_health;
mod guard;
mod headers;
mod health;
mod held;
mod intake;
mod pages;
mod reached;
mod route;
mod site;
mod smart_hosts;
mod test;
mod theme;
mod typed;

use std::sync::{Arc, Once};

use app::forms::FormPage;
use app::listing::Listing;
use app::plain::Frame;
use app::plain::explain::EXPLAIN_PATH;
use app::plain::gateway::GATEWAY_PATH;
use app::plain::held::{HELD_PATH, RELEASE_PATH};
use app::plain::route::ROUTE_PATH;
use app::plain::smart_hosts::{DELETE_PATH, EDIT_PATH, SETTINGS_PATH};
use app::plain::test::TEST_PATH;
use axum::Router;
use axum::extract::FromRef;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{get, post};
use gateway::probe::Prober;
use leptos::config::LeptosOptions;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

use crate::Backend;
use crate::doctor::Doctor;
use crate::limits::Limits;
use explain::Explanations;
use gateway_health::Checks;
use test::Tests;

pub use intake::limited;
pub use reached::{Hosts, NoPublicUrl, PublicUrl, Reached};

/// Addresses above the pages: they lead to the first thing a person comes for.
const SHORT: [&str; 3] = ["/", "/smtp", "/smtp/domains"];

/// What handlers share.
#[derive(Clone)]
pub(crate) struct Shared {
    backend: Backend,
    options: LeptosOptions,
    tests: Tests,
    explanations: Explanations,
    checks: Checks,
}

impl FromRef<Shared> for Backend {
    fn from_ref(shared: &Shared) -> Self {
        shared.backend.clone()
    }
}

impl Shared {
    /// The frame of a page without a module.
    fn frame(&self, headers: &HeaderMap) -> Frame {
        Frame {
            options: self.options.clone(),
            theme: pages::theme(headers),
            problems: self.checks.doctor().problems(),
        }
    }
}

/// The whole service.
///
/// The layers, outermost first: every request is logged; every answer gets the security headers; a
/// panic becomes a 500; then come the guards, which turn a request away before anything reads it; then
/// the request is taken in whole, within limits.
///
/// `prober` makes the connection tests that people ask for, and knows who is asked for addresses;
/// `doctor` examines Postfix; `reached` says by which names browsers ask, and whether by TLS.
pub fn router(backend: Backend, prober: Prober, doctor: Doctor, reached: Reached) -> Router {
    let shared = Shared {
        backend,
        options: site::options(),
        explanations: Explanations::new(prober.names()),
        tests: Tests::new(prober),
        checks: Checks::new(doctor),
    };
    make_leptos_ready();

    let mut router = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/favicon.svg", get(site::favicon))
        .route("/pkg/{*file}", get(site::package))
        .route("/api/{*function}", post(pages::server_function))
        .route(app::shell::THEME_PATH, post(theme::choose))
        .route(TEST_PATH, get(test::ask).post(test::run))
        .route(SETTINGS_PATH, get(smart_hosts::list))
        .route(EDIT_PATH, get(smart_hosts::open).post(smart_hosts::save))
        .route(
            DELETE_PATH,
            get(smart_hosts::ask_delete).post(smart_hosts::delete),
        )
        .route(EXPLAIN_PATH, get(explain::page))
        .route(HELD_PATH, get(held::list))
        .route(RELEASE_PATH, get(held::ask).post(held::release))
        .route(
            GATEWAY_PATH,
            get(gateway_health::show).post(gateway_health::check),
        )
        .route(ROUTE_PATH, get(route::show).post(route::save));
    for short in SHORT {
        let first = async || Redirect::temporary(Listing::SmartHosts.path());
        router = router.route(short, get(first));
    }
    for page in FormPage::ALL {
        router = router.route(
            page.path(),
            get(pages::page)
                .post(move |shared, query, request| forms::post(page, shared, query, request)),
        );
    }
    for listing in Listing::ALL {
        router = router.route(
            listing.export_path(),
            get(move |backend, query| export::download(listing, backend, query)),
        );
    }
    let router = router.fallback(pages::other).with_state(shared);
    let reached = Arc::new(reached);
    limited(router, Limits::default())
        .layer(from_fn_with_state(reached.clone(), guard::same_origin))
        .layer(from_fn_with_state(reached.clone(), guard::own_host))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(reached, headers::secure))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(log::span)
                .on_response(log::response)
                // It would say of every 5xx what the line of the answer says.
                .on_failure(()),
        )
}

/// Sets leptos up for the tokio runtime, which it does while it lists the routes of an app.
///
/// Once and before the first request: while routes are listed, no resource in the whole process is
/// loaded, and a page that is being rendered meanwhile would wait for ever.
fn make_leptos_ready() {
    static READY: Once = Once::new();
    READY.call_once(|| drop(leptos_axum::generate_route_list(app::App)));
}

/// How requests are logged: one line each, with the path but not the query, which may hold what a
/// person searched for.
mod log {
    use std::time::Duration;

    use axum::extract::Request;
    use axum::response::Response;
    use tracing::Span;

    use super::client::ClientAddr;

    pub(super) fn span(request: &Request) -> Span {
        let ClientAddr(client) = ClientAddr::of(request.extensions());
        let path = request.uri().path();
        tracing::info_span!("request", %client, method = %request.method(), path)
    }

    pub(super) fn response(response: &Response, latency: Duration, _span: &Span) {
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::error!(status, duration_ms, "answered");
        } else {
            tracing::info!(status, duration_ms, "answered");
        }
    }
}
