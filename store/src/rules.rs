//! The rules between rows, looked up and applied inside the transaction that writes.
//!
//! Which of two rows wins is decided in `routing`; here are the look-ups that find the rows to ask
//! about. The triggers of the schema hold the same rules once more.

use routing::{Domain, ManagedDomain, Overlap, Pattern, Route, route_against_managed};
use rusqlite::{Transaction, params};

use crate::{
    Error, Existing, Note, RowId, Stored, default_routing,
    row::{self, Row},
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

fn is_same(pattern: &Pattern, managed: &Domain) -> bool {
    route_against_managed(pattern, managed) == Some(Overlap::Same)
}

/// Cautions, the managed domains that win over the route, and the route that it wins over.
pub(crate) fn notes_on_route(tx: &Transaction<'_>, route: &Route) -> Result<Vec<Note>, Error> {
    let Pattern { domain, scope } = &route.pattern;
    let cautions = domain.cautions().into_iter();
    let hosts = route.next_hops.iter().map(|hop| &hop.host);
    let cautions = cautions.chain(hosts.flat_map(routing::Host::cautions));
    let mut notes: Vec<_> = cautions.map(Note::Caution).collect();
    if scope.covers_subdomains() {
        notes.extend(managed_below(tx, domain)?);
        let managed = row::by_key::<ManagedDomain>(tx, domain)?;
        notes.extend(managed.map(|managed| Note::ManagedApex { managed }));
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
    notes.extend(beside.map(|route| Note::RouteForSubdomains { route }));
    let above = route_above(tx, &managed.domain)?;
    notes.extend(above.map(|route| Note::RouteAbove { route }));
    Ok(notes)
}

/// The routes for the domain or its subdomains: two at most.
fn routes_of(tx: &Transaction<'_>, domain: &Domain) -> Result<Vec<Stored<Route>>, Error> {
    let sql = format!("SELECT {} FROM routes WHERE domain = ?", Route::COLUMNS);
    row::all(tx, &sql, params![domain.as_str()])
}

/// The route for the nearest parent domain that also applies to this domain.
fn route_above(tx: &Transaction<'_>, domain: &Domain) -> Result<Option<Stored<Route>>, Error> {
    let sql = format!(
        "SELECT {} FROM routes WHERE domain = ? AND scope <> 'domain'",
        Route::COLUMNS
    );
    for parent in domain.parents() {
        if let Some(route) = row::one(tx, &sql, params![parent])? {
            return Ok(Some(route));
        }
    }
    Ok(None)
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
