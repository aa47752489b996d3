//! People who sign in: their names, roles, passwords and second factors.
//!
//! Hashes come in and go out as text, and digests as bytes: how they are made is nobody's business
//! here. What is recorded of a person never holds any of them.

mod row;
mod sign_in;
mod write;

pub(crate) use row::{by_id, reseal};
pub use sign_in::{Factor, SignIn};
pub(crate) use write::put;

use std::fmt;

use access::{AccountName, Role};
use secrecy::{SecretString, zeroize::Zeroizing};
use serde::Serialize;

use crate::{By, Error, RowId, SessionKey, Store, Timestamp, Version};

/// SHA-256 of a secret.
pub type Digest = [u8; 32];

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name of the row.
    pub id: RowId,
    /// The change that last wrote it.
    pub version: Version,
    /// The name of the account.
    pub name: AccountName,
    /// What the person may do.
    pub role: Role,
    /// May not sign in now.
    pub disabled: bool,
    /// Since when there is the account.
    pub created: Timestamp,
    /// Whether there is a second factor.
    pub second_factor: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
    /// When they last signed in or used a session, as far as the history goes back.
    pub seen: Option<Timestamp>,
    /// The act by which the account was just added or changed; nothing where it was only read, or was
    /// so already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<i64>,
}

/// What stays when all else of somebody ends: where they are at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The session.
    pub session: SessionKey,
    /// The browser, if it is known.
    pub device: Option<Digest>,
}

/// Somebody who is to be added.
#[derive(Clone)]
pub struct NewPerson {
    /// The name of the account.
    pub name: AccountName,
    /// What the person may do.
    pub role: Role,
    /// The hash of the password, in the PHC string format.
    pub password_hash: String,
}

/// What somebody who signs in is compared with.
pub struct Credentials {
    /// Who it is.
    pub person: Person,
    /// The hash of the password.
    pub password_hash: SecretString,
    /// The change that set the password.
    pub password_set: Version,
    /// The second factor.
    pub seed: StoredSeed,
}

/// The seed of a second factor.
#[derive(Clone)]
pub enum StoredSeed {
    /// There is none.
    None,
    /// It can be used.
    Set {
        /// The seed.
        seed: Zeroizing<Vec<u8>>,
        /// The step of the last code that was taken.
        last_step: u64,
    },
    /// It was sealed with another key: only a recovery code helps, or an administrator.
    Unreadable,
}

impl Store {
    /// Whether there is anybody at all.
    pub async fn has_people(&self) -> Result<bool, Error> {
        self.read(row::any).await
    }

    /// Everybody, by name.
    pub async fn people(&self) -> Result<Vec<Person>, Error> {
        self.read(row::all).await
    }

    /// The person of this name.
    pub async fn person(&self, name: &AccountName) -> Result<Option<Person>, Error> {
        let name = name.clone();
        self.read(move |tx| row::find(tx, &name)).await
    }

    /// What somebody who says to be this person is compared with.
    pub async fn credentials(&self, name: &AccountName) -> Result<Option<Credentials>, Error> {
        let (name, key) = (name.clone(), self.key.clone());
        self.read(move |tx| row::credentials(tx, &*key.of(tx)?, &name))
            .await
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// [`Error::PersonExists`] if the name is taken.
    pub async fn add_person(&self, by: &By, new: NewPerson) -> Result<Person, Error> {
        self.write_by(by, move |tx, by| write::add(tx, by, &new))
            .await
    }

    /// Adds the first person, as an administrator whatever is said.
    ///
    /// # Errors
    /// [`Error::SetUpAlready`] if there is anybody.
    pub async fn add_first_person(&self, by: &By, new: NewPerson) -> Result<Person, Error> {
        self.write_by(by, move |tx, by| {
            if row::any(tx)? {
                return Err(Error::SetUpAlready);
            }
            let role = Role::Administrator;
            write::add(tx, by, &NewPerson { role, ..new })
        })
        .await
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`], and [`Error::LastAdministrator`] if nobody could manage people then.
    pub async fn set_role(&self, by: &By, name: &AccountName, role: Role) -> Result<Person, Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| {
            write::edit(tx, by, &name, |person| person.role = role)
        })
        .await
    }

    /// Lets somebody sign in no more, and ends their sessions; or lets them again.
    ///
    /// # Errors
    /// As for [`Store::set_role`].
    pub async fn set_disabled(
        &self,
        by: &By,
        name: &AccountName,
        disabled: bool,
    ) -> Result<Person, Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| {
            write::edit(tx, by, &name, |person| person.disabled = disabled)
        })
        .await
    }

    /// Removes somebody, with their sessions.
    ///
    /// # Errors
    /// As for [`Store::set_role`].
    pub async fn remove_person(&self, by: &By, name: &AccountName) -> Result<Person, Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| write::remove(tx, by, &name))
            .await
    }

    /// Sets the password of somebody and ends all of their sessions but that of `keep`; other browsers
    /// than that one are strangers again.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`].
    pub async fn set_person_password(
        &self,
        by: &By,
        name: &AccountName,
        password_hash: String,
        keep: Option<Keep>,
    ) -> Result<(), Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| {
            write::set_password(tx, by, &name, &password_hash, keep)
        })
        .await
    }

    /// Puts another hash of the same password in place of this one. Nothing is recorded.
    pub async fn renew_hash(&self, id: RowId, old: SecretString, new: String) -> Result<(), Error> {
        self.write(move |tx| write::renew_hash(tx, id, &old, &new))
            .await
    }

    /// Gives somebody a second factor, of whose codes that of this step was just shown, and recovery
    /// codes in place of those that there may be. Sessions other than `keep` end.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`], [`Error::Seal`].
    pub async fn set_second_factor(
        &self,
        by: &By,
        name: &AccountName,
        seed: Zeroizing<Vec<u8>>,
        step: u64,
        recovery: Vec<Digest>,
        keep: Option<SessionKey>,
    ) -> Result<(), Error> {
        let (name, key) = (name.clone(), self.key.clone());
        self.write_by(by, move |tx, by| {
            let key = key.of(tx)?;
            write::set_second_factor(tx, &key, by, &name, (&seed, step), &recovery, keep)
        })
        .await
    }

    /// Takes the second factor of somebody away, with the recovery codes.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`].
    pub async fn remove_second_factor(&self, by: &By, name: &AccountName) -> Result<(), Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| write::remove_second_factor(tx, by, &name))
            .await
    }

    /// Gives somebody new recovery codes in place of those that there are.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`].
    pub async fn set_recovery_codes(
        &self,
        by: &By,
        name: &AccountName,
        recovery: Vec<Digest>,
    ) -> Result<(), Error> {
        let name = name.clone();
        self.write_by(by, move |tx, by| {
            write::set_recovery_codes(tx, by, &name, &recovery)
        })
        .await
    }
}

impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPerson")
            .field("name", &self.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StoredSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Set { .. } => "Set([REDACTED])",
            Self::Unreadable => "Unreadable",
        })
    }
}
