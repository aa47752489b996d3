//! A database in a folder of its own, and short ways to make rows.

use std::path::PathBuf;

use routing::{
    Account, Comment, Domain, Host, ManagedDomain, NextHop, Password, Pattern, Port, Route, Scope,
    TlsPolicy, UserName,
};
use rusqlite::{Connection, OpenFlags};
use store::{
    By, Error, Login, Page, Position, Query, Record, Saved, SmartHostInput, Store, Stored,
    StoredSmartHost, Timestamp,
};
use tempfile::TempDir;

/// A store on a new file, which goes when this goes.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smart-hosts.db");
        Self {
            store: Store::open(&path).await.unwrap(),
            path,
            _folder: folder,
        }
    }

    /// Another store on the same file, as another process would have it.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.path).await.unwrap()
    }

    /// A connection that knows nothing of the store and its rules.
    pub(crate) fn raw(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        Connection::open_with_flags(&self.path, flags).unwrap()
    }

    pub(crate) async fn add<T: Record>(&self, value: T) -> Stored<T> {
        self.save(value).await.row
    }

    pub(crate) async fn save<T: Record>(&self, value: T) -> Saved<T> {
        self.store.add(&by("anna"), value).await.unwrap()
    }

    /// Puts many routes into the table in one transaction, without the store and without history.
    /// Their names are 1, 2, 3 and so on.
    pub(crate) fn seed_routes<'a>(&self, rows: impl IntoIterator<Item = &'a Route>) {
        let sql = "INSERT INTO routes (domain, scope, host, port, comment, id, version)
                   SELECT ?2 ->> 'domain', ?2 ->> 'scope', ?2 ->> 'host', ?2 ->> 'port',
                          ?2 ->> 'comment', ?1, ?1";
        self.seed(sql, rows);
    }

    /// As [`Fixture::seed_routes`].
    pub(crate) fn seed_managed_domains<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a ManagedDomain>,
    ) {
        let sql = "INSERT INTO managed_domains (domain, host, port, comment, id, version)
                   SELECT ?2 ->> 'domain', ?2 ->> 'host', ?2 ->> 'port', ?2 ->> 'comment', ?1, ?1";
        self.seed(sql, rows);
    }

    fn seed<'a, T: Record>(&self, sql: &str, rows: impl IntoIterator<Item = &'a T>) {
        let mut raw = self.raw();
        let tx = raw.transaction().unwrap();
        let mut last = 0;
        for (row, id) in rows.into_iter().zip(1_i64..) {
            let json = serde_json::to_string(row).unwrap();
            tx.prepare_cached(sql).unwrap().execute((id, json)).unwrap();
            last = id;
        }
        let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', ?)";
        tx.execute(sql, [last]).unwrap();
        tx.commit().unwrap();
    }

    /// Writes so many entries into the log, with nothing behind them: additions of routes and, every
    /// thousandth, of managed domains, a second apart.
    pub(crate) fn log_changes(&self, count: i64) {
        let sql = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?1)
                   INSERT INTO changes (id, act, at, actor, origin, kind, object_id, name, after, hash)
                   SELECT id, id, id * 1000, iif(id % 1000, 'anna', 'ben'), 'this machine',
                       iif(id % 1000, 'route', 'managed_domain'), id, 'n' || id || '.example',
                       '{}', zeroblob(32) FROM n";
        self.raw().execute(sql, [count]).unwrap();
    }

    /// Sets a smart host up as anna does, who has seen its present state.
    pub(crate) async fn set(&self, input: SmartHostInput) -> Result<StoredSmartHost, Error> {
        let seen = self
            .store
            .smart_host(&input.next_hop)
            .await
            .unwrap()
            .version;
        self.store.set_smart_host(&by("anna"), seen, input).await
    }

    /// Every row, by domain.
    pub(crate) async fn all<T: Record>(&self) -> Vec<Stored<T>> {
        let mut export = self.store.export::<T>("").await.unwrap();
        let mut all = Vec::new();
        while let Some(batch) = export.rows.recv().await {
            all.extend(batch.unwrap());
        }
        assert_eq!(all.len() as u64, export.count);
        all
    }

    pub(crate) async fn page<T: Record>(&self, position: Position) -> Page<T> {
        let query = Query {
            position,
            ..Query::default()
        };
        self.store.page(query).await.unwrap()
    }
}

pub(crate) fn by(actor: &str) -> By {
    By::new(actor, Timestamp(1_772_323_200_000))
}

pub(crate) fn domain(text: &str) -> Domain {
    Domain::parse(text).unwrap()
}

/// `.example.com` is for subdomains, `example.com+` for both.
pub(crate) fn pattern(text: &str) -> Pattern {
    match text.strip_suffix('+') {
        Some(domain) => Pattern::parse(domain, Scope::Both).unwrap(),
        None => Pattern::parse(text, Scope::Domain).unwrap(),
    }
}

pub(crate) fn hop(host: &str, port: u16) -> NextHop {
    NextHop {
        host: Host::parse(host).unwrap(),
        port: Port::try_from(port).unwrap(),
    }
}

pub(crate) fn route(applies_to: &str) -> Route {
    route_to(applies_to, "mail.example.net", 25)
}

pub(crate) fn route_to(applies_to: &str, host: &str, port: u16) -> Route {
    Route {
        pattern: pattern(applies_to),
        next_hops: hop(host, port).into(),
        comment: Comment::default(),
        enabled: true,
    }
}

/// From `a.example:25`.
pub(crate) fn hop_of(text: &str) -> NextHop {
    text.parse::<routing::NextHops>().unwrap().first().clone()
}

pub(crate) fn route_over(applies_to: &str, hops: &str) -> Route {
    Route {
        next_hops: hops.parse().unwrap(),
        ..route(applies_to)
    }
}

/// Settings of a smart host; `tls` as in `verified:mail.example.net`.
pub(crate) fn settings(next_hop: &str, tls: &str, login: Login) -> SmartHostInput {
    let (tls, name) = tls.split_once(':').unwrap_or((tls, ""));
    SmartHostInput {
        next_hop: hop_of(next_hop),
        tls: TlsPolicy::parse(tls, name).unwrap(),
        login,
        login_reason: Comment::default(),
        comment: Comment::default(),
    }
}

pub(crate) fn login(user: &str, password: &str) -> Login {
    Login::Set(Account {
        user: UserName::parse(user).unwrap(),
        password: Password::parse(password).unwrap(),
    })
}

/// With default routing.
pub(crate) fn managed(name: &str) -> ManagedDomain {
    ManagedDomain {
        domain: domain(name),
        routing: None,
        comment: Comment::default(),
    }
}

pub(crate) fn managed_at(name: &str, host: &str, port: u16) -> ManagedDomain {
    ManagedDomain {
        routing: Some(hop(host, port)),
        ..managed(name)
    }
}
