//! Moments to look back at.

use rusqlite::Transaction;

use super::{batch::containing, start};
use crate::{Error, Timestamp, change};

/// A moment to look back at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the last change that was made then or before.
    At(Timestamp),
    /// After this change; 0 is before the first.
    After(i64),
}

impl Moment {
    /// The last change before the moment.
    ///
    /// # Errors
    /// [`Error::NoSuchMoment`] if changes made since are not in the history any more, or if there is
    /// no such change yet.
    pub(super) fn change(self, tx: &Transaction<'_>) -> Result<i64, Error> {
        let start = start(tx)?;
        let change = match self {
            Self::After(change) if change > change::latest(tx)?.0 => {
                return Err(Error::NoSuchMoment { from: None });
            }
            // A batch is there as a whole or not at all.
            Self::After(change) => containing(tx, change)?.map_or(change, |batch| batch.change.id),
            Self::At(at) => {
                let sql = "SELECT max(id) FROM changes INDEXED BY changes_by_time WHERE at <= ?";
                let last: Option<i64> = tx
                    .prepare_cached(sql)?
                    .query_row([at.0], |row| row.get(0))?;
                match last {
                    Some(last) => last,
                    // Before the first entry: known back to the last one that was removed.
                    None if start.removed == 0 || at.0 >= start.at => start.removed,
                    None => -1,
                }
            }
        };
        if change < start.removed {
            return Err(Error::NoSuchMoment {
                from: Some(Timestamp(start.at)),
            });
        }
        Ok(change)
    }
}
