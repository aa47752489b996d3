//! The settings of smart hosts: host and port together have them once, however many routes use them.

mod list;
mod row;
mod write;

pub use list::{SmartHostPage, SmartHostPosition, SmartHostQuery};
pub(crate) use row::{
    Sealed, SmartHostRow, all, all_with_logins, find, policy, reseal, routes_using, version,
};
pub(crate) use write::{forget, put};

use routing::{Account, Comment, NextHop, Route, SmartHost, TlsPolicy};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::{By, Error, RowId, Store, Stored, Version, key::SealingKey};

/// What is known of a password without telling it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordState {
    /// There is none: the gateway does not sign in.
    None,
    /// There is one.
    Set,
    /// There is one, but it was sealed with another key: it must be entered again.
    Unreadable,
}

/// A smart host: its settings, and how much depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSmartHost {
    /// The name of the row; `None` where nothing has been set, so that the defaults apply.
    pub id: Option<RowId>,
    /// The change that last wrote it; 0 where nothing has been set.
    pub version: Version,
    /// How many routes use it, at whatever place in their lists.
    pub routes: u64,
    /// Whether a password is set.
    pub password: PasswordState,
    /// The act by which it was just set or deleted; nothing where it was only read, or was so already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<i64>,
    /// What is set, or the defaults.
    #[serde(flatten)]
    pub settings: SmartHost,
}

/// What to do about sender authentication.
#[derive(Clone, Debug)]
pub enum Login {
    /// Leave user name and password as they are.
    Keep,
    /// Do not sign in; forget both.
    None,
    /// Sign in with these.
    Set(Account),
}

/// The settings of a smart host as somebody wants them.
#[derive(Clone, Debug)]
pub struct SmartHostInput {
    /// Host and port.
    pub next_hop: NextHop,
    /// What to demand of the encryption.
    pub tls: TlsPolicy,
    /// Sender authentication.
    pub login: Login,
    /// Why the password may go along though encryption is not required.
    pub login_reason: Comment,
    /// A note.
    pub comment: Comment,
}

/// How the gateway signs in to a smart host.
#[derive(Clone, Debug)]
pub enum StoredLogin {
    /// It does not.
    None,
    /// With this user name and password.
    Account(Account),
    /// With a password that cannot be read: it was sealed with another key. Mail must wait until it
    /// has been entered again, for without login it would be refused or go astray.
    Unreadable,
}

/// The settings, with passwords, of those of these next hops that have any.
pub(crate) fn logins<'a>(
    tx: &Transaction<'_>,
    key: &SealingKey,
    next_hops: impl IntoIterator<Item = &'a NextHop>,
) -> Result<Vec<(SmartHost, StoredLogin)>, Error> {
    let mut found = Vec::new();
    for next_hop in next_hops {
        found.extend(row::find(tx, next_hop)?.map(|row| row.with_login(key)));
    }
    Ok(found)
}

impl Store {
    /// A smart host with its settings; the defaults where nothing has been set, even if nothing uses
    /// it.
    pub async fn smart_host(&self, next_hop: &NextHop) -> Result<StoredSmartHost, Error> {
        let (next_hop, key) = (next_hop.clone(), self.key.clone());
        self.read(move |tx| row::shown(tx, &*key.of(tx)?, &next_hop))
            .await
    }

    /// Sets a smart host up. Setting what is already set changes nothing.
    ///
    /// # Errors
    /// [`Error::SmartHost`] if the settings contradict one another, [`Error::ListBroken`] if the hosts
    /// of a route would not go together any more, [`Error::SmartHostChanged`] if it is not as it was
    /// in the version that the person saw.
    pub async fn set_smart_host(
        &self,
        by: &By,
        seen: Version,
        input: SmartHostInput,
    ) -> Result<StoredSmartHost, Error> {
        let key = self.key.clone();
        self.write_by(by, move |tx, by| {
            write::set(tx, &*key.of(tx)?, by, seen, &input)
        })
        .await
    }

    /// Forgets the settings of a smart host that no route uses, password and all, and returns them.
    ///
    /// # Errors
    /// [`Error::SmartHostUsed`] if a route uses it, [`Error::Gone`] if nothing has been set,
    /// [`Error::SmartHostChanged`] as for [`Store::set_smart_host`].
    pub async fn delete_smart_host(
        &self,
        by: &By,
        next_hop: &NextHop,
        seen: Version,
    ) -> Result<StoredSmartHost, Error> {
        let (key, next_hop) = (self.key.clone(), next_hop.clone());
        self.write_by(by, move |tx, by| {
            write::delete(tx, &*key.of(tx)?, by, &next_hop, seen)
        })
        .await
    }

    /// One page of all smart hosts: those that routes use and those that have settings.
    pub async fn smart_hosts(&self, query: SmartHostQuery) -> Result<SmartHostPage, Error> {
        let key = self.key.clone();
        self.read(move |tx| list::page(tx, &*key.of(tx)?, &query))
            .await
    }

    /// At most `limit` routes that use a smart host, at whatever place in their lists, by domain;
    /// those after the route `after`, if one is given.
    pub async fn routes_of_smart_host(
        &self,
        next_hop: &NextHop,
        after: Option<routing::Pattern>,
        limit: u32,
    ) -> Result<Vec<Stored<Route>>, Error> {
        let next_hop = next_hop.clone();
        self.read(move |tx| list::routes(tx, &next_hop, after.as_ref(), limit))
            .await
    }

    /// The settings of a smart host with its password, for the service that answers Postfix and for
    /// the connection test; `None` where nothing has been set.
    pub async fn smart_host_with_login(
        &self,
        next_hop: &NextHop,
    ) -> Result<Option<(SmartHost, StoredLogin)>, Error> {
        let (next_hop, key) = (next_hop.clone(), self.key.clone());
        self.read(move |tx| {
            let key = key.of(tx)?;
            let row = row::find(tx, &next_hop)?;
            Ok(row.map(|row| row.with_login(&key)))
        })
        .await
    }
}
