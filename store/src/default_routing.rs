//! Where mail for managed domains without routing of their own goes.

use routing::{Host, NextHop, Port};
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    By, Error, ObjectKind, RowId, Store, Version,
    author::Author,
    change::{self, Entry},
    row::Columns,
};

/// The one row of its table, and its number in the log.
pub(crate) const ID: RowId = RowId(0);
/// Its name in the log.
pub(crate) const NAME: &str = "default domain routing";

/// Where mail for managed domains without routing of their own goes, and for how many that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRouting {
    /// Where it goes; `None` if nobody has said so yet.
    pub next_hop: Option<NextHop>,
    /// The change that last wrote it; 0 if nobody has.
    pub version: Version,
    /// How many managed domains use it, having no routing of their own.
    pub using: u64,
    /// How many managed domains there are.
    pub managed: u64,
    /// The act by which it was just set; nothing where it was only read, or was so already.
    #[serde(skip)]
    pub act: Option<i64>,
}

impl Store {
    /// The default domain routing as it is.
    pub async fn default_routing(&self) -> Result<DefaultRouting, Error> {
        self.read(read).await
    }

    /// Sets or empties the default domain routing. Setting what is already set changes nothing.
    ///
    /// # Errors
    /// [`Error::Loop`] if the host is the gateway itself,
    /// [`Error::DefaultRoutingChanged`] if it is not as it was in the version that the person saw.
    pub async fn set_default_routing(
        &self,
        by: &By,
        seen: Version,
        next_hop: Option<NextHop>,
    ) -> Result<DefaultRouting, Error> {
        self.refuse_loops(next_hop.iter().map(|hop| &hop.host))?;
        self.write_by(by, move |tx, by| set(tx, by, seen, next_hop))
            .await
    }
}

/// Where it goes, without the counts.
pub(crate) fn next_hop(tx: &Transaction<'_>) -> Result<Option<NextHop>, Error> {
    state(tx).map(|(next_hop, _)| next_hop)
}

fn state(tx: &Transaction<'_>) -> Result<(Option<NextHop>, Version), Error> {
    let sql = "SELECT id, version, host, port FROM default_routing";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        return Err(Error::Corrupt {
            table: "default_routing",
            id: Some(ID),
            detail: "the row is missing".to_owned(),
        });
    };
    let columns = Columns::new(row, "default_routing");
    Ok((columns.next_hop(2, 3)?, Version(columns.number(1)?)))
}

/// The next hop, or none if there is none that can be read: the mail that it is for waits then, and
/// all other mail goes its way.
pub(crate) fn readable(tx: &Transaction<'_>) -> Result<Option<NextHop>, Error> {
    match next_hop(tx) {
        Err(error @ Error::Corrupt { .. }) => {
            tracing::error!(%error, "the default domain routing cannot be used");
            Ok(None)
        }
        read => read,
    }
}

fn read(tx: &Transaction<'_>) -> Result<DefaultRouting, Error> {
    let (next_hop, version) = state(tx)?;
    let sql = "SELECT (SELECT count(*) FROM managed_domains WHERE host_order = ''),
                      (SELECT count(*) FROM managed_domains)";
    let counts = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (using, managed) = tx.prepare_cached(sql)?.query_row([], counts)?;
    Ok(DefaultRouting {
        next_hop,
        version,
        using,
        managed,
        act: None,
    })
}

fn set(
    tx: &Transaction<'_>,
    by: &Author,
    seen: Version,
    next_hop: Option<NextHop>,
) -> Result<DefaultRouting, Error> {
    let now = read(tx)?;
    if now.next_hop == next_hop {
        return Ok(now);
    }
    if now.version != seen
        && let Some(change) = change::unseen(
            tx,
            ObjectKind::DefaultRouting,
            ID,
            seen,
            &logged(now.next_hop.as_ref()),
        )?
    {
        return Err(Error::DefaultRoutingChanged {
            now,
            change: Box::new(change),
        });
    }
    let version = put(tx, by, now.next_hop.as_ref(), next_hop.as_ref())?;
    Ok(DefaultRouting {
        next_hop,
        version,
        act: by.done(tx)?,
        ..now
    })
}

/// Writes it, with its entry in the log.
pub(crate) fn put(
    tx: &Transaction<'_>,
    by: &Author,
    before: Option<&NextHop>,
    after: Option<&NextHop>,
) -> Result<Version, Error> {
    let version = change::next(tx)?;
    let json = |next_hop| serde_json::to_string(&logged(next_hop));
    let entry = Entry {
        version,
        kind: ObjectKind::DefaultRouting,
        object: ID,
        name: NAME,
        before: Some(&json(before)?),
        after: Some(&json(after)?),
    };
    change::append(tx, by, &entry)?;
    let (host, port) = after
        .map(|hop| (hop.host.to_string(), hop.port.get()))
        .unzip();
    tx.prepare_cached("UPDATE default_routing SET host = ?, port = ?, version = ?")?
        .execute(params![host, port, version.0])?;
    Ok(version)
}

/// As in the log: host and port, both null where there is none.
fn logged(next_hop: Option<&NextHop>) -> Value {
    let host = next_hop.map(|hop| &hop.host);
    let port = next_hop.map(|hop| hop.port);
    json!({"host": host, "port": port})
}

/// What [`logged`] made.
pub(crate) fn from_log(logged: &str) -> Result<Option<NextHop>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Logged {
        host: Option<Host>,
        port: Option<Port>,
    }
    let logged: Logged = serde_json::from_str(logged)?;
    let (host, port) = (logged.host, logged.port);
    Ok(host.zip(port).map(|(host, port)| NextHop { host, port }))
}
