//! Putting rows back: all are written first, and then every rule is checked, so that rows may swap
//! their names and the order does not count.

use std::collections::BTreeMap;

use routing::{ManagedDomain, Own, Route, SmartHost};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    plan::{Plan, Put, PutSetup},
    setup::{Login, Setup},
    tombstones,
};
use crate::{
    Error, RowId,
    author::Author,
    default_routing, people,
    row::Row,
    rules, settings,
    smart_host::{self, Sealed, SmartHostRow},
    write,
};

/// How often rows were asked for: kept while they are out of their table.
type Asked = BTreeMap<RowId, (i64, i64)>;

/// Puts everything back. Returns whether a password stays that was another one before.
///
/// # Errors
/// Those of the rules. Then the transaction has to be rolled back.
pub(super) fn apply(
    tx: &Transaction<'_>,
    by: &Author,
    own: &Own,
    plan: &Plan,
) -> Result<bool, Error> {
    refuse_loops(own, plan)?;
    // The schema refuses a row whose names another one has, so first those go that will not keep
    // their names.
    let mut asked = clear(tx, by, &plan.routes)?;
    asked.append(&mut clear(tx, by, &plan.managed_domains)?);
    fill(tx, by, &plan.routes, &asked)?;
    fill(tx, by, &plan.managed_domains, &asked)?;
    let mut password_stays = false;
    let mut tls_changed = Vec::new();
    for setup in &plan.smart_hosts {
        by.takes_back(setup.undoes);
        if put_setup(tx, by, setup)? {
            tls_changed.push(&setup.next_hop);
        }
        password_stays |= setup.login == Login::Lost;
    }
    if let Some(default) = plan
        .default_routing
        .as_ref()
        .filter(|put| put.now != put.want)
    {
        by.takes_back(default.undoes);
        default_routing::put(tx, by, default.now.as_ref(), default.want.as_ref())?;
    }
    check(tx, &plan.routes)?;
    check(tx, &plan.managed_domains)?;
    for next_hop in tls_changed {
        rules::check_lists_with(tx, next_hop)?;
    }
    tombstones::follow(tx, by, &plan.routes, &plan.managed_domains)?;
    tombstones::put(tx, by, &plan.tombstones)?;
    for person in &plan.people {
        by.takes_back(person.undoes);
        people::put(tx, by, &person.name, person.want)?;
    }
    if let Some(second_factor) = &plan.second_factor {
        by.takes_back(second_factor.undoes);
        settings::put_second_factor(tx, by, second_factor.want)?;
    }
    by.takes_back(None);
    Ok(password_stays)
}

fn refuse_loops(own: &Own, plan: &Plan) -> Result<(), Error> {
    let routes = plan.routes.iter().filter_map(|put| put.want.as_ref());
    let managed = plan
        .managed_domains
        .iter()
        .filter_map(|put| put.want.as_ref());
    let default = plan
        .default_routing
        .iter()
        .filter_map(|put| put.want.as_ref());
    let hosts = routes
        .flat_map(Route::hosts)
        .chain(managed.flat_map(ManagedDomain::hosts))
        .chain(default.map(|hop| &hop.host));
    for host in hosts {
        own.check(host)?;
    }
    Ok(())
}

/// Whether a row keeps the names that it stands for.
fn keeps_names<T: Row>(put: &Put<T>) -> bool {
    match (&put.now, &put.want) {
        (Some(now), Some(want)) => now.names() == want.names(),
        _ => false,
    }
}

/// Takes those rows out that go or get other names.
fn clear<T: Row>(tx: &Transaction<'_>, by: &Author, puts: &[Put<T>]) -> Result<Asked, Error> {
    let mut asked = Asked::new();
    let sql = format!("DELETE FROM {} WHERE id = ?", T::TABLE);
    let mut delete = tx.prepare_cached(&sql)?;
    for put in puts.iter().filter(|put| !keeps_names(put)) {
        let Some(now) = &put.now else { continue };
        if put.want.is_none() {
            by.takes_back(put.undoes);
            write::record(tx, by, put.id, by.next(tx)?, Some(now), None)?;
        } else if let Some(count) = asked_for(tx, put.id)? {
            asked.insert(put.id, count);
        }
        delete.execute([put.id.0])?;
    }
    Ok(asked)
}

fn asked_for(tx: &Transaction<'_>, id: RowId) -> Result<Option<(i64, i64)>, Error> {
    let sql = "SELECT count, last_at FROM asked WHERE id = ?";
    let mut statement = tx.prepare_cached(sql)?;
    let count = statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(count.optional()?)
}

/// Writes those rows that stay, change or come back.
fn fill<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    puts: &[Put<T>],
    asked: &Asked,
) -> Result<(), Error> {
    for put in puts {
        let Some(want) = &put.want else { continue };
        if put.now.as_ref() == Some(want) {
            continue;
        }
        by.takes_back(put.undoes);
        let version = by.next(tx)?;
        write::record(tx, by, put.id, version, put.now.as_ref(), Some(want))?;
        // One that does not keep its names was taken out.
        let before = put.now.as_ref().filter(|_| keeps_names(put));
        write::write(tx, (put.id, version), Some(put.id), before, want)?;
        if let Some((count, last_at)) = asked.get(&put.id) {
            tx.prepare_cached("INSERT INTO asked (id, count, last_at) VALUES (?, ?, ?)")?
                .execute(params![put.id.0, count, last_at])?;
        }
    }
    Ok(())
}

fn check<T: Row>(tx: &Transaction<'_>, puts: &[Put<T>]) -> Result<(), Error> {
    for put in puts {
        if let Some(want) = &put.want {
            want.check(tx, Some(put.id))?;
        }
    }
    Ok(())
}

/// Puts the settings of a smart host back; returns whether the rules of lists have to be checked.
fn put_setup(tx: &Transaction<'_>, by: &Author, put: &PutSetup) -> Result<bool, Error> {
    let next_hop = &put.next_hop;
    let now = smart_host::find(tx, next_hop)?;
    let login = match (&now, put.login) {
        (Some(now), Login::Keep | Login::Lost) => {
            let sealed = now.password.as_ref().map(|password| Sealed {
                bytes: password.bytes.clone(),
                set: password.set,
            });
            now.settings.user.clone().zip(sealed)
        }
        _ => None,
    };
    let want = Setup::applying(put.want.as_ref(), next_hop).settings;
    let reason = match &now {
        Some(now) if want.login_reason.is_empty() => now.settings.login_reason.clone(),
        _ => want.login_reason.clone(),
    };
    let (user, password) = login.unzip();
    let settings = SmartHost {
        user,
        login_reason: reason,
        ..want
    }
    .checked()?;
    match &now {
        None if put.want.is_none() => return Ok(false),
        // Where routes use it, the defaults are written out: a smart host that is used keeps its row.
        Some(now)
            if put.want.is_none()
                && settings == SmartHost::default_for(next_hop.clone())
                && smart_host::routes_using(tx, next_hop)? == 0 =>
        {
            smart_host::forget(tx, by, now)?;
            return Ok(false);
        }
        Some(now) if now.settings == settings && now.password.is_some() == password.is_some() => {
            return Ok(false);
        }
        _ => {}
    }
    let after = SmartHostRow {
        id: now.as_ref().map_or(put.id, |now| now.id),
        version: by.next(tx)?,
        settings,
        password,
    };
    smart_host::put(tx, by, now.as_ref(), &after)
}
