//! Finding batches and their lines: by number, by object, by name.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    Header,
    line::{Line, State},
    lines::{Chunk, chunk_from, chunk_with},
};
use crate::{
    Change, Error, ObjectKind, RowId, Timestamp, change,
    history::{Named, plan::Logged, start},
};

/// The batch that this is the number of, or of one of its lines.
pub(crate) fn containing(tx: &Transaction<'_>, number: i64) -> Result<Option<Header>, Error> {
    let entry = change::all(tx, "WHERE id >= ? ORDER BY id LIMIT 1", [number])?.pop();
    let header = entry.and_then(Header::of);
    Ok(header.filter(|header| number >= header.first))
}

/// The batch that this is the number of.
pub(crate) fn header_of(tx: &Transaction<'_>, id: i64) -> Result<Option<Header>, Error> {
    let entry = change::all(tx, "WHERE id = ?", [id])?.pop();
    Ok(entry.and_then(Header::of))
}

/// When the entry or line of this number was written.
pub(crate) fn at_of(tx: &Transaction<'_>, number: i64) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT at, id, object_id, act FROM changes WHERE id >= ? ORDER BY id LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let found = statement.query_row([number], |row| {
        let columns: (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(columns)
    });
    let Some((at, id, object, act)) = found.optional()? else {
        return Ok(None);
    };
    let is_line = object == 0 && act <= number;
    Ok((id == number || is_line).then_some(Timestamp(at)))
}

/// The line of this number, as the entry that it would be.
pub(crate) fn line(tx: &Transaction<'_>, number: i64) -> Result<Option<Change>, Error> {
    let Some(header) = containing(tx, number)?.filter(|header| number < header.change.id) else {
        return Ok(None);
    };
    let Some(chunk) = chunk_with(tx, number)? else {
        return Ok(None);
    };
    as_change(&header, &chunk.line(number)?).map(Some)
}

/// What the line of this number tells of its object.
pub(in crate::history) fn logged(
    tx: &Transaction<'_>,
    number: i64,
) -> Result<Option<Logged>, Error> {
    let Some(chunk) = chunk_with(tx, number)? else {
        return Ok(None);
    };
    let line = chunk.line(number)?;
    let json = |state: Option<&State>| state.map(State::to_json).transpose();
    Ok(Some(Logged {
        kind: line.kind,
        object: line.object,
        entry: number,
        name: line.name()?,
        before: json(line.before.as_ref())?,
        after: json(line.after.as_ref())?,
    }))
}

/// A line as the entry that it would be.
pub(super) fn as_change(header: &Header, line: &Line) -> Result<Change, Error> {
    let value = |state: Option<&State>| state.map(State::to_value).transpose();
    Ok(Change {
        id: line.number,
        act: header.change.act,
        at: header.change.at,
        actor: header.change.actor.clone(),
        origin: header.change.origin.clone(),
        undoes: header.change.undoes,
        kind: line.kind,
        object_id: line.object,
        name: line.name()?,
        before: value(line.before.as_ref())?,
        after: value(line.after.as_ref())?,
        hash: header.change.hash,
    })
}

/// The number of the last line that tells of an object, as far as its entry is still there.
pub(crate) fn last_of(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    object: RowId,
) -> Result<Option<i64>, Error> {
    let sql = "SELECT max(line) FROM batch_objects WHERE kind = ? AND object = ?";
    let mut statement = tx.prepare_cached(sql)?;
    let line = statement.query_row(params![kind.as_str(), object.0], |row| row.get(0))?;
    match line {
        Some(line) => known(tx, line),
        None => added_as(tx, kind, object),
    }
}

/// As [`last_of`], the first one after this number.
pub(crate) fn first_since(
    tx: &Transaction<'_>,
    kind: ObjectKind,
    object: RowId,
    after: i64,
) -> Result<Option<i64>, Error> {
    if object.0 > after
        && let Some(line) = added_as(tx, kind, object)?
    {
        return Ok(Some(line));
    }
    let sql = "SELECT min(line) FROM batch_objects WHERE kind = ? AND object = ? AND line > ?";
    let mut statement = tx.prepare_cached(sql)?;
    let line: Option<i64> =
        statement.query_row(params![kind.as_str(), object.0, after], |row| row.get(0))?;
    line.map_or(Ok(None), |line| known(tx, line))
}

/// The line that has added an object, if a line has.
fn added_as(tx: &Transaction<'_>, kind: ObjectKind, object: RowId) -> Result<Option<i64>, Error> {
    let line = line(tx, object.0)?;
    let of_it = line.filter(|line| (line.kind, line.object_id) == (kind, object));
    Ok(of_it.map(|line| line.id))
}

fn known(tx: &Transaction<'_>, line: i64) -> Result<Option<i64>, Error> {
    Ok((line > start(tx)?.removed).then_some(line))
}

/// The batches that tell of an object of such a name.
pub(crate) fn named(tx: &Transaction<'_>, name: &Named) -> Result<BTreeSet<i64>, Error> {
    let (from, until, text) = match name {
        Named::Exactly(name) => (name.clone(), name.clone(), name),
        Named::Beginning(name) => (name.clone(), format!("{name}\u{10ffff}"), name),
    };
    let sql = "SELECT first FROM batch_lines WHERE min_name <= ? AND max_name >= ? AND first > ?";
    let mut statement = tx.prepare_cached(sql)?;
    let removed = start(tx)?.removed;
    let firsts = statement.query_map(params![until, from, removed], |row| row.get::<_, i64>(0))?;
    let firsts: Vec<_> = firsts.collect::<Result<_, _>>()?;
    let mut batches: BTreeSet<i64> = BTreeSet::new();
    let mut last: Option<(i64, i64)> = None;
    for first in firsts {
        // One line is enough to find a batch by.
        if last.is_some_and(|(from, to)| (from..to).contains(&first)) {
            continue;
        }
        let Some(chunk) = chunk_with(tx, first)? else {
            continue;
        };
        if has_named(&chunk, name, text)?
            && let Some(header) = containing(tx, first)?
        {
            last = Some((header.first, header.change.id));
            batches.insert(header.change.id);
        }
    }
    Ok(batches)
}

fn has_named(chunk: &Chunk, name: &Named, text: &str) -> Result<bool, Error> {
    for line in chunk.read()? {
        let of = line.name()?;
        let fits = match name {
            Named::Exactly(_) => of == text,
            Named::Beginning(_) => of.starts_with(text),
        };
        if fits {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The objects of a kind that lines have added after a number, by id.
pub(crate) fn added_since<'a>(
    tx: &'a Transaction<'a>,
    kind: ObjectKind,
    after: i64,
) -> impl Iterator<Item = Result<RowId, Error>> + 'a {
    let mut next = Some(after.saturating_add(1));
    let chunks = std::iter::from_fn(move || {
        let chunk = chunk_from(tx, next?).transpose()?;
        next = chunk.as_ref().ok().map(|chunk| chunk.first + 1);
        Some(chunk.and_then(|chunk| chunk.read()))
    });
    chunks.flat_map(move |lines| {
        let (lines, error) = match lines {
            Ok(lines) => (lines, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        let added = lines
            .into_iter()
            .filter(move |line| line.kind == kind && line.object.0 == line.number)
            .map(|line| Ok(line.object));
        added.chain(error)
    })
}
