//! The lines of a batch, page by page.

use rusqlite::Transaction;

use super::{Header, containing, find::as_change, lines::chunk_with};
use crate::{Change, Error, PageSize, Store};

/// Which lines of a batch are asked for.
#[derive(Clone, Copy, Debug)]
pub struct LinesQuery {
    /// The number of the batch, or of one of its lines.
    pub batch: i64,
    /// Those after the line of this number; from the first on, if there is none.
    pub after: Option<i64>,
    /// How many at most.
    pub size: PageSize,
}

/// Some lines of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct LinesPage {
    /// The entry.
    pub entry: Change,
    /// The lines, each as the entry that it would be by itself.
    pub lines: Vec<Change>,
    /// Whether there are more after these.
    pub has_next: bool,
}

impl Store {
    /// Some lines of an entry that stands for many rows; nothing if there is no such entry.
    pub async fn lines(&self, query: LinesQuery) -> Result<Option<LinesPage>, Error> {
        self.read(move |tx| {
            let Some(header) = containing(tx, query.batch)? else {
                return Ok(None);
            };
            let lines = some(tx, &header, query.after, query.size.get())?;
            let last = lines.last().map_or(header.change.id, |line| line.id);
            Ok(Some(LinesPage {
                has_next: last + 1 < header.change.id,
                entry: header.change,
                lines,
            }))
        })
        .await
    }
}

/// The lines of a batch after the one of this number, so many at most.
pub(in crate::history) fn some(
    tx: &Transaction<'_>,
    header: &Header,
    after: Option<i64>,
    most: usize,
) -> Result<Vec<Change>, Error> {
    let mut next = after.map_or(header.first, |after| {
        after.saturating_add(1).max(header.first)
    });
    let mut some = Vec::new();
    while next < header.change.id && some.len() < most {
        let Some(chunk) = chunk_with(tx, next)? else {
            return Ok(some);
        };
        let lines = chunk.read()?.into_iter().filter(|line| line.number >= next);
        for line in lines.take(most - some.len()) {
            some.push(as_change(header, &line)?);
        }
        next = chunk.first + chunk.count;
    }
    Ok(some)
}
