//! How a route lies in its table.

use routing::{Host, Pattern, Route};
use rusqlite::{CachedStatement, Params, Transaction, params};

use super::{Columns, Row};
use crate::{Cursor, Error, Existing, Note, ObjectKind, RowId, SortBy, Stored, Version, rules};

impl Row for Route {
    type Key = Pattern;

    const KIND: ObjectKind = ObjectKind::Route;
    const TABLE: &'static str = "routes";
    const COLUMNS: &'static str = "id, version, domain, host, port, comment, scope,
        (SELECT group_concat(position || ' ' || further.host || ' ' || further.port)
         FROM further_hosts AS further WHERE further.route = routes.id)";
    const HAS_KEY: &'static str = "domain = ? AND scope = ?";
    // As it is shown: with a dot before it if it stands for subdomains only.
    const FOUND: &'static str = "found(?, iif(scope = 'subdomains', '.' || domain, domain),
               host || (SELECT ifnull(char(10) || group_concat(further.host, char(10)), '')
                        FROM further_hosts AS further WHERE further.route = routes.id), comment)";
    const IN_MEMORY: bool = true;
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
            SortBy::Host => Cursor::new(&[&self.next_hops.first().host.to_string(), domain, scope]),
            SortBy::Port => Cursor::new(&[&self.next_hops.first().port.to_string(), domain, scope]),
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
            next_hops: columns.next_hops(3, 4, 7)?,
            comment: columns.parse(5)?,
        })
    }

    fn write(
        &self,
        statement: &mut CachedStatement<'_>,
        id: RowId,
        version: Version,
    ) -> rusqlite::Result<usize> {
        let first = self.next_hops.first();
        statement.execute(params![
            id.0,
            version.0,
            self.pattern.domain.as_str(),
            first.host.to_string(),
            first.port.get(),
            self.comment.as_str(),
            self.pattern.scope.as_str(),
        ])
    }

    fn write_rest(&self, tx: &Transaction<'_>, id: RowId) -> rusqlite::Result<()> {
        tx.prepare_cached("DELETE FROM further_hosts WHERE route = ?")?
            .execute([id.0])?;
        let sql = "INSERT INTO further_hosts (route, position, host, port) VALUES (?, ?, ?, ?)";
        let mut insert = tx.prepare_cached(sql)?;
        for (hop, position) in self.next_hops.further().iter().zip(1..) {
            insert.execute(params![
                id.0,
                position,
                hop.host.to_string(),
                hop.port.get()
            ])?;
        }
        Ok(())
    }

    fn names(&self) -> Pattern {
        self.pattern.clone()
    }

    const HOLDS: bool = true;

    fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.next_hops.iter().map(|hop| &hop.host)
    }

    fn check(&self, tx: &Transaction<'_>, replaces: Option<RowId>) -> Result<(), Error> {
        rules::check_route(tx, &self.pattern, replaces)?;
        rules::check_list(tx, &self.next_hops)
    }

    fn notes(&self, tx: &Transaction<'_>) -> Result<Vec<Note>, Error> {
        rules::notes_on_route(tx, self)
    }

    fn existing(row: Stored<Self>) -> Existing {
        Existing::Route(row)
    }
}
