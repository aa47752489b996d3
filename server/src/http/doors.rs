//! The one way in which anything of the service is reached: every path and method with what must be
//! true of whoever asks for it.

use app::plain::sign_in::no_page;
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};

use access::Permission;

use super::form_page::form_page;
use super::{Common, check};

/// What must be true of whoever comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: everybody comes in.
    Public,
    /// Somebody is signed in, perhaps without the second factor that is required.
    Arriving,
    /// Somebody is signed in.
    SignedIn,
    /// Somebody is signed in who may do this.
    May(Permission),
}

/// A path and method that are answered, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The path, as axum writes it.
    pub path: String,
    /// The method; for `GET` also `HEAD`.
    pub method: Method,
    /// For whom.
    pub needs: Requirement,
}

/// Builds the service. Nothing can be added to it without saying for whom it is.
pub(super) struct Doors {
    router: Router<Common>,
    common: Common,
    table: Vec<Door>,
}

impl Doors {
    pub(super) fn new(common: Common) -> Self {
        Self {
            router: Router::new(),
            common,
            table: Vec::new(),
        }
    }

    /// Answers `GET` of a path.
    pub(super) fn get<H, T>(self, path: &str, needs: Requirement, handler: H) -> Self
    where
        H: Handler<T, Common>,
        T: 'static,
    {
        self.open((Method::GET, MethodFilter::GET), path, needs, handler)
    }

    /// Answers `POST` to a path.
    pub(super) fn post<H, T>(self, path: &str, needs: Requirement, handler: H) -> Self
    where
        H: Handler<T, Common>,
        T: 'static,
    {
        self.open((Method::POST, MethodFilter::POST), path, needs, handler)
    }

    fn open<H, T>(
        mut self,
        (method, filter): (Method, MethodFilter),
        path: &str,
        needs: Requirement,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Common>,
        T: 'static,
    {
        let guarded: MethodRouter<Common> = on(filter, handler).route_layer(from_fn_with_state(
            (self.common.clone(), needs),
            check::check,
        ));
        self.router = self.router.route(path, guarded);
        self.table.push(Door {
            path: path.to_owned(),
            method,
            needs,
        });
        self
    }

    /// The service, which answers whatever has no door by this handler, and the table of its doors.
    pub(super) fn fallback<H, T>(self, needs: Requirement, handler: H) -> (Router, Vec<Door>)
    where
        H: Handler<T, Common>,
        T: 'static,
    {
        let guarded = handler.layer(from_fn_with_state(
            (self.common.clone(), needs),
            check::check,
        ));
        let router = self
            .router
            .fallback(guarded)
            .method_not_allowed_fallback(other_method)
            .with_state(self.common);
        (router, self.table)
    }
}

/// The answer of a path that is there, but not for this method: as when somebody comes by its address
/// to what only a form is sent to.
async fn other_method(State(common): State<Common>, request: Request) -> Response {
    let asked = request.uri().path();
    let page = no_page(
        &common.frame(request.headers(), None),
        form_page(asked, &[]),
    );
    (StatusCode::METHOD_NOT_ALLOWED, Html(page)).into_response()
}
