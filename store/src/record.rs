//! The rows of the two lists, as callers see them.

use routing::{ManagedDomain, Route};
use serde::{Deserialize, Serialize};

use crate::{Note, RowId, Version, row::Row};

/// What a list holds: [`Route`] or [`ManagedDomain`]. Nothing else can be one.
pub trait Record: Row {}

impl Record for Route {}
impl Record for ManagedDomain {}

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored<T> {
    /// Its name, for as long as the database lives.
    pub id: RowId,
    /// The change that last wrote it. Whoever edits or deletes it says which version they saw.
    pub version: Version,
    /// What it says.
    #[serde(flatten)]
    pub value: T,
}

/// A row that has been written, and what the writer should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved<T> {
    /// The row as it now is.
    pub row: Stored<T>,
    /// Cautions, and which other rows win over it or lose to it. None of them is an error.
    pub notes: Vec<Note>,
    /// The act by which it was just written, for [`Store::undo`](crate::Store::undo); nothing if it
    /// was only read, or said this already.
    pub act: Option<i64>,
}

/// A row of either list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existing {
    /// A smart host route.
    Route(Stored<Route>),
    /// A managed domain.
    ManagedDomain(Stored<ManagedDomain>),
}

impl Existing {
    /// The name of the row.
    #[must_use]
    pub fn id(&self) -> RowId {
        match self {
            Self::Route(row) => row.id,
            Self::ManagedDomain(row) => row.id,
        }
    }
}

impl From<Stored<Route>> for Existing {
    fn from(row: Stored<Route>) -> Self {
        Self::Route(row)
    }
}

impl From<Stored<ManagedDomain>> for Existing {
    fn from(row: Stored<ManagedDomain>) -> Self {
        Self::ManagedDomain(row)
    }
}

/// The rows that a bulk operation works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These rows, in the versions that the person saw. A row named twice counts once.
    Rows(Vec<(RowId, Version)>),
    /// All rows that a search finds, provided that they are those the person was shown.
    Matching {
        /// As in [`Query::search`](crate::Query::search); nothing finds all.
        search: String,
        /// [`Page::latest`](crate::Page::latest) of the page that was shown: a row that was written
        /// later refuses the whole selection.
        as_of: Version,
        /// How many rows the person was told: any other number refuses the whole selection.
        expected: u64,
    },
}
