//! What is to become of rows that an undo or a restore puts back.

use access::{AccountName, Role};
use routing::{ManagedDomain, NextHop, Route};
use rusqlite::Transaction;

use super::setup::{Login, Setup};
use crate::{
    Error, ObjectKind, RowId, Tombstone, default_routing,
    row::{self, Row},
    smart_host,
};

/// What is to become of one row.
pub(super) struct Put<T> {
    pub(super) id: RowId,
    /// What it says now; nothing if it is not there.
    pub(super) now: Option<T>,
    /// What it is to say; nothing if it is to go.
    pub(super) want: Option<T>,
    /// The change that is taken back by it.
    pub(super) undoes: Option<i64>,
}

/// What is to become of the settings of a smart host.
pub(super) struct PutSetup {
    /// The name that the row gets, if there is none.
    pub(super) id: RowId,
    pub(super) next_hop: NextHop,
    pub(super) want: Option<Setup>,
    pub(super) login: Login,
    pub(super) undoes: Option<i64>,
}

/// What is to become of the default domain routing.
pub(super) struct PutDefault {
    pub(super) now: Option<NextHop>,
    pub(super) want: Option<NextHop>,
    pub(super) undoes: Option<i64>,
}

/// What is to become of any number of rows, all at once.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) routes: Vec<Put<Route>>,
    pub(super) managed_domains: Vec<Put<ManagedDomain>>,
    pub(super) smart_hosts: Vec<PutSetup>,
    pub(super) default_routing: Option<PutDefault>,
    /// Here, `now` is what the entry left.
    pub(super) tombstones: Vec<Put<Tombstone>>,
    pub(super) people: Vec<PutPerson>,
    pub(super) second_factor: Option<PutSecondFactor>,
}

/// What is to become of somebody who may sign in.
pub(super) struct PutPerson {
    pub(super) name: AccountName,
    /// Role, and whether they may not sign in; nothing if they are to go.
    pub(super) want: Option<(Role, bool)>,
    pub(super) undoes: Option<i64>,
}

/// Whether everybody is to have a second factor.
pub(super) struct PutSecondFactor {
    pub(super) want: bool,
    pub(super) undoes: Option<i64>,
}

/// An object as an entry of the log tells of it: what it was and what it became.
pub(super) struct Logged {
    pub(super) kind: ObjectKind,
    pub(super) object: RowId,
    /// The entry.
    pub(super) entry: i64,
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Logged {
    /// A state in the log, as the type that it is of.
    pub(super) fn read<T>(
        &self,
        state: Option<&String>,
        read: impl FnOnce(&str) -> Result<T, serde_json::Error>,
    ) -> Result<Option<T>, Error> {
        let read = state.map(|state| read(state)).transpose();
        read.map_err(|error| Error::Corrupt {
            table: "changes",
            id: Some(RowId(self.entry)),
            detail: error.to_string(),
        })
    }

    /// The row of a list as it is now.
    pub(super) fn now<T: Row>(&self, tx: &Transaction<'_>) -> Result<Option<T>, Error> {
        Ok(row::by_id::<T>(tx, self.object)?.map(|row| row.value))
    }

    /// The default domain routing before and after.
    pub(super) fn next_hops(&self) -> Result<(Option<NextHop>, Option<NextHop>), Error> {
        let read = |state| self.read(state, default_routing::from_log);
        Ok((
            read(self.before.as_ref())?.flatten(),
            read(self.after.as_ref())?.flatten(),
        ))
    }

    /// The settings of a smart host before, after and now, and whose they are.
    pub(super) fn setups(
        &self,
        tx: &Transaction<'_>,
    ) -> Result<(NextHop, [Option<Setup>; 3]), Error> {
        let read = |state| self.read(state, |state| serde_json::from_str::<Setup>(state));
        let (before, after) = (read(self.before.as_ref())?, read(self.after.as_ref())?);
        let Some(either) = before.as_ref().or(after.as_ref()) else {
            return Err(Error::Corrupt {
                table: "changes",
                id: Some(RowId(self.entry)),
                detail: "it says neither before nor after".to_owned(),
            });
        };
        let next_hop = either.settings.next_hop.clone();
        // By host and port, which are what a smart host is: somebody may have set it up anew.
        let now = smart_host::find(tx, &next_hop)?.as_ref().map(Setup::of);
        Ok((next_hop, [before, after, now]))
    }
}
