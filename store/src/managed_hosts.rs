//! The hosts that managed domains have of their own.

use routing::Host;
use rusqlite::{Transaction, params};

use crate::{Error, PageSize, Store};

impl Store {
    /// The hosts of managed domains that have routing of their own, each once, in the order of their
    /// names as text; at most as many as fit on a page, those after `after` if one is given.
    pub async fn hosts_of_managed_domains(
        &self,
        after: Option<Host>,
        size: PageSize,
    ) -> Result<Vec<Host>, Error> {
        self.read(move |tx| hosts(tx, after.as_ref(), size)).await
    }
}

/// From one host to the next by the index, however many domains have it: no domain is read.
const HOSTS: &str = "
    WITH RECURSIVE hosts (host) AS (
        SELECT min(host_order) FROM managed_domains WHERE host_order > ?1
        UNION ALL
        SELECT (SELECT min(host_order) FROM managed_domains WHERE host_order > hosts.host)
        FROM hosts WHERE host IS NOT NULL
        LIMIT ?2
    )
    SELECT host FROM hosts WHERE host IS NOT NULL";

fn hosts(tx: &Transaction<'_>, after: Option<&Host>, size: PageSize) -> Result<Vec<Host>, Error> {
    // Default routing sorts as the empty text, before any host.
    let after = after.map(ToString::to_string).unwrap_or_default();
    let limit = i64::try_from(size.get()).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(HOSTS)?;
    let mut rows = statement.query(params![after, limit])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        let host: String = row.get(0)?;
        let host = Host::parse(&host).map_err(|error| Error::Corrupt {
            table: "managed_domains",
            id: None,
            detail: error.to_string(),
        })?;
        hosts.push(host);
    }
    Ok(hosts)
}
