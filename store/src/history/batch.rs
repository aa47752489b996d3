//! Batches: entries that stand for many rows, with a line for each.
//!
//! A batch takes the next numbers of the log: one for each line, which names the row that the line
//! adds and the version that it leads to, and the last one for the entry itself. The lines lie
//! apart, by the hundred ([`writer`], [`lines`]), in a form of their own ([`line`]); the entry carries a
//! hash over them, so that the chain covers them. Whoever reads the log finds them by number, by
//! object and by name ([`find`]).

mod check;
mod find;
mod line;
mod lines;
mod page;
mod writer;

use serde::{Deserialize, Serialize};

pub use self::page::{LinesPage, LinesQuery};
pub(crate) use self::{
    check::count_objects,
    find::{added_since, at_of, containing, first_since, header_of, last_of, line, named},
    line::{Line, StagedRoute, State, StateRef},
    lines::{each, each_in, remove_some},
    writer::Writer,
};
pub(super) use self::{find::logged, page::some};
use crate::{Change, Hash, ObjectKind};

/// What made many changes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchKind {
    /// A file was imported.
    Import,
    /// Another batch was taken back.
    Undo,
    /// Many rows were changed in the same way.
    Change,
    /// Many rows were deleted.
    Delete,
}

/// What an entry says that stands for many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// What made it.
    pub batch: BatchKind,
    /// How many rows of the list were added.
    pub added: u64,
    /// How many were changed.
    pub changed: u64,
    /// How many were removed.
    pub removed: u64,
    /// How many lines there are, with those that tell of held mail.
    pub lines: u64,
    /// SHA-256 over the lines.
    pub hash: Hash,
}

impl Change {
    /// What an entry says that stands for many rows; nothing for any other entry.
    #[must_use]
    pub fn batch(&self) -> Option<Batch> {
        let listed = matches!(self.kind, ObjectKind::Route | ObjectKind::ManagedDomain);
        if !listed || self.object_id.0 != 0 {
            return None;
        }
        Batch::deserialize(self.after.as_ref()?).ok()
    }
}

/// An entry that stands for many rows, and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) change: Change,
    pub(crate) batch: Batch,
    /// The number of its first line.
    pub(crate) first: i64,
}

impl Header {
    /// The entry, if it is one that stands for many rows.
    pub(crate) fn of(change: Change) -> Option<Self> {
        let batch = change.batch()?;
        let lines = i64::try_from(batch.lines).ok()?;
        let first = change.id.checked_sub(lines).filter(|first| *first > 0)?;
        Some(Self {
            change,
            batch,
            first,
        })
    }
}

#[cfg(test)]
mod tests;
