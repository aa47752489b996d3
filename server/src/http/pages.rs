//! Pages rendered on the server, and the server functions that they call once alive.

use access::Permission;
use app::forms::FormPage;
use app::listing::Listing;
use app::operations::{Opened, open};
use app::plain::account::{ACCOUNT_PATH, SESSIONS_PATH};
use app::plain::activity::{ACTIVITY_PATH, AS_IT_WAS_PATH, LINES_PATH, RESTORE_PATH, UNDO_PATH};
use app::plain::explain::EXPLAIN_PATH;
use app::plain::gateway::GATEWAY_PATH;
use app::plain::held::{HELD_PATH, RELEASE_PATH};
use app::plain::import::IMPORT_PATH;
use app::plain::people::PEOPLE_PATH;
use app::plain::route::ROUTE_PATH;
use app::plain::smart_hosts::{DELETE_PATH, EDIT_PATH, SETTINGS_PATH};
use app::plain::test::TEST_PATH;
use app::shell::{Content, THEME_COOKIE, Theme, document};
use app::wire::Refused;
use axum::extract::Request;
use axum::http::header::COOKIE;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;

use super::{Requirement, SHORT, Shared};

/// Pages that load no module.
const PLAIN: [&str; 18] = [
    ACCOUNT_PATH,
    SESSIONS_PATH,
    PEOPLE_PATH,
    ACTIVITY_PATH,
    LINES_PATH,
    UNDO_PATH,
    AS_IT_WAS_PATH,
    RESTORE_PATH,
    TEST_PATH,
    GATEWAY_PATH,
    ROUTE_PATH,
    SETTINGS_PATH,
    EDIT_PATH,
    DELETE_PATH,
    EXPLAIN_PATH,
    HELD_PATH,
    RELEASE_PATH,
    IMPORT_PATH,
];

/// Renders the page at the request's path; an unknown path gives the page that says so, with 404.
pub(super) async fn page(shared: Shared, request: Request) -> Response {
    render(shared, request, None).await
}

/// Answers for a path that is nobody's: with the way to a page that stands there but for slashes at
/// the end, else with the page that says that there is none.
pub(super) async fn other(shared: Shared, request: Request) -> Response {
    let pages = FormPage::ALL.map(FormPage::path);
    let change = Listing::ALL.map(Listing::change_path);
    let imports = Listing::ALL.map(Listing::import_path);
    let mut known = pages
        .iter()
        .chain(&SHORT)
        .chain(&PLAIN)
        .chain(&change)
        .chain(&imports);
    let path = request.uri().path();
    let wanted = path.trim_end_matches('/');
    if wanted != path && known.any(|known| *known == wanted) {
        let query = request.uri().query().map(|query| format!("?{query}"));
        let page = format!("{wanted}{}", query.unwrap_or_default());
        return Redirect::permanent(&page).into_response();
    }
    page(shared, request).await
}

/// Renders a page, as the answer to a refused form if there is one.
pub(super) async fn render(shared: Shared, request: Request, refused: Option<Refused>) -> Response {
    let uri = request.uri();
    let (status, content) = match FormPage::at(uri.path()) {
        None => (StatusCode::NOT_FOUND, Content::Missing),
        Some(page) => {
            let query = uri.query().unwrap_or_default();
            match open(&shared.backend, page, query, refused).await {
                Ok(Opened {
                    moved: Some(address),
                    ..
                }) => return Redirect::to(&address).into_response(),
                Ok(opened) => {
                    let status = if opened.is_there {
                        StatusCode::OK
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    (status, Content::Alive(page, Box::new(opened.first)))
                }
                Err(error) => {
                    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
                    (status, Content::Failed(page, error))
                }
            }
        }
    };
    let here = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let frame = shared.frame(request.headers());
    (status, Html(document(&frame, here, content))).into_response()
}

/// Every server function by its endpoint, and for whom it is.
pub const FUNCTIONS: [(&str, Requirement); 8] = [
    ("list/page", Requirement::May(Permission::Look)),
    ("list/rows", Requirement::May(Permission::Look)),
    ("list/save", Requirement::May(Permission::EditRouting)),
    ("list/delete", Requirement::May(Permission::EditRouting)),
    ("default-routing/read", Requirement::May(Permission::Look)),
    (
        "default-routing/save",
        Requirement::May(Permission::EditRouting),
    ),
    ("history/undo", Requirement::May(Permission::EditRouting)),
    ("session/sign-in", Requirement::Public),
];

/// Runs the server function at the request's path.
pub(super) async fn server_function(shared: Shared, request: Request) -> Response {
    let backend = shared.backend;
    run_function(request, move || provide_context(backend.clone())).await
}

/// Runs the server function at the request's path in this context.
pub(super) async fn run_function(
    request: Request,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// The colour scheme that the request's cookie asks for.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(name, _)| *name == THEME_COOKIE)
        .find_map(|(_, value)| value.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_is_read_from_its_cookie() {
        let mut headers = HeaderMap::new();
        assert_eq!(theme(&headers), Theme::System);
        headers.insert(COOKIE, "a=b; theme=dark; c=d".parse().unwrap());
        assert_eq!(theme(&headers), Theme::Dark);
        headers.insert(COOKIE, "theme=<script>".parse().unwrap());
        assert_eq!(theme(&headers), Theme::System);
    }
}
