//! How a smart host lies in its table.

use routing::{Account, NextHop, SmartHost, TlsPolicy};
use rusqlite::{OptionalExtension, Params, Transaction, params};
use serde::Serialize;

use super::{PasswordState, StoredLogin, StoredSmartHost};
use crate::{Error, RowId, Version, key::SealingKey, row::Columns};

const TABLE: &str = "smart_hosts";
const SELECT: &str = "SELECT id, version, host, port, tls, tls_name, user, login_reason, comment,
                      password, password_set FROM smart_hosts";

/// A row, with its password as it is kept.
pub(crate) struct SmartHostRow {
    pub(crate) id: RowId,
    pub(crate) version: Version,
    pub(crate) settings: SmartHost,
    pub(crate) password: Option<Sealed>,
}

/// A password as it is kept.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    /// The change that set it.
    pub(crate) set: Version,
}

/// A row as the log tells it: without the password, but with the change that set it.
#[derive(Serialize)]
pub(super) struct Logged<'a> {
    #[serde(flatten)]
    settings: &'a SmartHost,
    password_set: Option<Version>,
}

impl SmartHostRow {
    pub(super) fn logged(&self) -> Logged<'_> {
        Logged {
            settings: &self.settings,
            password_set: self.password.as_ref().map(|password| password.set),
        }
    }

    /// How the gateway signs in.
    pub(super) fn login(&self, key: &SealingKey) -> StoredLogin {
        let settings = &self.settings;
        match (&settings.user, &self.password) {
            (Some(user), Some(sealed)) => {
                match key.unseal(&sealed.bytes, &settings.next_hop, user) {
                    Some(password) => StoredLogin::Account(Account {
                        user: user.clone(),
                        password,
                    }),
                    None => StoredLogin::Unreadable,
                }
            }
            _ => StoredLogin::None,
        }
    }

    pub(super) fn with_login(self, key: &SealingKey) -> (SmartHost, StoredLogin) {
        let login = self.login(key);
        (self.settings, login)
    }
}

/// The smart host as it is shown, from its row or from the defaults.
pub(super) fn stored(
    tx: &Transaction<'_>,
    key: &SealingKey,
    next_hop: &NextHop,
    row: Option<SmartHostRow>,
) -> Result<StoredSmartHost, Error> {
    let routes = routes_using(tx, next_hop)?;
    let Some(row) = row else {
        return Ok(StoredSmartHost {
            id: None,
            version: Version(0),
            routes,
            password: PasswordState::None,
            act: None,
            settings: SmartHost::default_for(next_hop.clone()),
        });
    };
    Ok(StoredSmartHost {
        id: Some(row.id),
        version: row.version,
        routes,
        password: match row.login(key) {
            StoredLogin::None => PasswordState::None,
            StoredLogin::Account(_) => PasswordState::Set,
            StoredLogin::Unreadable => PasswordState::Unreadable,
        },
        act: None,
        settings: row.settings,
    })
}

pub(super) fn shown(
    tx: &Transaction<'_>,
    key: &SealingKey,
    next_hop: &NextHop,
) -> Result<StoredSmartHost, Error> {
    stored(tx, key, next_hop, find(tx, next_hop)?)
}

pub(crate) fn find(
    tx: &Transaction<'_>,
    next_hop: &NextHop,
) -> Result<Option<SmartHostRow>, Error> {
    let sql = format!("{SELECT} WHERE host = ? AND port = ?");
    let of = params![next_hop.host.to_string(), next_hop.port.get()];
    Ok(select(tx, &sql, of)?.pop())
}

/// All that has been set, for whoever answers Postfix. Settings that cannot be read hold the mail of
/// their host back, as a password does that cannot be read, and no other mail.
pub(crate) fn all_with_logins(
    tx: &Transaction<'_>,
    key: &SealingKey,
) -> Result<Vec<(SmartHost, StoredLogin)>, Error> {
    let default = |next_hop| (SmartHost::default_for(next_hop), StoredLogin::Unreadable);
    all_as(tx, |row| row.with_login(key), default)
}

/// All that has been set, but for the passwords. What cannot be read has the defaults, as for
/// [`all_with_logins`].
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<SmartHost>, Error> {
    all_as(tx, |row| row.settings, SmartHost::default_for)
}

fn all_as<T>(
    tx: &Transaction<'_>,
    of: impl Fn(SmartHostRow) -> T,
    otherwise: impl Fn(NextHop) -> T,
) -> Result<Vec<T>, Error> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY host, port"))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(row) => all.push(of(row)),
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(%error, "the settings of a smart host cannot be used");
                let of = Columns::new(row, TABLE).next_hop(2, 3);
                // Without host and port they are nobody's.
                if let Ok(Some(next_hop)) = of {
                    all.push(otherwise(next_hop));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// The version of its settings; 0 where nothing has been set.
pub(crate) fn version(tx: &Transaction<'_>, next_hop: &NextHop) -> Result<Version, Error> {
    let sql = "SELECT version FROM smart_hosts WHERE host = ? AND port = ?";
    let of = params![next_hop.host.to_string(), next_hop.port.get()];
    let version = tx.prepare_cached(sql)?.query_row(of, |row| row.get(0));
    Ok(Version(version.optional()?.unwrap_or(0)))
}

/// The policy that applies to a next hop.
pub(crate) fn policy(tx: &Transaction<'_>, next_hop: &NextHop) -> Result<TlsPolicy, Error> {
    let row = find(tx, next_hop)?;
    Ok(row.map_or_else(
        || TlsPolicy::default_for(next_hop.port),
        |row| row.settings.tls,
    ))
}

fn select(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Result<Vec<SmartHostRow>, Error> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &rusqlite::Row<'_>) -> Result<SmartHostRow, Error> {
    let columns = Columns::new(row, TABLE);
    let corrupt = |error: rusqlite::Error| columns.corrupt(&error);
    let text = |column| row.get::<_, Option<String>>(column).map_err(corrupt);
    let next_hop = columns.next_hop(2, 3)?;
    let next_hop = next_hop.ok_or_else(|| columns.corrupt(&"there is no host"))?;
    let tls = text(4)?.unwrap_or_default();
    let name = text(5)?.unwrap_or_default();
    let tls = TlsPolicy::parse(&tls, &name).map_err(|error| columns.corrupt(&error))?;
    let user = if text(6)?.is_some() {
        Some(columns.parse(6)?)
    } else {
        None
    };
    let password = match (
        row.get::<_, Option<Vec<u8>>>(9).map_err(corrupt)?,
        row.get(10).map_err(corrupt)?,
    ) {
        (Some(bytes), Some(set)) => Some(Sealed {
            bytes,
            set: Version(set),
        }),
        _ => None,
    };
    let settings = SmartHost {
        next_hop,
        tls,
        user,
        login_reason: columns.parse(7)?,
        comment: columns.parse(8)?,
    };
    if settings.user.is_some() != password.is_some() {
        return Err(columns.corrupt(&"user name and password belong together"));
    }
    Ok(SmartHostRow {
        id: columns.id()?,
        version: Version(columns.number(1)?),
        settings: settings
            .checked()
            .map_err(|error| columns.corrupt(&error))?,
        password,
    })
}

/// How many routes use the next hop, as the schema keeps it.
pub(crate) fn routes_using(tx: &Transaction<'_>, next_hop: &NextHop) -> Result<u64, Error> {
    let sql = "SELECT routes FROM next_hops_used WHERE host = ? AND port = ?";
    let of = params![next_hop.host.to_string(), next_hop.port.get()];
    let routes = tx.prepare_cached(sql)?.query_row(of, |row| row.get(0));
    Ok(routes.optional()?.unwrap_or(0))
}

/// Writes the row in place of the one that may be there.
pub(super) fn write(tx: &Transaction<'_>, row: &SmartHostRow) -> Result<(), Error> {
    let sql = "INSERT INTO smart_hosts (id, version, host, port, tls, tls_name, user, login_reason,
                   comment, password, password_set)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (host, port) DO UPDATE SET version = ?2, tls = ?5, tls_name = ?6, user = ?7,
                   login_reason = ?8, comment = ?9, password = ?10, password_set = ?11";
    let settings = &row.settings;
    tx.prepare_cached(sql)?.execute(params![
        row.id.0,
        row.version.0,
        settings.next_hop.host.to_string(),
        settings.next_hop.port.get(),
        settings.tls.as_str(),
        settings.tls.name().map(ToString::to_string),
        settings.user.as_ref().map(routing::UserName::as_str),
        settings.login_reason.as_str(),
        settings.comment.as_str(),
        row.password.as_ref().map(|password| &password.bytes),
        row.password.as_ref().map(|password| password.set.0),
    ])?;
    Ok(())
}

pub(super) fn delete(tx: &Transaction<'_>, id: RowId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM smart_hosts WHERE id = ?")?
        .execute([id.0])?;
    Ok(())
}

/// Seals every password anew, with another key; returns how many, and how many could not be read and
/// stay as they are.
pub(crate) fn reseal(
    tx: &Transaction<'_>,
    from: &SealingKey,
    to: &SealingKey,
) -> Result<(u64, u64), Error> {
    let (mut sealed, mut unreadable) = (0, 0);
    for row in select(tx, &format!("{SELECT} WHERE password IS NOT NULL"), [])? {
        let settings = &row.settings;
        let (Some(user), Some(password)) = (&settings.user, &row.password) else {
            continue;
        };
        let Some(password) = from.unseal(&password.bytes, &settings.next_hop, user) else {
            unreadable += 1;
            continue;
        };
        let bytes = to.seal(&password, &settings.next_hop, user)?;
        tx.prepare_cached("UPDATE smart_hosts SET password = ? WHERE id = ?")?
            .execute(params![bytes, row.id.0])?;
        sealed += 1;
    }
    Ok((sealed, unreadable))
}
