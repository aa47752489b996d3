//! The service on HTTP.

mod activity;
mod explain;
mod export;
mod forms;
mod gateway_health;
mod guard;
mod headers;
mod health;
mod held;
mod pages;
mod route;
mod site;
mod smart_hosts;
mod test;
mod theme;
mod typed;

use std::sync::Once;

use app::forms::FormPage;
use app::listing::Listing;
use app::plain::Frame;
use app::plain::activity::{
    ACTIVITY_EXPORT_PATH, ACTIVITY_PATH, AS_IT_WAS_PATH, RESTORE_PATH, UNDO_PATH,
};
use app::plain::explain::EXPLAIN_PATH;
use app::plain::gateway::GATEWAY_PATH;
use app::plain::held::{HELD_PATH, RELEASE_PATH};
use app::plain::route::ROUTE_PATH;
use app::plain::smart_hosts::{DELETE_PATH, EDIT_PATH, SETTINGS_PATH};
use app::plain::test::TEST_PATH;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::HeaderMap;
use axum::middleware::from_fn;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Router, middleware};
use gateway::probe::Prober;
use leptos::config::LeptosOptions;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

use crate::Backend;
use crate::doctor::Doctor;
use explain::Explanations;
use gateway_health::Checks;
use test::Tests;

/// The most a request body may hold, in bytes. A confirmation to delete 500 ticked rows has 20 KB.
const BODY_LIMIT: usize = 256 * 1024;

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
/// panic becomes a 500; then come the guards, which turn a request away before anything reads it.
///
/// `prober` makes the connection tests that people ask for, and knows who is asked for addresses;
/// `doctor` examines Postfix.
pub fn router(backend: Backend, prober: Prober, doctor: Doctor) -> Router {
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
        .route(ACTIVITY_PATH, get(activity::list))
        .route(ACTIVITY_EXPORT_PATH, get(activity::download))
        .route(UNDO_PATH, get(activity::ask_undo).post(activity::undo))
        .route(AS_IT_WAS_PATH, get(activity::as_it_was))
        .route(
            RESTORE_PATH,
            get(activity::ask_restore).post(activity::restore),
        )
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
    router
        .fallback(pages::other)
        .with_state(shared)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(guard::loopback_host))
        .layer(CatchPanicLayer::new())
        .layer(middleware::map_response(headers::secure))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(log::span)
                .on_response(log::response),
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

    pub(super) fn span(request: &Request) -> Span {
        tracing::info_span!("request", method = %request.method(), path = request.uri().path())
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
