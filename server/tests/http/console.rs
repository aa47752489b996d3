//! A service on a store of its own, and short words for asking it.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use gateway::probe::{Names, Prober, Trust};
use routing::{Host, HostName, Input, ManagedDomain, Route};
use rusqlite::OpenFlags;
use server::doctor::{Doctor, Look};
use server::http::Reached;
use server::{Backend, Cautions, router};
use store::{By, Selection, Store, Stored, Timestamp};
use tempfile::TempDir;
use tower::ServiceExt;

/// The page of smart hosts.
pub(crate) const SMART_HOSTS: &str = "/smtp/domains/smart-hosts";
/// The page of managed domains.
pub(crate) const MANAGED_DOMAINS: &str = "/smtp/domains/managed-domains";
/// The page of default domain routing.
pub(crate) const DEFAULT_ROUTING: &str = "/smtp/domains/default-domain-routing";

/// A service on a store of its own.
pub(crate) struct Console {
    router: Router,
    /// The store behind the service.
    pub(crate) store: Store,
    /// What examines Postfix for it.
    pub(crate) doctor: Doctor,
    folder: TempDir,
}

/// What a service is made of.
struct Parts {
    names: Names,
    look: Look,
    cautions: Cautions,
    reached: Reached,
}

impl Default for Parts {
    /// Postfix is never examined to the end, nothing is said against hosts, and browsers reach it by
    /// loopback.
    fn default() -> Self {
        Self {
            names: Names::Native,
            look: Arc::new(|_| None),
            cautions: Cautions::none(),
            reached: Reached::default(),
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
        let Parts {
            names,
            look,
            cautions,
            reached,
        } = parts;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("smart-hosts.db"))
            .await
            .unwrap();
        let backend = Backend {
            store: store.clone(),
            now,
            cautions,
        };
        let doctor = Doctor::new(store.clone(), now, look);
        Self {
            router: router(
                backend,
                Prober::new(names, Trust::files(&[]).unwrap()).greeting_as(greeting()),
                doctor.clone(),
                reached,
            ),
            doctor,
            store,
            folder,
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Spoils a route in the database file, so that no page with it can be read.
    pub(crate) fn spoil(&self, route: &Stored<Route>) {
        let file = self.folder.path().join("smart-hosts.db");
        let raw =
            rusqlite::Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        raw.execute_batch("PRAGMA ignore_check_constraints = ON")
            .unwrap();
        let spoilt = "UPDATE routes SET port = 0 WHERE id = ?1";
        assert_eq!(raw.execute(spoilt, [route.id.0]).unwrap(), 1);
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
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

/// A request from one of the service's own pages.
pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
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
