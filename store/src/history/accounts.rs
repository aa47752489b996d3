//! Taking back what was done to people, and to what holds for all of them.

use access::{AccountName, Role};
use rusqlite::Transaction;
use serde::Deserialize;

use super::{
    NoUndo,
    plan::{Logged, PutPerson, PutSecondFactor},
    undo::refusal,
};
use crate::{Error, people, settings};

/// Somebody as the log tells of them.
#[derive(Deserialize, PartialEq)]
struct Told {
    name: AccountName,
    role: Role,
    disabled: bool,
}

/// What holds for all, as the log tells of it.
#[derive(Deserialize)]
struct Said {
    /// Missing where another setting was changed.
    second_factor_required: Option<bool>,
}

/// What is to become of somebody whom an entry has changed.
///
/// # Errors
/// [`NoUndo`]: it was removed, or given another secret, of which none is kept; or it was changed since.
pub(super) fn person(tx: &Transaction<'_>, logged: &Logged) -> Result<PutPerson, Error> {
    let told = |state| logged.read(state, |state| serde_json::from_str::<Told>(state));
    let (before, after) = (told(logged.before.as_ref())?, told(logged.after.as_ref())?);
    let Some(after) = after else {
        return Err(NoUndo::RemovedPerson(logged.name.clone()).into());
    };
    if before.as_ref() == Some(&after) {
        return Err(NoUndo::Secret(logged.name.clone()).into());
    }
    let now = people::by_id(tx, logged.object)?;
    if now.is_none_or(|now| (now.role, now.disabled) != (after.role, after.disabled)) {
        return Err(refusal(tx, logged));
    }
    Ok(PutPerson {
        name: after.name,
        want: before.map(|before| (before.role, before.disabled)),
        undoes: Some(logged.entry),
    })
}

/// What is to hold for all, if an entry has changed that.
///
/// # Errors
/// [`NoUndo`]: it changed the key that seals, or it was changed since.
pub(super) fn second_factor(
    tx: &Transaction<'_>,
    logged: &Logged,
) -> Result<PutSecondFactor, Error> {
    let said = |state| logged.read(state, |state| serde_json::from_str::<Said>(state));
    let required = |said: Option<Said>| said.and_then(|said| said.second_factor_required);
    let before = required(said(logged.before.as_ref())?);
    let after = required(said(logged.after.as_ref())?);
    let (Some(want), Some(after)) = (before, after) else {
        return Err(NoUndo::Nothing.into());
    };
    if settings::second_factor_required(tx)? != after {
        return Err(refusal(tx, logged));
    }
    Ok(PutSecondFactor {
        want,
        undoes: Some(logged.entry),
    })
}
