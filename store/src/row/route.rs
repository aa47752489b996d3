//! How a route lies in its table.

use routing::{Host, NextHop, NextHops, Pattern, Route};
use rusqlite::{CachedStatement, Connection, Params, Transaction, params};

use super::{Columns, Row, changed};
use crate::{
    Changes, Cursor, Error, Existing, Note, ObjectKind, RowId, SortBy, Stored, Version,
    history::{State, StateRef},
    rules,
};

/// The hosts of a row of `routes`, each on a line of its own, the first one first.
macro_rules! hosts {
    () => {
        "host || (SELECT ifnull(char(10) || group_concat(further.host, char(10)), '')
                  FROM further_hosts AS further WHERE further.route = routes.id)"
    };
}

/// The hosts of a row of `routes`, each on a line of its own, as searches look through them.
pub(crate) const HOSTS: &str = hosts!();

impl Row for Route {
    type Key = Pattern;

    const KIND: ObjectKind = ObjectKind::Route;
    const TABLE: &'static str = "routes";
    const COLUMNS: &'static str = "id, version, domain, host, port, comment, scope,
        iif(EXISTS (SELECT 1 FROM further_hosts) AND id IN (SELECT route FROM further_hosts),
            (SELECT group_concat(position || ' ' || further.host || ' ' || further.port)
             FROM further_hosts AS further WHERE further.route = routes.id), NULL), enabled";
    const HAS_KEY: &'static str = "domain = ? AND scope = ?";
    // As it is shown: with a dot before it if it stands for subdomains only.
    const FOUND: &'static str = concat!(
        "found(?, iif(scope = 'subdomains', '.' || domain, domain), ",
        hosts!(),
        ", comment)"
    );
    const IN_MEMORY: bool = true;
    const INSERT: &'static str =
        "INSERT INTO routes (id, version, domain, host, port, comment, scope, enabled)
                                  VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    const UPDATE: &'static str =
        "UPDATE routes SET version = ?2, domain = ?3, host = ?4, port = ?5,
                                  comment = ?6, scope = ?7, enabled = ?8 WHERE id = ?1";

    const STAGED: &'static str = "0, 0, domain, host, port, comment, scope, further, enabled";
    const LIVE: &'static str = "(SELECT id, version, domain, scope, host, port, comment, enabled,
            (SELECT group_concat(position || ' ' || further.host || ' ' || further.port
                                 ORDER BY position)
             FROM further_hosts AS further WHERE further.route = routes.id) AS further
        FROM routes) AS live";
    const FOUND_STAGED: &'static str = "found(?, iif(scope = 'subdomains', '.' || domain, domain),
               host || ifnull(char(10) || further, ''), comment)";

    fn suspects(merged: bool) -> &'static [&'static str] {
        const ALL: [&str; 4] = [
            "temp.staged AS staged WHERE scope <> 'subdomains'
                 AND domain IN (SELECT domain FROM managed_domains)",
            "temp.staged AS staged WHERE further IS NOT NULL",
            "temp.staged AS staged WHERE scope = 'both' AND EXISTS (
                 SELECT 1 FROM routes WHERE routes.domain = staged.domain AND routes.scope <> 'both')",
            "temp.staged AS staged WHERE scope <> 'both'
                 AND domain IN (SELECT domain FROM routes WHERE scope = 'both')",
        ];
        // Whatever overlaps goes, unless the list is merged.
        if merged { &ALL } else { &ALL[..2] }
    }

    fn check_import(
        &self,
        tx: &Transaction<'_>,
        replaces: Option<RowId>,
        merged: bool,
    ) -> Result<(), Error> {
        if merged {
            return self.check(tx, replaces);
        }
        rules::check_not_managed(tx, &self.pattern)?;
        self.check_hosts(tx)
    }

    fn staged_key(&self) -> (&str, &str) {
        (self.pattern.domain.as_str(), self.pattern.scope.as_str())
    }

    fn stage(&self, connection: &Connection, line: usize) -> rusqlite::Result<()> {
        let first = self.next_hops.first();
        let further = self.next_hops.further().iter().zip(1..);
        let further: Vec<_> = further
            .map(|(hop, position)| format!("{position} {} {}", hop.host, hop.port))
            .collect();
        let further = (!further.is_empty()).then(|| further.join(","));
        let sql =
            "INSERT INTO temp.staged (domain, scope, host, port, comment, further, enabled, line)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![
            self.pattern.domain.as_str(),
            self.pattern.scope.as_str(),
            first.host.to_string(),
            first.port.get(),
            self.comment.as_str(),
            further,
            self.enabled,
            line,
        ])?;
        Ok(())
    }

    fn to_line(&self) -> String {
        routing::route_line(self)
    }

    fn key_of(&self) -> Pattern {
        self.pattern.clone()
    }

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
            enabled: columns.flag(8)?,
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
            self.enabled,
        ])
    }

    const COPY: Option<&'static str> = Some(
        "INSERT INTO routes (domain, scope, host, port, comment, enabled, id, version)
         SELECT domain, scope, host, port, comment, enabled,
                added_id(domain, scope, host, port, comment, further, enabled), added_version()
         FROM temp.staged AS staged",
    );

    const MADE_ANEW: bool = true;

    fn counted_hop(&self) -> Option<&NextHop> {
        Some(self.next_hops.first())
    }

    fn check_hosts(&self, tx: &Transaction<'_>) -> Result<(), Error> {
        rules::check_list(tx, &self.next_hops)
    }

    fn write_rest(
        &self,
        tx: &Transaction<'_>,
        id: RowId,
        before: Option<&Self>,
    ) -> rusqlite::Result<()> {
        if before.is_some_and(|before| !before.next_hops.further().is_empty()) {
            tx.prepare_cached("DELETE FROM further_hosts WHERE route = ?")?
                .execute([id.0])?;
        }
        if self.next_hops.further().is_empty() {
            return Ok(());
        }
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

    fn state(&self) -> StateRef<'_> {
        StateRef::Route(self)
    }

    fn of_state(state: State) -> Option<Self> {
        match state {
            State::Route(value) => Some(value),
            _ => None,
        }
    }

    fn names(&self) -> Pattern {
        self.pattern.clone()
    }

    fn decides_about(&self) -> Option<Pattern> {
        Route::decides_about(self).cloned()
    }

    const HOLDS: bool = true;

    fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.next_hops.iter().map(|hop| &hop.host)
    }

    fn check(&self, tx: &Transaction<'_>, replaces: Option<RowId>) -> Result<(), Error> {
        rules::check_route(tx, &self.pattern, replaces)?;
        self.check_hosts(tx)
    }

    fn notes(&self, tx: &Transaction<'_>) -> Result<Vec<Note>, Error> {
        rules::notes_on_route(tx, self)
    }

    fn with(&self, changes: &Changes) -> Result<Self, String> {
        let first = changed(self.next_hops.first(), changes);
        let further = self.next_hops.further().to_vec();
        Ok(Self {
            pattern: self.pattern.clone(),
            next_hops: NextHops::new(first, further).map_err(|error| error.to_string())?,
            comment: changes.comment.as_ref().unwrap_or(&self.comment).clone(),
            enabled: changes.enabled.unwrap_or(self.enabled),
        })
    }

    fn existing(row: Stored<Self>) -> Existing {
        Existing::Route(row)
    }
}
