//! How a managed domain lies in its table.

use routing::{Domain, Host, ManagedDomain, NextHop, Pattern, Port, Scope};
use rusqlite::{CachedStatement, Connection, Params, Transaction, params};

use super::{Columns, Row, changed};
use crate::{
    Changes, Cursor, Error, Existing, Note, ObjectKind, RowId, SortBy, Stored, Version,
    history::{State, StateRef},
    rules,
};

impl Row for ManagedDomain {
    type Key = Domain;

    const KIND: ObjectKind = ObjectKind::ManagedDomain;
    const TABLE: &'static str = "managed_domains";
    const COLUMNS: &'static str = "id, version, domain, host, port, comment";
    const HAS_KEY: &'static str = "domain = ?";
    const FOUND: &'static str = "found(?, domain, host, comment)";
    const IN_MEMORY: bool = false;
    const INSERT: &'static str =
        "INSERT INTO managed_domains (id, version, domain, host, port, comment)
                                  VALUES (?, ?, ?, ?, ?, ?)";
    const UPDATE: &'static str = "UPDATE managed_domains SET version = ?2, domain = ?3, host = ?4,
                                  port = ?5, comment = ?6 WHERE id = ?1";

    const STAGED: &'static str = "0, 0, domain, host, port, comment";
    const LIVE: &'static str = "(SELECT id, version, domain, '' AS scope, host, port, comment,
            NULL AS further, 1 AS enabled FROM managed_domains) AS live";
    const FOUND_STAGED: &'static str = "found(?, domain, host, comment)";

    fn suspects(_: bool) -> &'static [&'static str] {
        &["temp.staged AS staged WHERE EXISTS (
               SELECT 1 FROM routes
               WHERE routes.domain = staged.domain AND routes.scope <> 'subdomains')"]
    }

    fn check_import(
        &self,
        tx: &Transaction<'_>,
        replaces: Option<RowId>,
        _: bool,
    ) -> Result<(), Error> {
        self.check(tx, replaces)
    }

    fn staged_key(&self) -> (&str, &str) {
        (self.domain.as_str(), "")
    }

    fn stage(&self, connection: &Connection, line: usize) -> rusqlite::Result<()> {
        let (host, port) = self
            .routing
            .as_ref()
            .map(|hop| (hop.host.to_string(), hop.port.get()))
            .unzip();
        let sql = "INSERT INTO temp.staged (domain, scope, host, port, comment, line)
                   VALUES (?, '', ?, ?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![
            self.domain.as_str(),
            host,
            port,
            self.comment.as_str(),
            line,
        ])?;
        Ok(())
    }

    fn to_line(&self) -> String {
        routing::managed_domain_line(self)
    }

    fn key_of(&self) -> Domain {
        self.domain.clone()
    }

    fn order(by: SortBy) -> &'static [&'static str] {
        match by {
            SortBy::Domain => &["domain"],
            SortBy::Host => &["host_order", "domain"],
            SortBy::Port => &["port_order", "domain"],
        }
    }

    fn cursor(&self, by: SortBy) -> Cursor {
        let domain = self.domain.as_str();
        let routing = self.routing.as_ref();
        match by {
            SortBy::Domain => Cursor::new(&[domain]),
            SortBy::Host => {
                let host = routing.map(|hop| hop.host.to_string());
                Cursor::new(&[&host.unwrap_or_default(), domain])
            }
            SortBy::Port => {
                let port = routing.map_or(0, |hop| hop.port.get());
                Cursor::new(&[&port.to_string(), domain])
            }
        }
    }

    fn key(domain: &Domain) -> impl Params + '_ {
        [domain.as_str()]
    }

    fn read(columns: &Columns<'_>) -> Result<Self, Error> {
        Ok(Self {
            domain: columns.parse(2)?,
            routing: columns.next_hop(3, 4)?,
            comment: columns.parse(5)?,
        })
    }

    fn write(
        &self,
        statement: &mut CachedStatement<'_>,
        id: RowId,
        version: Version,
    ) -> rusqlite::Result<usize> {
        let (host, port) = self
            .routing
            .as_ref()
            .map(|hop| (hop.host.to_string(), hop.port.get()))
            .unzip();
        statement.execute(params![
            id.0,
            version.0,
            self.domain.as_str(),
            host,
            port,
            self.comment.as_str(),
        ])
    }

    fn state(&self) -> StateRef<'_> {
        StateRef::ManagedDomain(self)
    }

    fn of_state(state: State) -> Option<Self> {
        match state {
            State::ManagedDomain(value) => Some(value),
            _ => None,
        }
    }

    fn names(&self) -> Pattern {
        Pattern {
            domain: self.domain.clone(),
            scope: Scope::Domain,
        }
    }

    // Mail for it may well be meant for its new MX.
    const HOLDS: bool = false;

    fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.routing.iter().map(|hop| &hop.host)
    }

    fn check(&self, tx: &Transaction<'_>, replaces: Option<RowId>) -> Result<(), Error> {
        rules::check_managed_domain(tx, &self.domain, replaces)
    }

    fn notes(&self, tx: &Transaction<'_>) -> Result<Vec<Note>, Error> {
        rules::notes_on_managed_domain(tx, self)
    }

    fn with(&self, changes: &Changes) -> Result<Self, String> {
        if changes.enabled == Some(false) {
            return Err("A managed domain cannot be disabled. Delete it instead.".to_owned());
        }
        let routing = match (&self.routing, &changes.host, changes.port) {
            (Some(hop), ..) => Some(changed(hop, changes)),
            (None, Some(host), port) => Some(NextHop {
                host: host.clone(),
                port: port.unwrap_or(Port::DEFAULT),
            }),
            (None, None, None) => None,
            (None, None, Some(_)) => {
                return Err(
                    "It follows the default domain routing, which has a port of its own. Set the host, too."
                        .to_owned(),
                );
            }
        };
        Ok(Self {
            domain: self.domain.clone(),
            routing,
            comment: changes.comment.as_ref().unwrap_or(&self.comment).clone(),
        })
    }

    fn existing(row: Stored<Self>) -> Existing {
        Existing::ManagedDomain(row)
    }
}
