//! Setting a smart host up, and forgetting it: rules, row and log entry in one transaction.

use routing::{NextHop, SmartHost, TlsPolicy, UserName};
use rusqlite::Transaction;

use super::{
    Login, SmartHostInput, StoredLogin, StoredSmartHost,
    row::{self, Sealed, SmartHostRow},
};
use crate::{
    Error, ObjectKind, RowId, Version,
    author::Author,
    change::{self, Entry},
    key::SealingKey,
    rules, tested,
};

pub(super) fn set(
    tx: &Transaction<'_>,
    key: &SealingKey,
    by: &Author,
    seen: Version,
    input: &SmartHostInput,
) -> Result<StoredSmartHost, Error> {
    let now = row::find(tx, &input.next_hop)?;
    let settings = wanted(now.as_ref(), input).checked()?;
    if is_already(now.as_ref(), key, &settings, &input.login) {
        return row::stored(tx, key, &input.next_hop, now);
    }
    as_seen(tx, key, &input.next_hop, now.as_ref(), seen)?;
    let version = change::next(tx)?;
    let password = match (&input.login, &settings.user) {
        (Login::Keep, Some(_)) => now.as_ref().and_then(|now| {
            now.password.as_ref().map(|password| Sealed {
                bytes: password.bytes.clone(),
                set: password.set,
            })
        }),
        (Login::Set(account), Some(user)) => Some(Sealed {
            bytes: key.seal(&account.password, &settings.next_hop, user)?,
            set: version,
        }),
        _ => None,
    };
    let after = SmartHostRow {
        id: now.as_ref().map_or(RowId(version.0), |now| now.id),
        version,
        settings,
        password,
    };
    if put(tx, by, now.as_ref(), &after)? {
        rules::check_lists_with(tx, &after.settings.next_hop)?;
    }
    let next_hop = after.settings.next_hop.clone();
    Ok(StoredSmartHost {
        act: by.done(tx)?,
        ..row::stored(tx, key, &next_hop, Some(after))?
    })
}

/// Writes a row in place of the one that is there, with its entry in the log. Returns whether the
/// lists of routes have to be checked with it.
pub(crate) fn put(
    tx: &Transaction<'_>,
    by: &Author,
    now: Option<&SmartHostRow>,
    after: &SmartHostRow,
) -> Result<bool, Error> {
    let next_hop = &after.settings.next_hop;
    let before = effective(now, next_hop);
    record(tx, by, after.version, now, Some(after))?;
    row::write(tx, after)?;
    if effective(Some(after), next_hop) != before {
        tested::outdate(tx, next_hop)?;
    }
    let tls = &after.settings.tls;
    Ok((before.tls.kind(), before.tls.strength()) != (tls.kind(), tls.strength()))
}

pub(super) fn delete(
    tx: &Transaction<'_>,
    key: &SealingKey,
    by: &Author,
    next_hop: &NextHop,
    seen: Version,
) -> Result<StoredSmartHost, Error> {
    let Some(now) = row::find(tx, next_hop)? else {
        return Err(Error::Gone { change: None });
    };
    refuse_used(tx, next_hop)?;
    as_seen(tx, key, next_hop, Some(&now), seen)?;
    forget(tx, by, &now)?;
    Ok(StoredSmartHost {
        act: by.done(tx)?,
        ..row::stored(tx, key, next_hop, Some(now))?
    })
}

/// Deletes a row, with its entry in the log.
pub(crate) fn forget(tx: &Transaction<'_>, by: &Author, now: &SmartHostRow) -> Result<(), Error> {
    let next_hop = &now.settings.next_hop;
    refuse_used(tx, next_hop)?;
    record(tx, by, change::next(tx)?, Some(now), None)?;
    row::delete(tx, now.id)?;
    if effective(Some(now), next_hop) != effective(None, next_hop) {
        tested::outdate(tx, next_hop)?;
    }
    Ok(())
}

fn refuse_used(tx: &Transaction<'_>, next_hop: &NextHop) -> Result<(), Error> {
    match row::routes_using(tx, next_hop)? {
        0 => Ok(()),
        routes => Err(Error::SmartHostUsed {
            next_hop: next_hop.clone(),
            routes,
        }),
    }
}

/// What a connection depends on.
#[derive(PartialEq, Eq)]
struct Effective {
    tls: TlsPolicy,
    user: Option<UserName>,
    /// The change that set the password.
    password: Option<Version>,
}

/// What applies to a smart host with this row, or without one.
fn effective(row: Option<&SmartHostRow>, next_hop: &NextHop) -> Effective {
    Effective {
        tls: row.map_or_else(
            || TlsPolicy::default_for(next_hop.port),
            |row| row.settings.tls.clone(),
        ),
        user: row.and_then(|row| row.settings.user.clone()),
        password: row.and_then(|row| row.password.as_ref().map(|password| password.set)),
    }
}

/// The settings that are asked for, in full.
fn wanted(now: Option<&SmartHostRow>, input: &SmartHostInput) -> SmartHost {
    SmartHost {
        next_hop: input.next_hop.clone(),
        tls: input.tls.clone(),
        user: match &input.login {
            Login::Keep => now.and_then(|now| now.settings.user.clone()),
            Login::None => None,
            Login::Set(account) => Some(account.user.clone()),
        },
        login_reason: input.login_reason.clone(),
        comment: input.comment.clone(),
    }
}

/// Whether the row says all that already: a form that is sent twice is no conflict.
fn is_already(
    now: Option<&SmartHostRow>,
    key: &SealingKey,
    settings: &SmartHost,
    login: &Login,
) -> bool {
    now.is_some_and(|now| {
        now.settings == *settings
            && match (login, now.login(key)) {
                (Login::Set(wanted), StoredLogin::Account(now)) => {
                    wanted.password.expose() == now.password.expose()
                }
                (Login::Set(_), _) => false,
                (Login::Keep | Login::None, _) => true,
            }
    })
}

fn as_seen(
    tx: &Transaction<'_>,
    key: &SealingKey,
    next_hop: &NextHop,
    now: Option<&SmartHostRow>,
    seen: Version,
) -> Result<(), Error> {
    let Some(row) = now.filter(|now| now.version != seen) else {
        // Settings that somebody has deleted meanwhile are made anew.
        return Ok(());
    };
    match change::unseen(tx, ObjectKind::SmartHost, row.id, seen, &row.logged())? {
        Some(change) => Err(Error::SmartHostChanged {
            now: Box::new(row::shown(tx, key, next_hop)?),
            change: Box::new(change),
        }),
        None => Err(Error::Corrupt {
            table: "smart_hosts",
            id: Some(row.id),
            detail: "no change is recorded for this row".to_owned(),
        }),
    }
}

fn record(
    tx: &Transaction<'_>,
    by: &Author,
    version: Version,
    before: Option<&SmartHostRow>,
    after: Option<&SmartHostRow>,
) -> Result<(), Error> {
    let json = |row: Option<&SmartHostRow>| {
        row.map(|row| serde_json::to_string(&row.logged()))
            .transpose()
    };
    let name = after
        .or(before)
        .map(|row| row.settings.next_hop.to_string());
    let (json_before, json_after) = (json(before)?, json(after)?);
    let entry = Entry {
        version,
        kind: ObjectKind::SmartHost,
        object: before.or(after).map_or(RowId(version.0), |row| row.id),
        name: name.as_deref().unwrap_or_default(),
        before: json_before.as_deref(),
        after: json_after.as_deref(),
    };
    change::append(tx, by, &entry)
}
