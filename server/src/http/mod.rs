//! The service on HTTP.

mod account;
mod activity;
mod carried;
mod change_many;
mod check;
pub mod client;
mod doors;
mod entry;
mod explain;
mod export;
mod extract;
mod form_page;
mod forms;
mod gateway_health;
mod guard;
mod headers;
mod health;
mod held;
mod import;
mod intake;
mod just_done;
mod live;
mod log;
mod pages;
mod people;
mod reached;
mod route;
mod set_up;
mod sign_in;
mod site;
mod smart_hosts;
mod test;
mod theme;
mod typed;
mod way_back;

use std::ops::Deref;
use std::sync::Arc;

use access::Permission;
use app::forms::FormPage;
use app::listing::Listing;
use app::plain::Frame;
use app::plain::account::{
    ACCOUNT_PATH, PASSWORD_PATH, RECOVERY_PATH, REMOVE_FACTOR_PATH, SECOND_FACTOR_PATH,
    SESSIONS_PATH,
};
use app::plain::activity::{
    ACTIVITY_EXPORT_PATH, ACTIVITY_PATH, AS_IT_WAS_PATH, LINES_PATH, RESTORE_PATH, UNDO_PATH,
};
use app::plain::explain::EXPLAIN_PATH;
use app::plain::gateway::GATEWAY_PATH;
use app::plain::held::{HELD_PATH, RELEASE_PATH};
use app::plain::import::IMPORT_SCRIPT_PATH;
use app::plain::people::{
    EDIT_PERSON_PATH, END_SESSIONS_PATH, PEOPLE_PATH, REMOVE_PERSON_PATH, REQUIRE_PATH,
    SET_PASSWORD_PATH,
};
use app::plain::route::ROUTE_PATH;
use app::plain::secrets::SHOW_PASSWORD_PATH;
use app::plain::sign_in::{CODE_PATH, SET_UP_PATH, SIGN_IN_PATH, SIGN_OUT_PATH};
use app::plain::smart_hosts::{DELETE_PATH, EDIT_PATH, SETTINGS_PATH};
use app::plain::test::TEST_PATH;
use app::shell::Visitor;
use axum::Router;
use axum::http::{HeaderMap, Method};
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use gateway::probe::Prober;
use leptos::config::LeptosOptions;
use store::{Store, Timestamp};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

use crate::doctor::Doctor;
use crate::limits::Limits;
use crate::{Backend, Cautions};
use doors::Doors;
pub use doors::{Door, Requirement};
use entry::Entry;
pub use entry::Sessions;
pub(crate) use entry::lapse;
use explain::Explanations;
use gateway_health::Checks;
use import::Imports;
use live::{CHANGES_PATH, Live};
pub use pages::FUNCTIONS;
pub use set_up::SetUpLink;
use test::Tests;

pub use intake::limited;
pub use reached::{Hosts, NoPublicUrl, PublicUrl, Reached};

/// Addresses above the pages: they lead to the first thing a person comes for.
const SHORT: [&str; 3] = ["/", "/smtp", "/smtp/domains"];

/// What the service is made of.
pub struct Console {
    /// Where everything is kept.
    pub store: Store,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Says what DNS has against the hosts that are saved.
    pub cautions: Cautions,
    /// Makes the connection tests that people ask for, and knows who is asked for addresses.
    pub prober: Prober,
    /// Examines Postfix.
    pub doctor: Doctor,
    /// How browsers reach it.
    pub reached: Reached,
    /// How sessions are kept.
    pub sessions: Sessions,
    /// The link by which the first administrator comes in.
    pub link: SetUpLink,
}

/// What every request is answered from, whoever asks. Clones, of which each request makes some, are the same.
#[derive(Clone)]
pub(crate) struct Common(Arc<Means>);

impl Deref for Common {
    type Target = Means;

    fn deref(&self) -> &Means {
        &self.0
    }
}

/// What [`Common`] is made of.
#[derive(Clone)]
pub(crate) struct Means {
    store: Store,
    now: fn() -> Timestamp,
    cautions: Cautions,
    options: LeptosOptions,
    tests: Tests,
    explanations: Explanations,
    checks: Checks,
    entry: Entry,
    imports: Imports,
    live: Live,
    link: SetUpLink,
    /// Where forms can be posted.
    forms: Vec<String>,
}

impl Common {
    /// The frame of a page without a module, for whoever is signed in or for nobody.
    fn frame(&self, headers: &HeaderMap, visitor: Option<Visitor>) -> Frame {
        Frame {
            options: self.options.clone(),
            theme: pages::theme(headers),
            problems: self.checks.doctor().problems(),
            visitor,
            scripts: headers::scripts(),
        }
    }

    /// Whether a form that was posted there can be posted there again.
    fn takes_forms(&self, path: &str) -> bool {
        self.forms.iter().any(|form| form == path)
    }
}

/// What a handler works with on behalf of somebody who has passed the check. Only the check makes it.
#[derive(Clone)]
pub(crate) struct Shared {
    backend: Backend,
    options: LeptosOptions,
    tests: Tests,
    explanations: Explanations,
    checks: Checks,
    entry: Entry,
    imports: Imports,
    live: Live,
}

impl Shared {
    fn visitor(&self) -> Visitor {
        Visitor {
            name: self.backend.who.name.clone(),
            role: self.backend.who.role,
        }
    }

    /// The frame of a page without a module.
    fn frame(&self, headers: &HeaderMap) -> Frame {
        Frame {
            options: self.options.clone(),
            theme: pages::theme(headers),
            problems: self.checks.doctor().problems(),
            visitor: Some(self.visitor()),
            scripts: headers::scripts(),
        }
    }
}

/// The whole service.
pub fn router(console: Console) -> Router {
    service(console).0
}

/// The whole service, and the table of its doors.
///
/// The layers, outermost first: every request is logged; every answer gets the security headers; a
/// panic becomes a 500; then come the guards, which turn a request away before anything reads it; then
/// the request is taken in whole, within limits, and its session is found. At each door stands the check of who may come in.
pub fn service(console: Console) -> (Router, Vec<Door>) {
    let entry = Entry::new(console.store.clone(), console.now, console.sessions);
    let layer = entry.layer();
    let mut means = Means {
        live: Live::new(console.store.clone()),
        store: console.store,
        now: console.now,
        cautions: console.cautions,
        options: site::options(),
        explanations: Explanations::new(console.prober.names()),
        tests: Tests::new(console.prober),
        checks: Checks::new(console.doctor),
        entry,
        imports: Imports::default(),
        link: console.link,
        forms: Vec::new(),
    };
    // Made twice: the pages that lead on after a sign-in must know which forms there are.
    let (_, table) = doors(Common(Arc::new(means.clone())));
    let forms = table.iter().filter(|door| door.method == Method::POST);
    means.forms = forms.map(|door| door.path.clone()).collect();
    let (router, table) = doors(Common(Arc::new(means)));
    let reached = Arc::new(console.reached);
    let router = limited(router.layer(layer), Limits::default())
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
        );
    (router, table)
}

/// Every path that is answered, and for whom.
fn doors(common: Common) -> (Router, Vec<Door>) {
    use Permission::{EditRouting, EditSmartHosts, Look, ManagePeople, Test};
    use Requirement::{Arriving, May, Public, SignedIn};

    let mut doors = Doors::new(common)
        .get("/healthz", Public, health::healthz)
        .get("/favicon.svg", Public, site::favicon)
        .get(SHOW_PASSWORD_PATH, Public, site::show_password)
        .get(IMPORT_SCRIPT_PATH, Public, site::import)
        .get("/pkg/{*file}", Public, site::package)
        .post(app::shell::THEME_PATH, Public, theme::choose)
        .get(SET_UP_PATH, Public, set_up::show)
        .post(SET_UP_PATH, Public, set_up::set_up)
        .get(SIGN_IN_PATH, Public, sign_in::show)
        .post(SIGN_IN_PATH, Public, sign_in::sign_in)
        .get(CODE_PATH, Public, sign_in::no_code)
        .post(CODE_PATH, Public, sign_in::code)
        .post(SIGN_OUT_PATH, Public, sign_in::sign_out)
        .get(ACCOUNT_PATH, SignedIn, account::show)
        .post(PASSWORD_PATH, SignedIn, account::set_password)
        .get(SECOND_FACTOR_PATH, Arriving, account::show_second_factor)
        .post(SECOND_FACTOR_PATH, Arriving, account::set_second_factor)
        .post(REMOVE_FACTOR_PATH, SignedIn, account::remove_second_factor)
        .post(RECOVERY_PATH, SignedIn, account::new_recovery_codes)
        .get(SESSIONS_PATH, SignedIn, account::sessions)
        .post(SESSIONS_PATH, SignedIn, account::end_sessions)
        .get(PEOPLE_PATH, May(ManagePeople), people::show)
        .post(PEOPLE_PATH, May(ManagePeople), people::add)
        .post(EDIT_PERSON_PATH, May(ManagePeople), people::edit)
        .get(REMOVE_PERSON_PATH, May(ManagePeople), people::ask_remove)
        .post(REMOVE_PERSON_PATH, May(ManagePeople), people::remove)
        .post(REQUIRE_PATH, May(ManagePeople), people::require)
        .get(SET_PASSWORD_PATH, May(ManagePeople), people::ask_password)
        .post(SET_PASSWORD_PATH, May(ManagePeople), people::set_password)
        .get(
            END_SESSIONS_PATH,
            May(ManagePeople),
            people::ask_end_sessions,
        )
        .post(END_SESSIONS_PATH, May(ManagePeople), people::end_sessions)
        .get(TEST_PATH, May(Look), test::ask)
        .post(TEST_PATH, May(Test), test::run)
        .get(SETTINGS_PATH, May(Look), smart_hosts::list)
        .get(EDIT_PATH, May(Look), smart_hosts::open)
        .post(EDIT_PATH, May(EditSmartHosts), smart_hosts::save)
        .get(DELETE_PATH, May(EditSmartHosts), smart_hosts::ask_delete)
        .post(DELETE_PATH, May(EditSmartHosts), smart_hosts::delete)
        .get(EXPLAIN_PATH, May(Look), explain::page)
        .get(ACTIVITY_PATH, May(Look), activity::list)
        .get(ACTIVITY_EXPORT_PATH, May(Look), activity::download)
        .get(LINES_PATH, May(Look), activity::lines)
        .get(UNDO_PATH, May(EditRouting), activity::ask_undo)
        .post(UNDO_PATH, May(EditRouting), activity::undo)
        .get(AS_IT_WAS_PATH, May(Look), activity::as_it_was)
        // It may bring settings of smart hosts back.
        .get(RESTORE_PATH, May(EditSmartHosts), activity::ask_restore)
        .post(RESTORE_PATH, May(EditSmartHosts), activity::restore)
        .get(HELD_PATH, May(Look), held::list)
        .get(RELEASE_PATH, May(EditRouting), held::ask)
        .post(RELEASE_PATH, May(EditRouting), held::release)
        .get(GATEWAY_PATH, May(Look), gateway_health::show)
        .post(GATEWAY_PATH, May(Test), gateway_health::check)
        .get(CHANGES_PATH, May(Look), live::changes)
        .get(ROUTE_PATH, May(Look), route::show)
        .post(ROUTE_PATH, May(EditRouting), route::save);
    for (endpoint, needs) in FUNCTIONS {
        let path = format!("/api/{endpoint}");
        doors = match needs {
            Public => doors.post(&path, needs, sign_in::function),
            _ => doors.post(&path, needs, pages::server_function),
        };
    }
    for short in SHORT {
        let first = async || Redirect::temporary(Listing::SmartHosts.path());
        doors = doors.get(short, May(Look), first);
    }
    for page in FormPage::ALL {
        doors = doors.get(page.path(), May(Look), pages::page).post(
            page.path(),
            May(EditRouting),
            move |shared, query, parts, form| forms::post(page, shared, query, parts, form),
        );
    }
    for listing in Listing::ALL {
        doors = doors.get(listing.export_path(), May(Look), move |shared, query| {
            export::download(listing, shared, query)
        });
        doors = doors
            .get(
                listing.change_path(),
                May(EditRouting),
                move |shared, query, headers| change_many::ask(listing, shared, query, headers),
            )
            .post(
                listing.change_path(),
                May(EditRouting),
                move |shared, query, headers, form| {
                    change_many::change(listing, shared, query, headers, form)
                },
            );
    }
    import::doors(doors).fallback(SignedIn, pages::other)
}
