//! The rules between rows, looked up and applied inside the transaction that writes.
//!
//! Which of two rows wins is decided in `routing`; here are the look-ups that find the rows to ask
//! about. The triggers of the schema hold the same rules once more.

use std::collections::HashMap;

use routing::{
    Domain, ManagedDomain, NextHop, NextHops, Overlap, Pattern, Route, TlsPolicy,
    route_against_managed,
};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    Error, Existing, Note, RowId, Stored, default_routing,
    row::{self, Row},
    smart_host,
};

/// Refuses a route that overlaps another one or is for a managed domain.
pub(crate) fn check_route(
    tx: &Transaction<'_>,
    pattern: &Pattern,
    replaces: Option<RowId>,
) -> Result<(), Error> {
    let overlapping = routes_of(tx, &pattern.domain)?
        .into_iter()
        .find(|row| Some(row.id) != replaces && row.value.pattern.scope.overlaps(pattern.scope));
    if let Some(row) = overlapping {
        return Err(Error::Exists(Existing::Route(row)));
    }
    check_not_managed(tx, pattern)
}

/// Refuses a route for a managed domain.
pub(crate) fn check_not_managed(tx: &Transaction<'_>, pattern: &Pattern) -> Result<(), Error> {
    match row::by_key::<ManagedDomain>(tx, &pattern.domain)? {
        Some(row) if is_same(pattern, &row.value.domain) => Err(Error::ManagedDomain(row)),
        _ => Ok(()),
    }
}

/// Refuses a managed domain that exists or is a smart host route.
pub(crate) fn check_managed_domain(
    tx: &Transaction<'_>,
    domain: &Domain,
    replaces: Option<RowId>,
) -> Result<(), Error> {
    match row::by_key::<ManagedDomain>(tx, domain)? {
        Some(row) if Some(row.id) != replaces => {
            return Err(Error::Exists(Existing::ManagedDomain(row)));
        }
        _ => {}
    }
    let route = routes_of(tx, domain)?
        .into_iter()
        .find(|row| is_same(&row.value.pattern, domain));
    route.map_or(Ok(()), |row| Err(Error::Routed(row)))
}

/// Refuses any route that overlaps another one or is for a managed domain.
pub(crate) fn check_all(tx: &Transaction<'_>) -> Result<(), Error> {
    // The smallest index that has all of it.
    let overlapping =
        "SELECT id FROM routes AS one INDEXED BY routes_by_port WHERE scope = 'both' AND EXISTS (
                           SELECT 1 FROM routes AS other
                           WHERE other.domain = one.domain AND other.scope <> 'both') LIMIT 1";
    let managed = "SELECT routes.id FROM managed_domains CROSS JOIN routes USING (domain)
                   WHERE routes.scope <> 'subdomains' LIMIT 1";
    for sql in [overlapping, managed] {
        let found = tx.query_row(sql, [], |row| row.get(0)).optional()?;
        if let Some(route) = found.map_or(Ok(None), |id| row::by_id::<Route>(tx, RowId(id)))? {
            check_route(tx, &route.value.pattern, Some(route.id))?;
        }
    }
    Ok(())
}

/// Refuses hosts of a route that cannot be tried one after another.
pub(crate) fn check_list(tx: &Transaction<'_>, hops: &NextHops) -> Result<(), Error> {
    if hops.further().is_empty() {
        return Ok(());
    }
    let mut policies = Policies::default();
    policies.learn(tx, hops)?;
    Ok(hops.check_tls(|hop| policies.of(hop))?)
}

/// Refuses new settings of a smart host, already written, if they break the list of a route.
pub(crate) fn check_lists_with(tx: &Transaction<'_>, next_hop: &NextHop) -> Result<(), Error> {
    let columns = Route::COLUMNS;
    let sql = format!(
        "SELECT {columns} FROM routes
         WHERE id IN (SELECT route FROM further_hosts WHERE host = ?1 AND port = ?2)
         UNION ALL
         SELECT {columns} FROM routes
         WHERE host = ?1 AND port = ?2 AND id IN (SELECT route FROM further_hosts)"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params![next_hop.host.to_string(), next_hop.port.get()])?;
    let mut policies = Policies::default();
    while let Some(row) = rows.next()? {
        let route = row::stored::<Route>(row)?;
        policies.learn(tx, &route.value.next_hops)?;
        let checked = route.value.next_hops.check_tls(|hop| policies.of(hop));
        if let Err(error) = checked {
            return Err(Error::ListBroken {
                route: Box::new(route),
                error,
            });
        }
    }
    Ok(())
}

/// The policies of the smart hosts that were asked about.
#[derive(Default)]
struct Policies(HashMap<NextHop, TlsPolicy>);

impl Policies {
    fn learn(&mut self, tx: &Transaction<'_>, hops: &NextHops) -> Result<(), Error> {
        for hop in hops.iter() {
            if !self.0.contains_key(hop) {
                self.0.insert(hop.clone(), smart_host::policy(tx, hop)?);
            }
        }
        Ok(())
    }

    fn of(&self, hop: &NextHop) -> TlsPolicy {
        let known = self.0.get(hop).cloned();
        known.unwrap_or_else(|| TlsPolicy::default_for(hop.port))
    }
}

fn is_same(pattern: &Pattern, managed: &Domain) -> bool {
    route_against_managed(pattern, managed) == Some(Overlap::Same)
}

/// Cautions and, unless the route is disabled, the managed domains and routes that win over it and the
/// route that it wins over.
pub(crate) fn notes_on_route(tx: &Transaction<'_>, route: &Route) -> Result<Vec<Note>, Error> {
    let Pattern { domain, scope } = &route.pattern;
    let cautions = domain.cautions().into_iter();
    let hosts = route.next_hops.iter().map(|hop| &hop.host);
    let cautions = cautions.chain(hosts.flat_map(routing::Host::cautions));
    let mut notes: Vec<_> = cautions.map(Note::Caution).collect();
    if !route.enabled {
        return Ok(notes);
    }
    if scope.covers_subdomains() {
        notes.extend(managed_below(tx, domain)?);
        let managed = row::by_key::<ManagedDomain>(tx, domain)?;
        notes.extend(managed.map(|managed| Note::ManagedApex { managed }));
        notes.extend(routes_below(tx, domain)?);
    }
    let above = route_above(tx, domain)?;
    notes.extend(above.map(|than| Note::MoreSpecific { than }));
    Ok(notes)
}

/// Cautions, the routes beside the managed domain, and whether its mail has somewhere to go.
pub(crate) fn notes_on_managed_domain(
    tx: &Transaction<'_>,
    managed: &ManagedDomain,
) -> Result<Vec<Note>, Error> {
    let hosts = managed.routing.iter().flat_map(|hop| hop.host.cautions());
    let cautions = managed.domain.cautions().into_iter().chain(hosts);
    let mut notes: Vec<_> = cautions.map(Note::Caution).collect();
    if managed.routing.is_none() && default_routing::next_hop(tx)?.is_none() {
        notes.push(Note::NoDefaultRouting);
    }
    let beside = routes_of(tx, &managed.domain)?.into_iter();
    let beside = beside.filter(|route| route.value.enabled);
    notes.extend(beside.map(|route| Note::RouteForSubdomains { route }));
    let above = route_above(tx, &managed.domain)?;
    notes.extend(above.map(|route| Note::RouteAbove { route }));
    Ok(notes)
}

/// The routes for the domain or its subdomains: two at most.
pub(crate) fn routes_of(
    tx: &Transaction<'_>,
    domain: &Domain,
) -> Result<Vec<Stored<Route>>, Error> {
    let sql = format!("SELECT {} FROM routes WHERE domain = ?", Route::COLUMNS);
    row::all(tx, &sql, params![domain.as_str()])
}

/// The route for the nearest parent domain that also applies to this domain.
fn route_above(tx: &Transaction<'_>, domain: &Domain) -> Result<Option<Stored<Route>>, Error> {
    let sql = format!(
        "SELECT {} FROM routes WHERE domain = ? AND scope <> 'domain' AND enabled",
        Route::COLUMNS
    );
    for parent in domain.parents() {
        if let Some(route) = row::one(tx, &sql, params![parent])? {
            return Ok(Some(route));
        }
    }
    Ok(None)
}

/// The routes for subdomains of this domain. Reads all routes, once: some tenths of a second for a
/// million. Only a route that is for subdomains asks, and few are; an index on names from
/// their end would make every other row dearer.
fn routes_below(tx: &Transaction<'_>, domain: &Domain) -> Result<Option<Note>, Error> {
    let ending = format!(".{domain}");
    let sql = "SELECT count(*), min(domain) FROM routes WHERE substr(domain, -length(?1)) = ?1
               AND enabled";
    let (count, first): (u64, Option<String>) = tx
        .prepare_cached(sql)?
        .query_row([&ending], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = format!(
        "SELECT {} FROM routes WHERE domain = ? AND enabled ORDER BY scope LIMIT 1",
        Route::COLUMNS
    );
    let first = row::one(tx, &sql, [first])?;
    Ok(first.map(|first| Note::RoutesBelow { count, first }))
}

/// The managed domains that are subdomains of this one. Reads all names: 1 ms for 10,000.
fn managed_below(tx: &Transaction<'_>, domain: &Domain) -> Result<Option<Note>, Error> {
    let ending = format!(".{domain}");
    let condition = "FROM managed_domains WHERE substr(domain, -length(?1)) = ?1";
    let sql = format!("SELECT count(*) {condition}");
    let count = tx
        .prepare_cached(&sql)?
        .query_row([&ending], |row| row.get(0))?;
    if count == 0 {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {} {condition} ORDER BY domain LIMIT 1",
        ManagedDomain::COLUMNS
    );
    let first = row::one(tx, &sql, [&ending])?;
    Ok(first.map(|first| Note::ManagedBelow { count, first }))
}
