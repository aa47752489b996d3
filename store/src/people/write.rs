//! Adding, changing and removing people: the rules, the row and its entry in the log, in one
//! transaction.

use access::{AccountName, Role};
use rusqlite::{Transaction, params};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Digest, Keep, NewPerson, Person,
    row::{self, PersonRow},
};
use crate::{
    Error, ObjectKind, RowId, SessionKey, Version,
    author::Author,
    change::{self, Entry},
    key::{SealingKey, bound_to_person},
    sessions,
};

pub(super) fn add(tx: &Transaction<'_>, by: &Author, new: &NewPerson) -> Result<Person, Error> {
    if row::find(tx, &new.name)?.is_some() {
        return Err(Error::PersonExists(new.name.clone()));
    }
    let version = change::next(tx)?;
    let mut after = PersonRow {
        person: Person {
            id: RowId(version.0),
            version,
            name: new.name.clone(),
            role: new.role,
            disabled: false,
            created: by.at,
            second_factor: false,
            recovery_codes: 0,
            seen: None,
            act: None,
        },
        password_set: version,
        seed_set: None,
        codes_set: None,
    };
    record(tx, by, version, None, Some(&after))?;
    let sql =
        "INSERT INTO people (id, version, name, role, disabled, created, password, password_set)
               VALUES (?1, ?1, ?2, ?3, 0, ?4, ?5, ?1)";
    tx.prepare_cached(sql)?.execute(params![
        version.0,
        new.name.as_str(),
        new.role.as_str(),
        by.at.0,
        new.password_hash,
    ])?;
    after.person.act = by.done(tx)?;
    Ok(after.person)
}

/// Changes role or state.
pub(super) fn edit(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
    change: impl FnOnce(&mut Person),
) -> Result<Person, Error> {
    let now = there(tx, name)?;
    let mut after = there(tx, name)?;
    change(&mut after.person);
    if after.person == now.person {
        return Ok(now.person);
    }
    let stays = |person: &Person| person.role == Role::Administrator && !person.disabled;
    if stays(&now.person) && !stays(&after.person) {
        refuse_if_last(tx, &now.person)?;
    }
    let version = change::next(tx)?;
    record(tx, by, version, Some(&now), Some(&after))?;
    let person = Person {
        version,
        act: by.done(tx)?,
        ..after.person
    };
    tx.prepare_cached("UPDATE people SET version = ?, role = ?, disabled = ? WHERE id = ?")?
        .execute(params![
            version.0,
            person.role.as_str(),
            person.disabled,
            person.id.0
        ])?;
    if person.disabled {
        sessions::end_all(tx, person.id, None)?;
    }
    Ok(person)
}

/// Gives somebody this role and state, or removes them.
pub(crate) fn put(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
    want: Option<(Role, bool)>,
) -> Result<(), Error> {
    match want {
        Some((role, disabled)) => edit(tx, by, name, |person| {
            person.role = role;
            person.disabled = disabled;
        })
        .map(drop),
        None => remove(tx, by, name).map(drop),
    }
}

pub(super) fn remove(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
) -> Result<Person, Error> {
    let now = there(tx, name)?;
    if now.person.role == Role::Administrator && !now.person.disabled {
        refuse_if_last(tx, &now.person)?;
    }
    record(tx, by, change::next(tx)?, Some(&now), None)?;
    // Sessions, devices and codes go with it.
    tx.prepare_cached("DELETE FROM people WHERE id = ?")?
        .execute([now.person.id.0])?;
    Ok(now.person)
}

pub(super) fn set_password(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
    hash: &str,
    keep: Option<Keep>,
) -> Result<(), Error> {
    let id = rewrite(tx, by, name, |after, version| after.password_set = version)?;
    tx.prepare_cached("UPDATE people SET password = ? WHERE id = ?")?
        .execute(params![hash, id.0])?;
    sessions::end_all(tx, id, keep.map(|keep| keep.session))?;
    // Whoever else knew the old password is a stranger from now on, wherever they come from.
    tx.prepare_cached("DELETE FROM devices WHERE person = ? AND key IS NOT ?")?
        .execute(params![id.0, keep.and_then(|keep| keep.device)])?;
    Ok(())
}

pub(super) fn renew_hash(
    tx: &Transaction<'_>,
    id: RowId,
    old: &SecretString,
    new: &str,
) -> Result<(), Error> {
    // Not in place of one that was set meanwhile.
    tx.prepare_cached("UPDATE people SET password = ? WHERE id = ? AND password = ?")?
        .execute(params![new, id.0, old.expose_secret()])?;
    Ok(())
}

pub(super) fn set_second_factor(
    tx: &Transaction<'_>,
    key: &SealingKey,
    by: &Author,
    name: &AccountName,
    (seed, step): (&[u8], u64),
    recovery: &[Digest],
    keep: Option<SessionKey>,
) -> Result<(), Error> {
    let id = rewrite(tx, by, name, |after, version| {
        after.seed_set = Some(version);
        after.codes_set = Some(version);
    })?;
    let sealed = key.seal_bytes(seed, &bound_to_person(id))?;
    tx.prepare_cached("UPDATE people SET seed = ?, seed_step = ? WHERE id = ?")?
        .execute(params![sealed, step, id.0])?;
    write_codes(tx, id, recovery)?;
    sessions::end_all(tx, id, keep)
}

pub(super) fn remove_second_factor(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
) -> Result<(), Error> {
    if !there(tx, name)?.person.second_factor {
        return Ok(());
    }
    let id = rewrite(tx, by, name, |after, _| {
        after.seed_set = None;
        after.codes_set = None;
    })?;
    tx.prepare_cached("UPDATE people SET seed = NULL, seed_step = 0 WHERE id = ?")?
        .execute([id.0])?;
    write_codes(tx, id, &[])
}

pub(super) fn set_recovery_codes(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
    recovery: &[Digest],
) -> Result<(), Error> {
    let id = rewrite(tx, by, name, |after, version| {
        after.codes_set = Some(version);
    })?;
    write_codes(tx, id, recovery)
}

fn write_codes(tx: &Transaction<'_>, id: RowId, codes: &[Digest]) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM recovery_codes WHERE person = ?")?
        .execute([id.0])?;
    let mut insert =
        tx.prepare_cached("INSERT INTO recovery_codes (person, code) VALUES (?, ?)")?;
    for code in codes {
        insert.execute(params![id.0, code])?;
    }
    Ok(())
}

/// Records that a secret of somebody was set, and writes which change set it.
fn rewrite(
    tx: &Transaction<'_>,
    by: &Author,
    name: &AccountName,
    change: impl FnOnce(&mut PersonRow, Version),
) -> Result<RowId, Error> {
    let now = there(tx, name)?;
    let mut after = there(tx, name)?;
    let version = change::next(tx)?;
    change(&mut after, version);
    record(tx, by, version, Some(&now), Some(&after))?;
    let id = now.person.id;
    // The seed goes with the change that set it; it is written next.
    let sql = "UPDATE people SET version = ?1, password_set = ?2, codes_set = ?3,
                   seed = CASE WHEN ?4 IS NULL THEN NULL ELSE ifnull(seed, zeroblob(42)) END, seed_set = ?4
               WHERE id = ?5";
    tx.prepare_cached(sql)?.execute(params![
        version.0,
        after.password_set.0,
        after.codes_set.map(|version| version.0),
        after.seed_set.map(|version| version.0),
        id.0,
    ])?;
    Ok(id)
}

fn there(tx: &Transaction<'_>, name: &AccountName) -> Result<PersonRow, Error> {
    row::by_name(tx, name)?.ok_or_else(|| Error::NoSuchPerson(name.clone()))
}

fn refuse_if_last(tx: &Transaction<'_>, person: &Person) -> Result<(), Error> {
    if row::another_administrator(tx, person.id)? {
        Ok(())
    } else {
        Err(Error::LastAdministrator(person.name.clone()))
    }
}

fn record(
    tx: &Transaction<'_>,
    by: &Author,
    version: Version,
    before: Option<&PersonRow>,
    after: Option<&PersonRow>,
) -> Result<(), Error> {
    let json = |row: Option<&PersonRow>| {
        row.map(|row| serde_json::to_string(&row.logged()))
            .transpose()
    };
    let (json_before, json_after) = (json(before)?, json(after)?);
    let Some(person) = before.or(after).map(|row| &row.person) else {
        return Ok(());
    };
    let entry = Entry {
        version,
        kind: ObjectKind::User,
        object: person.id,
        name: person.name.as_str(),
        before: json_before.as_deref(),
        after: json_after.as_deref(),
    };
    change::append(tx, by, &entry)
}
