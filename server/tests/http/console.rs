//! A service on a store of its own, and short words for asking it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use access::Role;
use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use gateway::probe::{Names, Prober, Trust};
use routing::{Host, HostName, Input, ManagedDomain, Route};
use rusqlite::OpenFlags;
use server::doctor::{Doctor, Look};
use server::http::{Door, Reached};
use server::{Cautions, Sessions, SetUpLink, service};
use store::{By, RowId, Selection, SessionKey, Store, Stored, StoredSession, Timestamp};
use tempfile::TempDir;
use tower::ServiceExt;

/// The page of smart hosts.
pub(crate) const SMART_HOSTS: &str = "/smtp/domains/smart-hosts";
/// The page of managed domains.
pub(crate) const MANAGED_DOMAINS: &str = "/smtp/domains/managed-domains";
/// The page of default domain routing.
pub(crate) const DEFAULT_ROUTING: &str = "/smtp/domains/default-domain-routing";

/// What the stream of changes is.
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// A service on a store of its own.
pub(crate) struct Console {
    router: Router,
    /// What it answers, and for whom.
    pub(crate) doors: Vec<Door>,
    /// The store behind the service.
    pub(crate) store: Store,
    /// What examines Postfix for it.
    pub(crate) doctor: Doctor,
    folder: TempDir,
}

/// What a service is made of.
struct Parts {
    now: fn() -> Timestamp,
    names: Names,
    look: Look,
    cautions: Cautions,
    reached: Reached,
    sessions: Sessions,
    link: SetUpLink,
}

impl Default for Parts {
    /// Postfix is never examined to the end, nothing is said against hosts, and browsers reach it by
    /// loopback.
    fn default() -> Self {
        Self {
            now,
            names: Names::Native,
            look: Arc::new(|_| None),
            cautions: Cautions::none(),
            reached: Reached::default(),
            sessions: Sessions::default(),
            link: SetUpLink::default(),
        }
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// A header as text; empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Fails unless the body holds the text.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no {text:?} in {}", self.body);
        self
    }

    /// Fails if the body holds the text.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} in {}", self.body);
        self
    }
}

impl Console {
    /// One whose Postfix is never examined to the end.
    pub(crate) async fn new() -> Self {
        Self::made(Parts::default()).await
    }

    /// One with this to say against hosts.
    pub(crate) async fn cautioned(cautions: Cautions) -> Self {
        let parts = Parts::default();
        Self::made(Parts { cautions, ..parts }).await
    }

    /// One that browsers reach like this.
    pub(crate) async fn reached(reached: Reached) -> Self {
        let parts = Parts::default();
        Self::made(Parts { reached, ..parts }).await
    }

    /// One that asks these for the addresses of hosts.
    pub(crate) async fn asking(names: Names) -> Self {
        let parts = Parts::default();
        Self::made(Parts { names, ..parts }).await
    }

    /// One whose doctor looks like this.
    pub(crate) async fn with(look: Look) -> Self {
        let parts = Parts::default();
        Self::made(Parts { look, ..parts }).await
    }

    async fn made(parts: Parts) -> Self {
        let console = Self::empty_with(parts).await;
        console
            .person("admin", Role::Administrator, 1_000_000)
            .await;
        console
    }

    /// One in which nobody can sign in yet, with this clock and the path of its set-up link.
    pub(crate) async fn empty(now: fn() -> Timestamp) -> (Self, String) {
        let (link, path) = SetUpLink::new(now()).unwrap();
        let parts = Parts::default();
        let console = Self::empty_with(Parts { now, link, ..parts }).await;
        (console, path)
    }

    /// One in which nobody can sign in yet, with this clock, whose sessions end after so many minutes
    /// without use.
    pub(crate) async fn idle_for(now: fn() -> Timestamp, minutes: u64) -> Self {
        let parts = Parts::default();
        let sessions = Sessions {
            idle: Duration::from_mins(minutes),
            ..Sessions::default()
        };
        Self::empty_with(Parts {
            now,
            sessions,
            ..parts
        })
        .await
    }

    async fn empty_with(parts: Parts) -> Self {
        let Parts {
            now,
            names,
            look,
            cautions,
            reached,
            sessions,
            link,
        } = parts;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("smart-hosts.db"))
            .await
            .unwrap();
        let doctor = Doctor::new(store.clone(), now, look);
        let (router, doors) = service(server::Console {
            store: store.clone(),
            now,
            cautions,
            prober: Prober::new(names, Trust::files(&[]).unwrap()).greeting_as(greeting()),
            doctor: doctor.clone(),
            reached,
            sessions,
            link,
        });
        Self {
            router,
            doors,
            store,
            doctor,
            folder,
        }
    }

    /// The same, reached by TLS.
    pub(crate) async fn over_tls() -> Self {
        let console = Self::new().await;
        let (router, _) = service(server::Console {
            store: console.store.clone(),
            now,
            cautions: Cautions::none(),
            prober: Prober::new(Names::Native, Trust::files(&[]).unwrap()),
            doctor: console.doctor.clone(),
            reached: Reached {
                secure: true,
                ..Reached::default()
            },
            sessions: Sessions {
                secure: true,
                ..Sessions::default()
            },
            link: SetUpLink::default(),
        });
        Self { router, ..console }
    }

    /// Puts somebody into the database who is signed in, without a password and without history, and
    /// returns their cookie.
    pub(crate) async fn person(&self, name: &str, role: Role, id: i64) -> String {
        let sql = "INSERT INTO people (id, version, name, role, disabled, created, password, password_set)
                   VALUES (?1, ?1, ?2, ?3, 0, 0, '$argon2id$none', ?1)";
        let of = rusqlite::params![id, name, role.as_str()];
        assert_eq!(self.raw().execute(sql, of).unwrap(), 1);
        self.session(RowId(id), id).await
    }

    /// Signs somebody in, and returns their cookie; `number` tells sessions apart.
    pub(crate) async fn session(&self, person: RowId, number: i64) -> String {
        let id = session_id(number);
        let session = StoredSession {
            key: SessionKey(access::digest(&id)),
            person: Some(person),
            created: now(),
            seen: now(),
            expires: Timestamp(now().0 + 3_600_000),
            address: "127.0.0.1".to_owned(),
            agent: String::new(),
            data: "{}".to_owned(),
        };
        self.store.put_session(session).await.unwrap();
        format!("smart-hosts={id}")
    }

    /// A connection to the database that knows nothing of the store.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        let file = self.folder.path().join("smart-hosts.db");
        rusqlite::Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Spoils a route in the database file, so that no page with it can be read.
    pub(crate) fn spoil(&self, route: &Stored<Route>) {
        let raw = self.raw();
        raw.execute_batch("PRAGMA ignore_check_constraints = ON")
            .unwrap();
        let spoilt = "UPDATE routes SET port = 0 WHERE id = ?1";
        assert_eq!(raw.execute(spoilt, [route.id.0]).unwrap(), 1);
    }

    /// The service.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Sends a request, and returns the answer while it is still being made.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.respond(request).await.into_parts();
        // One such answer has no end.
        let endless = parts.headers.get("content-type") == Some(&EVENTS);
        let body = if endless { Body::empty() } else { body };
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Loads a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = request(Method::GET, path).header("accept", "text/html,*/*;q=0.8");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a browser does without JavaScript.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        let request = request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await
    }

    /// Posts a form, and returns the answer while it is still being made. Fails unless it is one.
    pub(crate) async fn stream(&self, path: &str, form: &str) -> BodyDataStream {
        let request = request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().into_data_stream()
    }

    /// Calls a server function.
    pub(crate) async fn call(&self, function: &str, arguments: &serde_json::Value) -> Answer {
        let request = request(Method::POST, &format!("/api/{function}"))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Body::from(arguments.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Adds a route to the store.
    pub(crate) async fn route(&self, domain: &str, host: &str) -> Stored<Route> {
        self.store
            .add(&by(), input(domain, host).route().unwrap())
            .await
            .unwrap()
            .row
    }

    /// Deletes a route, so that its mail is held.
    pub(crate) async fn delete(&self, route: &Stored<Route>) {
        let rows = Selection::Rows(vec![(route.id, route.version)]);
        self.store.delete::<Route>(&by(), rows).await.unwrap();
    }

    /// Deletes a managed domain.
    pub(crate) async fn delete_managed(&self, managed: &Stored<ManagedDomain>) {
        let rows = Selection::Rows(vec![(managed.id, managed.version)]);
        self.store
            .delete::<ManagedDomain>(&by(), rows)
            .await
            .unwrap();
    }

    /// Adds a managed domain to the store.
    pub(crate) async fn managed(&self, domain: &str, host: &str) -> Stored<ManagedDomain> {
        self.store
            .add(&by(), input(domain, host).managed_domain().unwrap())
            .await
            .unwrap()
            .row
    }
}

/// The id of a session, as a cookie holds it: 16 bytes in base64.
fn session_id(number: i64) -> String {
    format!("{number:A>20}AA")
}

/// A request of an administrator from one of the service's own pages.
pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
    let cookie = format!("smart-hosts={}", session_id(1_000_000));
    request_of(Some(&cookie), method, path)
}

/// A request from one of the service's own pages, with this cookie.
pub(crate) fn request_of(
    cookie: Option<&str>,
    method: Method,
    path: &str,
) -> axum::http::request::Builder {
    let request = from_own_page(method, path);
    match cookie {
        Some(cookie) => request.header("cookie", cookie),
        None => request,
    }
}

fn from_own_page(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
}

pub(crate) fn by() -> By {
    By::new("local", now())
}

/// Noon on some day: these tests do not depend on time.
pub(crate) fn now() -> Timestamp {
    Timestamp(1_767_268_800_000)
}

/// The name by which the service greets mail servers.
fn greeting() -> Option<HostName> {
    match Host::parse("gateway.example.org") {
        Ok(Host::Name(name)) => Some(name),
        _ => None,
    }
}

fn input(domain: &str, host: &str) -> Input {
    Input {
        domain: domain.to_owned(),
        relay_host: host.to_owned(),
        relay_port: if host.is_empty() { "" } else { "25" }.to_owned(),
        ..Input::default()
    }
}
