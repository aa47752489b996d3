//! Why an operation was refused or failed.

use access::AccountName;
use routing::{ListError, LoopError, ManagedDomain, NextHop, Route, SmartHostError};
use rusqlite::ErrorCode;

use crate::{
    Change, DefaultRouting, Existing, NoUndo, RowId, Stored, StoredSmartHost, Timestamp, show,
};

/// Why an operation was refused or failed. Nothing of it has happened then.
///
/// Each is a sentence for the person who asked, except that the detail of [`Error::Corrupt`] and
/// [`Error::Database`] is for the log. On the wire, [`Error::Exists`] to
/// [`Error::SetUpAlready`], and [`Error::SelectionChanged`] to [`Error::RestoreOutdated`], are conflicts
/// (409; [`Error::Gone`] and [`Error::NoSuchPerson`] 404), the others are failures of
/// the server (503 where trying again helps, else 500).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row of the same list already stands for this domain, or a part of it.
    #[error("{}", show::exists(.0))]
    Exists(Existing),
    /// The domain of a route is managed.
    #[error(
        "{} is a managed domain, so it cannot be a smart host route. Change its routing under \
         Managed Domains, or delete it there first.",
        show::domain(&.0.value.domain)
    )]
    ManagedDomain(Stored<ManagedDomain>),
    /// The domain to be managed is a smart host route.
    #[error("{}", show::routed(.0))]
    Routed(Stored<Route>),
    /// Someone else has changed the row since it was read.
    #[error("{} Your change was not made.", show::meanwhile(change))]
    Changed {
        /// The row as it is now.
        now: Existing,
        /// The change that was seen too late: who, when, before and after.
        change: Box<Change>,
    },
    /// Someone else has changed the default domain routing since it was read.
    #[error("{} Your change was not made.", show::meanwhile(change))]
    DefaultRoutingChanged {
        /// The default domain routing as it is now.
        now: DefaultRouting,
        /// The change that was seen too late.
        change: Box<Change>,
    },
    /// A host is the gateway itself; see [`Store::guarded`](crate::Store::guarded).
    #[error(transparent)]
    Loop(#[from] LoopError),
    /// The settings of a smart host contradict one another.
    #[error(transparent)]
    SmartHost(#[from] SmartHostError),
    /// The hosts of a route cannot be tried one after another.
    #[error(transparent)]
    List(#[from] ListError),
    /// With these settings the hosts of a route that is there could not be tried one after another
    /// any more.
    #[error("{}", show::list_broken(route, error))]
    ListBroken {
        /// The first such route.
        route: Box<Stored<Route>>,
        /// What would be wrong with its hosts.
        error: ListError,
    },
    /// A smart host that routes use cannot be deleted.
    #[error("{}", show::used(next_hop, *routes))]
    SmartHostUsed {
        /// Which one.
        next_hop: NextHop,
        /// How many routes use it.
        routes: u64,
    },
    /// Someone else has changed the smart host since it was read.
    #[error("{} Your change was not made.", show::meanwhile(change))]
    SmartHostChanged {
        /// The smart host as it is now.
        now: Box<StoredSmartHost>,
        /// The change that was seen too late.
        change: Box<Change>,
    },
    /// Somebody else has the name already.
    #[error("There is an account {0} already. Choose another name.")]
    PersonExists(AccountName),
    /// There is nobody of this name.
    #[error("There is no account {0}. It may have been removed meanwhile.")]
    NoSuchPerson(AccountName),
    /// Nobody would be left who can manage people.
    #[error(
        "{0} is the last administrator who can sign in, and somebody must be able to manage people. \
         Make somebody else an administrator first. Nothing was changed."
    )]
    LastAdministrator(AccountName),
    /// There are people already, so nobody can set the console up any more.
    #[error("The console has been set up already. Sign in.")]
    SetUpAlready,
    /// The operating system gives no random bytes to seal a password with.
    #[error("The password could not be sealed: {0}. Nothing was changed.")]
    Seal(String),
    /// The row does not exist, or not any more.
    #[error("{}", show::gone(change.as_deref()))]
    Gone {
        /// The change that deleted it, if it ever was.
        change: Option<Box<Change>>,
    },
    /// A row cannot be changed in the way in which many are.
    #[error("{}: {reason} Nothing was changed.", show::name_of(row))]
    Unfit {
        /// The first such row.
        row: Box<Existing>,
        /// What is wrong and what would be right, as a sentence.
        reason: String,
    },
    /// A search no longer finds the rows that it found before.
    #[error(
        "The list has changed: {expected} rows were selected, {found} match now{}. Nothing was \
         changed. Look at the list again and repeat the selection.",
        show::newer(*newer)
    )]
    SelectionChanged {
        /// How many rows the person was told.
        expected: u64,
        /// How many rows match now.
        found: u64,
        /// How many of these were written after the person looked.
        newer: u64,
    },
    /// It cannot be taken back.
    #[error(transparent)]
    NoUndo(NoUndo),
    /// What it was like then is not known.
    #[error("{}", show::no_such_moment(*from))]
    NoSuchMoment {
        /// Since when it is known; `None` if the moment is still to come.
        from: Option<Timestamp>,
    },
    /// What was like then cannot be brought back, because a rule refuses it.
    #[error("Nothing was restored. {0}")]
    NoRestore(Box<Error>),
    /// What is to be restored was changed since the difference was shown.
    #[error("{} Nothing was restored. Look at the difference again.", show::meanwhile(.0))]
    RestoreOutdated(Box<Change>),
    /// What a file would change is not what it was when that was shown.
    #[error(
        "The list has changed since the import was checked, so it would do something else now. Nothing \
         was imported. Check it again."
    )]
    ImportOutdated,
    /// Somebody has cancelled the work.
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    /// Other work has held the database for too long.
    #[error("The database is busy. Nothing was changed. Try again in a moment.")]
    Busy,
    /// There is no room to write.
    #[error(
        "The disk that holds the database is full. Nothing was changed. Free some space, then try \
         again."
    )]
    Full,
    /// The store has been closed.
    #[error("The database is closed, because the program is stopping. Nothing was changed.")]
    Closed,
    /// The work was broken off before its end was known: the program is stopping, or has a fault.
    #[error("The work was broken off. Look at the list to see whether it was done.")]
    Interrupted,
    /// Whoever wanted an export has not taken any of it for too long.
    #[error("The export was given up, because its reader had stopped reading. Begin it again.")]
    Stalled,
    /// The file holds something that this program would not have written.
    #[error("The database is damaged: {table}{}: {detail}", show::row(*id))]
    Corrupt {
        /// The table, or what else is damaged.
        table: &'static str,
        /// The row.
        id: Option<RowId>,
        /// What is wrong with it.
        detail: String,
    },
    /// The database engine failed.
    #[error("The database failed: {0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt {
                table: "the file",
                id: None,
                detail: error.to_string(),
            },
            _ => Self::Database(error.into()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Whether the engine refused a row because of a rule in the schema.
pub(crate) fn broke_a_rule(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
