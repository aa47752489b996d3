//! How a person lies in their table.

use access::{AccountName, Role};
use rusqlite::{Row, Transaction, params};
use serde::Serialize;

use super::{Credentials, Person, StoredSeed};
use crate::{
    Error, RowId, Timestamp, Version,
    key::{SealingKey, bound_to_person},
};

const TABLE: &str = "people";
const SELECT: &str =
    "SELECT id, version, name, role, disabled, created, seed_set, codes_set, password_set,
    (SELECT count(*) FROM recovery_codes WHERE person = people.id),
    nullif(max(
        ifnull((SELECT max(seen) FROM sessions WHERE person = people.id), 0),
        ifnull((SELECT at FROM changes WHERE kind = 'sign_in' AND object_id = people.id
                ORDER BY id DESC LIMIT 1), 0)), 0)
    FROM people";

/// A row, but for its secrets.
pub(super) struct PersonRow {
    pub(super) person: Person,
    pub(super) password_set: Version,
    pub(super) seed_set: Option<Version>,
    pub(super) codes_set: Option<Version>,
}

/// A row as the log tells it: which change set a secret, and never the secret.
#[derive(PartialEq, Serialize)]
pub(super) struct Logged<'a> {
    name: &'a AccountName,
    role: Role,
    disabled: bool,
    password_set: Version,
    second_factor_set: Option<Version>,
    recovery_codes_set: Option<Version>,
}

impl PersonRow {
    pub(super) fn logged(&self) -> Logged<'_> {
        Logged {
            name: &self.person.name,
            role: self.person.role,
            disabled: self.person.disabled,
            password_set: self.password_set,
            second_factor_set: self.seed_set,
            recovery_codes_set: self.codes_set,
        }
    }
}

pub(super) fn any(tx: &Transaction<'_>) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM people)";
    Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<Person>, Error> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?.person);
    }
    Ok(all)
}

pub(super) fn find(tx: &Transaction<'_>, name: &AccountName) -> Result<Option<Person>, Error> {
    Ok(by_name(tx, name)?.map(|row| row.person))
}

pub(super) fn by_name(
    tx: &Transaction<'_>,
    name: &AccountName,
) -> Result<Option<PersonRow>, Error> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
    let mut rows = statement.query([name.as_str()])?;
    rows.next()?.map(read).transpose()
}

pub(crate) fn by_id(tx: &Transaction<'_>, id: RowId) -> Result<Option<Person>, Error> {
    Ok(row_by_id(tx, id)?.map(|row| row.person))
}

pub(super) fn row_by_id(tx: &Transaction<'_>, id: RowId) -> Result<Option<PersonRow>, Error> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(read).transpose()
}

/// Whether somebody else can manage people.
pub(super) fn another_administrator(tx: &Transaction<'_>, than: RowId) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM people
               WHERE id <> ? AND role = 'administrator' AND NOT disabled)";
    Ok(tx
        .prepare_cached(sql)?
        .query_row([than.0], |row| row.get(0))?)
}

pub(super) fn credentials(
    tx: &Transaction<'_>,
    key: &SealingKey,
    name: &AccountName,
) -> Result<Option<Credentials>, Error> {
    let Some(PersonRow {
        person,
        password_set,
        ..
    }) = by_name(tx, name)?
    else {
        return Ok(None);
    };
    let sql = "SELECT password, seed, seed_step FROM people WHERE id = ?";
    let secrets = |row: &Row<'_>| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Option<Vec<u8>>>(1)?,
            row.get::<_, u64>(2)?,
        ))
    };
    let (password, seed, last_step) = tx
        .prepare_cached(sql)?
        .query_row([person.id.0], secrets)
        .map_err(|error| corrupt(person.id, &error))?;
    let seed = match seed {
        None => StoredSeed::None,
        Some(sealed) => match key.unseal_bytes(&sealed, &bound_to_person(person.id)) {
            Some(seed) => StoredSeed::Set { seed, last_step },
            None => StoredSeed::Unreadable,
        },
    };
    Ok(Some(Credentials {
        person,
        password_hash: password.into(),
        password_set,
        seed,
    }))
}

/// Seals every seed anew, with another key; returns how many, and how many could not be read and stay
/// as they are.
pub(crate) fn reseal(
    tx: &Transaction<'_>,
    from: &SealingKey,
    to: &SealingKey,
) -> Result<(u64, u64), Error> {
    let (mut resealed, mut unreadable) = (0, 0);
    let mut statement = tx.prepare("SELECT id, seed FROM people WHERE seed IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (id, sealed): (i64, _) = row;
        let bound = bound_to_person(RowId(id));
        let Some(seed) = from.unseal_bytes(&sealed, &bound) else {
            unreadable += 1;
            continue;
        };
        tx.prepare_cached("UPDATE people SET seed = ? WHERE id = ?")?
            .execute(params![to.seal_bytes(&seed, &bound)?, id])?;
        resealed += 1;
    }
    Ok((resealed, unreadable))
}

fn read(row: &Row<'_>) -> Result<PersonRow, Error> {
    let id = RowId(row.get(0)?);
    let wrong = |error: rusqlite::Error| corrupt(id, &error);
    let text = |column| row.get::<_, String>(column).map_err(wrong);
    let version = |column| {
        let version = row.get::<_, Option<i64>>(column).map_err(wrong)?;
        Ok::<_, Error>(version.map(Version))
    };
    let seed_set = version(6)?;
    Ok(PersonRow {
        person: Person {
            id,
            version: Version(row.get(1).map_err(wrong)?),
            name: AccountName::parse(&text(2)?).map_err(|error| corrupt(id, &error))?,
            role: text(3)?.parse().map_err(|error| corrupt(id, &error))?,
            disabled: row.get(4).map_err(wrong)?,
            created: Timestamp(row.get(5).map_err(wrong)?),
            second_factor: seed_set.is_some(),
            recovery_codes: row.get(9).map_err(wrong)?,
            seen: row.get::<_, Option<i64>>(10).map_err(wrong)?.map(Timestamp),
            act: None,
        },
        seed_set,
        codes_set: version(7)?,
        password_set: Version(row.get(8).map_err(wrong)?),
    })
}

fn corrupt(id: RowId, detail: &impl ToString) -> Error {
    Error::Corrupt {
        table: TABLE,
        id: Some(id),
        detail: detail.to_string(),
    }
}
