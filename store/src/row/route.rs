//! How a route lies in its table.

use routing::{Pattern, Route};
use rusqlite::{CachedStatement, Params, Transaction, params};

use super::{Columns, Row};
use crate::{Cursor, Error, Existing, Note, ObjectKind, RowId, SortBy, Stored, Version, rules};

impl Row for Route {
    type Key = Pattern;

    const KIND: ObjectKind = ObjectKind::Route;
    const TABLE: &'static str = "routes";
    const COLUMNS: &'static str = "id, version, domain, host, port, comment, scope";
    const HAS_KEY: &'static str = "domain = ? AND scope = ?";
    // As it is shown: with a dot before it if it stands for subdomains only.
    const FOUND: &'static str =
        "found(?, iif(scope = 'subdomains', '.' || domain, domain), host, comment)";
    const INSERT: &'static str =
        "INSERT INTO routes (id, version, domain, host, port, comment, scope)
                                  VALUES (?, ?, ?, ?, ?, ?, ?)";
    const UPDATE: &'static str =
        "UPDATE routes SET version = ?2, domain = ?3, host = ?4, port = ?5,
                                  comment = ?6, scope = ?7 WHERE id = ?1";

    fn order(by: SortBy) -> &'static [&'static str] {
        match by {
            SortBy::Domain => &["domain", "scope"],
            SortBy::Host => &["host", "domain", "scope"],
            SortBy::Port => &["port", "domain", "scope"],
        }
    }

    fn cursor(&self, by: SortBy) -> Cursor {
        let (domain, scope) = (self.pattern.domain.as_str(), self.pattern.scope.as_str());
        match by {
            SortBy::Domain => Cursor::new(&[domain, scope]),
            SortBy::Host => Cursor::new(&[&self.next_hop.host.to_string(), domain, scope]),
            SortBy::Port => Cursor::new(&[&self.next_hop.port.to_string(), domain, scope]),
        }
    }

    fn key(pattern: &Pattern) -> impl Params + '_ {
        (pattern.domain.as_str(), pattern.scope.as_str())
    }

    fn read(columns: &Columns<'_>) -> Result<Self, Error> {
        Ok(Self {
            pattern: Pattern {
                domain: columns.parse(2)?,
                scope: columns.parse(6)?,
            },
            next_hop: columns
                .next_hop(3, 4)?
                .ok_or_else(|| columns.corrupt(&"the route leads nowhere"))?,
            comment: columns.parse(5)?,
        })
    }

    fn write(
        &self,
        statement: &mut CachedStatement<'_>,
        id: RowId,
        version: Version,
    ) -> rusqlite::Result<usize> {
        statement.execute(params![
            id.0,
            version.0,
            self.pattern.domain.as_str(),
            self.next_hop.host.to_string(),
            self.next_hop.port.get(),
            self.comment.as_str(),
            self.pattern.scope.as_str(),
        ])
    }

    fn check(&self, tx: &Transaction<'_>, replaces: Option<RowId>) -> Result<(), Error> {
        rules::check_route(tx, &self.pattern, replaces)
    }

    fn notes(&self, tx: &Transaction<'_>) -> Result<Vec<Note>, Error> {
        rules::notes_on_route(tx, self)
    }

    fn existing(row: Stored<Self>) -> Existing {
        Existing::Route(row)
    }
}
