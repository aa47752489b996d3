//! What a table for Postfix says beside the rows of a list.

use routing::{Domain, Pattern, Scope, SmartHost};
use rusqlite::{OptionalExtension, Transaction};

use crate::{Error, smart_host, tombstone};

/// What a table for Postfix says beside the rows of a list, as of the moment of an export.
pub(super) struct Surroundings {
    /// The settings of all smart hosts that have any.
    pub(super) settings: Vec<SmartHost>,
    /// The names for which removed routes hold mail, as far as no other rule has a place for it; none
    /// where only some rows are exported. These are in memory all at once: what was removed within
    /// some days is little beside the lists.
    pub(super) held: Vec<Pattern>,
}

pub(super) fn read(tx: &Transaction<'_>, all: bool) -> Result<Surroundings, Error> {
    Ok(Surroundings {
        settings: smart_host::all(tx)?,
        held: if all { held(tx)? } else { Vec::new() },
    })
}

/// A removed route counts only where no other rule applies (`routing::decision`), which a table cannot
/// say: there the longest name wins.
fn held(tx: &Transaction<'_>) -> Result<Vec<Pattern>, Error> {
    let mut held = Vec::new();
    for row in tombstone::all(tx, "ORDER BY domain, scope", [])? {
        let Pattern { domain, scope } = row.value.pattern;
        if is_routed_above(tx, &domain)? {
            continue;
        }
        let scope = match (scope, is_managed(tx, &domain)?) {
            (Scope::Domain, true) => continue,
            (Scope::Both, true) => Scope::Subdomains,
            (scope, _) => scope,
        };
        held.push(Pattern { domain, scope });
    }
    Ok(held)
}

fn is_managed(tx: &Transaction<'_>, domain: &Domain) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM managed_domains WHERE domain = ?";
    exists(tx, sql, domain.as_str())
}

/// Whether a route of a domain above covers it and everything below it.
fn is_routed_above(tx: &Transaction<'_>, domain: &Domain) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM routes WHERE domain = ? AND scope <> 'domain' AND enabled";
    let mut rest = domain.as_str();
    while let Some((_, above)) = rest.split_once('.') {
        if exists(tx, sql, above)? {
            return Ok(true);
        }
        rest = above;
    }
    Ok(false)
}

fn exists(tx: &Transaction<'_>, sql: &str, domain: &str) -> Result<bool, Error> {
    let found = tx
        .prepare_cached(sql)?
        .query_row([domain], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
