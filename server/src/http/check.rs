//! The check at every door: who asks, and whether they may.

use std::fmt::Write;

use app::error::AppError;
use app::operations::{Backend, Who};
use app::plain::account::SECOND_FACTOR_PATH;
use app::plain::import::IMPORT_PROGRESS_PATH;
use app::plain::sign_in::{
    SET_UP_PATH, SIGN_IN_PATH, SignInForm, forbidden_page, sign_in_page, unavailable_page,
};
use app::shell::Visitor;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::{SessionKey, SignedIn};
use tower_sessions::Session;

use super::client::ClientAddr;
use super::doors::Requirement;
use super::entry::kept::key_of;
use super::entry::milliseconds;
use super::live::CHANGES_PATH;
use super::way_back::way_back_or_first;
use super::{Common, Shared, carried};

/// What pages ask for by themselves. It is no use of a session, or one whose page is left open would
/// never end.
const UNATTENDED: [&str; 3] = [CHANGES_PATH, IMPORT_PROGRESS_PATH, "/api/list/rows"];

/// That somebody has passed the check. Only the check makes it.
#[derive(Clone)]
struct Passed(Who);

/// Who asked, on every answer to somebody; for the log.
#[derive(Clone)]
pub(super) struct AskedBy(pub(super) String);

/// Lets a request through if whoever asks may come in.
pub(super) async fn check(
    State((common, needs)): State<(Common, Requirement)>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    if needs == Requirement::Public {
        return next.run(request).await;
    }
    let key = session.id().map(key_of);
    let found = match key {
        Some(key) => common.store.signed_in(key, common.entry.lapse()).await,
        None => Ok(None),
    };
    let (key, found) = match (key, found) {
        (Some(key), Ok(Some(found))) => (key, found),
        (_, Ok(_)) => return signed_out(&common, request).await,
        (_, Err(error)) => return unavailable(&common, request.uri(), error),
    };
    if !UNATTENDED.contains(&request.uri().path()) {
        touch(&common, key, &found).await;
    }
    let lacks = found.lacks_second_factor && needs != Requirement::Arriving;
    let who = Who {
        name: found.person.name.to_string(),
        role: found.person.role,
        origin: ClientAddr::of(request.extensions()).0.to_string(),
        person: Some(found.person.id),
        session: Some(key),
    };
    if lacks {
        return must_set_up(&request);
    }
    if let Requirement::May(permission) = needs
        && let Some(why) = who.role.why_not(permission)
    {
        tracing::warn!(
            person = who.name,
            path = request.uri().path(),
            "not permitted"
        );
        return forbidden(&common, &request, &who, why);
    }
    let asked_by = AskedBy(who.name.clone());
    request.extensions_mut().insert(Passed(who));
    let mut response = next.run(request).await;
    response.extensions_mut().insert(asked_by);
    response
}

async fn touch(common: &Common, key: SessionKey, found: &SignedIn) {
    let now = (common.now)();
    if now.0.saturating_sub(found.seen.0) < milliseconds(common.entry.noted_every()) {
        return;
    }
    if let Err(error) = common.store.touch_session(key, now).await {
        // The session may end too early; what was asked for is answered.
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}

impl FromRequestParts<Common> for Shared {
    type Rejection = StatusCode;

    /// What a handler works with, on behalf of whoever has passed the check.
    async fn from_request_parts(parts: &mut Parts, common: &Common) -> Result<Self, StatusCode> {
        let passed = parts.extensions.get::<Passed>();
        // A fault of ours: a public door leads to a handler for somebody.
        let Passed(who) = passed.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(common.on_behalf_of(who.clone()))
    }
}

impl Common {
    fn on_behalf_of(&self, who: Who) -> Shared {
        Shared {
            backend: Backend {
                store: self.store.clone(),
                now: self.now,
                cautions: self.cautions.clone(),
                who,
            },
            options: self.options.clone(),
            tests: self.tests.clone(),
            explanations: self.explanations.clone(),
            checks: self.checks.clone(),
            entry: self.entry.clone(),
            imports: self.imports.clone(),
            live: self.live.clone(),
        }
    }
}

fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// An error of a server function, in the form in which they answer.
pub(super) fn api_error(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    match serde_json::to_string(error) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer to a request of nobody.
async fn signed_out(common: &Common, request: Request) -> Response {
    match common.entry.is_set_up().await {
        Ok(true) => {}
        Ok(false) if is_api(request.uri()) => return api_error(&AppError::SignedOut),
        Ok(false) => return Redirect::to(SET_UP_PATH).into_response(),
        Err(error) => return unavailable(common, request.uri(), error),
    }
    if is_api(request.uri()) {
        return api_error(&AppError::SignedOut);
    }
    if !request.method().is_safe() {
        return carry(common, request).await;
    }
    let asked = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    if lost_its_cookie(request.headers()) {
        return once_more(asked);
    }
    let asked = utf8_percent_encode(asked, NON_ALPHANUMERIC);
    Redirect::to(&format!("{SIGN_IN_PATH}?return_to={asked}")).into_response()
}

/// Whether a link of another site led here: browsers send no cookie along that is for this site only.
fn lost_its_cookie(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::COOKIE)
        && headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "cross-site")
        && headers
            .get("sec-fetch-mode")
            .is_none_or(|mode| mode == "navigate")
}

/// A page that asks for the same page again, now from this site itself, so that the cookie comes along.
fn once_more(asked: &str) -> Response {
    let asked = way_back_or_first(asked);
    let mut escaped = String::with_capacity(asked.len());
    for c in asked.chars() {
        match c {
            // All that may stand in the address of a request and means something in HTML.
            '&' | '\'' | '"' | '<' | '>' => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta http-equiv=\"refresh\" content=\"0;url={escaped}\"><title>Smart Hosts console</title>\
         <p><a href=\"{escaped}\">Go on to the console</a></p></html>"
    );
    Html(page).into_response()
}

/// The sign-in page, which carries the posted form along.
async fn carry(common: &Common, request: Request) -> Response {
    let headers = request.headers().clone();
    let carried = carried::take(request).await;
    let form = SignInForm {
        return_to: carried
            .as_ref()
            .map_or_else(|| "/".to_owned(), |carried| carried.page.clone()),
        carried,
        ..SignInForm::default()
    };
    let page = sign_in_page(&common.frame(&headers, None), form);
    (StatusCode::UNAUTHORIZED, Html(page)).into_response()
}

/// The way to the second factor, without which nothing else can be done.
fn must_set_up(request: &Request<Body>) -> Response {
    if is_api(request.uri()) {
        let why = "Everybody must have a second factor here. Set yours up under Your account.";
        return api_error(&AppError::Forbidden(why.to_owned()));
    }
    Redirect::to(SECOND_FACTOR_PATH).into_response()
}

fn forbidden(common: &Common, request: &Request<Body>, who: &Who, why: String) -> Response {
    if is_api(request.uri()) {
        return api_error(&AppError::Forbidden(why));
    }
    let visitor = Visitor {
        name: who.name.clone(),
        role: who.role,
    };
    let frame = common.frame(request.headers(), Some(visitor));
    (StatusCode::FORBIDDEN, Html(forbidden_page(&frame, &why))).into_response()
}

fn unavailable(common: &Common, uri: &Uri, error: store::Error) -> Response {
    let error = AppError::from(error);
    if is_api(uri) {
        return api_error(&error);
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    let frame = common.frame(&HeaderMap::new(), None);
    (status, Html(unavailable_page(&frame, &error.message()))).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_page_that_asks_once_more_holds_no_markup_of_the_address() {
        let asked = "/x/\"><script>?a=1&b='2'";
        let body = to_bytes(once_more(asked).into_body(), usize::MAX)
            .await
            .unwrap();
        let page = String::from_utf8(body.to_vec()).unwrap();
        assert!(page.contains("0;url=/x/&#34;&#62;&#60;script&#62;?a=1&#38;b=&#39;2&#39;\""));
        assert!(!page.contains("<script"));
    }

    #[tokio::test]
    async fn a_page_that_asks_once_more_leads_nowhere_else() {
        for asked in ["//evil.example/", "/\\evil.example/"] {
            let body = to_bytes(once_more(asked).into_body(), usize::MAX).await;
            let page = String::from_utf8(body.unwrap().to_vec()).unwrap();
            assert!(page.contains("0;url=/\""), "{page}");
            assert!(!page.contains("evil"), "{page}");
        }
    }
}
