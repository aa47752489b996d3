//! How often mail went by a row, and when last.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use store::{Asked, RowId, Timestamp};

/// Shards, so that connections seldom wait for one another.
const SHARDS: usize = 8;

/// The counts since they were last [taken](Counters::take). It costs no more than the rows that were
/// asked for in between.
#[derive(Debug, Default)]
pub struct Counters {
    shards: [Mutex<HashMap<RowId, Asked>>; SHARDS],
}

impl Counters {
    /// Postfix was sent by this row.
    pub fn note(&self, row: RowId, at: Timestamp) {
        let mut shard = self.shard(row);
        let asked = shard.entry(row).or_insert(Asked {
            count: 0,
            last_at: at,
        });
        asked.count = asked.count.saturating_add(1);
        asked.last_at = asked.last_at.max(at);
    }

    /// All counts, which begin again at nothing.
    #[must_use]
    pub fn take(&self) -> Vec<(RowId, Asked)> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let taken = std::mem::take(&mut *lock(shard));
            all.extend(taken);
        }
        all.sort_unstable_by_key(|(row, _)| *row);
        all
    }

    /// Counts that were taken but could not be written, so that they are not lost.
    pub fn give_back(&self, counts: &[(RowId, Asked)]) {
        for &(row, given) in counts {
            let mut shard = self.shard(row);
            let asked = shard.entry(row).or_insert(Asked { count: 0, ..given });
            asked.count = asked.count.saturating_add(given.count);
            asked.last_at = asked.last_at.max(given.last_at);
        }
    }

    fn shard(&self, row: RowId) -> MutexGuard<'_, HashMap<RowId, Asked>> {
        let shards = i64::try_from(SHARDS).unwrap_or(1);
        let number = usize::try_from(row.0.rem_euclid(shards)).unwrap_or(0);
        lock(self.shards.get(number).unwrap_or(&self.shards[0]))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Counters;
    use store::{Asked, RowId, Timestamp};

    #[test]
    fn counts_and_begins_again() {
        let counters = Counters::default();
        for (row, at) in [(3, 10), (3, 30), (3, 20), (11, 5), (-1, 7)] {
            counters.note(RowId(row), Timestamp(at));
        }
        let asked = |count, last_at| Asked {
            count,
            last_at: Timestamp(last_at),
        };
        let taken = counters.take();
        let expected = [
            (RowId(-1), asked(1, 7)),
            (RowId(3), asked(3, 30)),
            (RowId(11), asked(1, 5)),
        ];
        assert_eq!(taken, expected);
        assert_eq!(counters.take(), []);

        counters.note(RowId(3), Timestamp(15));
        counters.give_back(&taken);
        assert_eq!(counters.take()[1], (RowId(3), asked(4, 30)));
    }
}
