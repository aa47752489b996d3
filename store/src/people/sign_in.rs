//! Signing in: what can be used only once is used up, and it is recorded, in one transaction.

use rusqlite::{Transaction, params};
use serde_json::json;

use super::{
    Digest,
    row::{self, PersonRow},
};
use crate::{
    By, Error, ObjectKind, RowId, Store, Version,
    author::Author,
    change::{self, Entry},
};

/// What was shown beside the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Nothing: the person has no second factor.
    None,
    /// The code of this step.
    Code {
        /// Which step.
        step: u64,
    },
    /// The recovery code of this digest.
    Recovery(Digest),
}

/// Somebody who has shown the right password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub person: RowId,
    /// What was shown beside it.
    pub factor: Factor,
    /// The change that set the password that was shown: since then it may have become another.
    pub password_set: Version,
    /// How often it went wrong before.
    pub failures_before: u32,
}

impl Store {
    /// Lets somebody in who has shown the right password, and records it. False if the code was used
    /// before, is none, if the password is another by now, or if the person may not sign in (any more):
    /// then nothing has happened.
    pub async fn sign_in(&self, by: &By, sign_in: SignIn) -> Result<bool, Error> {
        self.write_by(by, move |tx, by| let_in(tx, by, &sign_in))
            .await
    }
}

fn let_in(tx: &Transaction<'_>, by: &Author, sign_in: &SignIn) -> Result<bool, Error> {
    let id = sign_in.person;
    let is_good =
        |row: &PersonRow| !row.person.disabled && row.password_set == sign_in.password_set;
    let Some(PersonRow { person, .. }) = row::row_by_id(tx, id)?.filter(is_good) else {
        return Ok(false);
    };
    let used = match sign_in.factor {
        Factor::None => usize::from(!person.second_factor),
        Factor::Code { step } => {
            let sql = "UPDATE people SET seed_step = ?1 WHERE id = ?2 AND seed IS NOT NULL AND seed_step < ?1";
            tx.prepare_cached(sql)?.execute(params![step, id.0])?
        }
        Factor::Recovery(code) => {
            let sql = "DELETE FROM recovery_codes WHERE person = ? AND code = ?";
            tx.prepare_cached(sql)?.execute(params![id.0, code])?
        }
    };
    if used == 0 {
        return Ok(false);
    }
    let factor = match sign_in.factor {
        Factor::None => json!(false),
        Factor::Code { .. } => json!(true),
        // Often the first sign that somebody else has them.
        Factor::Recovery(_) => {
            let left = person.recovery_codes.saturating_sub(1);
            json!(format!("recovery code, {left} left"))
        }
    };
    let after = json!({
        "user": person.name,
        "second_factor": factor,
        "failures_before": sign_in.failures_before,
    });
    let after = after.to_string();
    let entry = Entry {
        version: change::next(tx)?,
        kind: ObjectKind::SignIn,
        object: id,
        name: person.name.as_str(),
        before: None,
        after: Some(&after),
    };
    change::append(tx, by, &entry)?;
    Ok(true)
}
