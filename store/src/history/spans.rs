//! Which objects have changed since: by id, with the first and the last change of each.

use std::iter::Peekable;

use rusqlite::{Statement, Transaction, params};

use super::batch;
use crate::{Error, ObjectKind, RowId};

/// The first and the last change of an object after a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    object: i64,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Span {
    fn added(id: RowId) -> Self {
        Self {
            object: id.0,
            first: id.0,
            last: id.0,
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            object: self.object,
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }
}

/// Objects by id. Boxed, so that several sources have one type.
type Source<'a> = Peekable<Box<dyn Iterator<Item = Result<Span, Error>> + 'a>>;

/// Every object of a kind that was changed after this change, by id.
///
/// They are told in three places, by id in each: by entries, by lines about what was there before, and
/// by lines that have added something.
pub(super) fn each(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    change: i64,
    mut found: impl FnMut(Span) -> Result<(), Error>,
) -> Result<(), Error> {
    // Only the default domain routing has the id 0; any other entry with it stands for many rows.
    let mut entries = tx.prepare_cached(
        "SELECT object_id, min(id), max(id) FROM changes
         WHERE kind = ?1 AND +id > ?2 AND (object_id <> 0 OR ?1 = 'default_routing')
         GROUP BY object_id ORDER BY object_id",
    )?;
    let mut lines = tx.prepare_cached(
        "SELECT object, min(line), max(line) FROM batch_objects WHERE kind = ?1 AND line > ?2
         GROUP BY object ORDER BY object",
    )?;
    let added = batch::added_since(tx, kind, change).map(|id| id.map(Span::added));
    let mut sources = [
        told(&mut entries, kind, change)?,
        told(&mut lines, kind, change)?,
        (Box::new(added) as Box<dyn Iterator<Item = _>>).peekable(),
    ];
    while let Some(span) = next(&mut sources)? {
        found(span)?;
    }
    Ok(())
}

fn told<'a>(
    statement: &'a mut Statement<'_>,
    kind: ObjectKind,
    change: i64,
) -> Result<Source<'a>, Error> {
    let rows = statement.query_map(params![kind.as_str(), change], |row| {
        Ok(Span {
            object: row.get(0)?,
            first: row.get(1)?,
            last: row.get(2)?,
        })
    })?;
    let spans = rows.map(|span| span.map_err(Error::from));
    Ok((Box::new(spans) as Box<dyn Iterator<Item = _>>).peekable())
}

/// The object with the least id, from all sources that tell of it.
fn next(sources: &mut [Source<'_>]) -> Result<Option<Span>, Error> {
    let object = |source: &mut Source<'_>| match source.peek() {
        Some(Ok(span)) => Some(span.object),
        // An error is to be told at once.
        Some(Err(_)) => Some(i64::MIN),
        None => None,
    };
    let Some(least) = sources.iter_mut().filter_map(object).min() else {
        return Ok(None);
    };
    let mut found: Option<Span> = None;
    for source in sources {
        if object(source) == Some(least)
            && let Some(span) = source.next().transpose()?
        {
            found = Some(found.map_or(span, |found| found.with(span)));
        }
    }
    Ok(found)
}
