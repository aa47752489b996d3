//! Comparing the rows of a file with what is there.

use routing::Field;
use rusqlite::{Transaction, params};

use super::{
    ImportMode, Preview,
    stage::bar,
    work::{Phase, Work},
};
use crate::{
    Error, change, found,
    row::{self, Row},
};

/// What is done one after the other.
const STEPS: u64 = 5;

/// Comes to a verdict about every row.
pub(super) fn check<T: Row>(
    tx: &Transaction<'_>,
    work: &Work,
    mode: ImportMode,
    staged: u64,
) -> Result<Preview, Error> {
    let step = |done| work.reached(Phase::Checking, done, Some(STEPS));
    step(0)?;
    tx.execute_batch(
        "DELETE FROM temp.barred WHERE NOT stays; DELETE FROM temp.known;
         DELETE FROM temp.gone; DELETE FROM temp.refused;",
    )?;
    bar_overlapping::<T>(tx)?;
    step(1)?;
    bar_refused::<T>(tx, mode)?;
    step(2)?;
    know::<T>(tx, staged)?;
    step(3)?;
    if mode == ImportMode::Replace {
        remove::<T>(tx)?;
    }
    step(4)?;
    list_refused::<T>(tx)?;
    let preview = count(tx, staged)?;
    step(STEPS)?;
    Ok(preview)
}

/// Of rows of the file that stand for the same names, the first one stays.
fn bar_overlapping<T: Row>(tx: &Transaction<'_>) -> Result<(), Error> {
    let columns = T::STAGED;
    let sql = format!(
        "SELECT {columns}, line FROM temp.staged AS one WHERE domain IN (
             SELECT domain FROM temp.staged AS both WHERE scope = 'both' AND EXISTS (
                 SELECT 1 FROM temp.staged AS other
                 WHERE other.domain = both.domain AND other.scope <> 'both'))
         ORDER BY domain, line"
    );
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut kept: Vec<(T, usize)> = Vec::new();
    while let Some(sql_row) = rows.next()? {
        let row: T = row::stored(sql_row)?.value;
        let line: usize = sql_row.get("line")?;
        let names = row.names();
        kept.retain(|(kept, _)| kept.names().domain == names.domain);
        let overlapping = kept
            .iter()
            .find(|(kept, _)| kept.names().scope.overlaps(names.scope));
        if let Some((other, first)) = overlapping {
            let reason = format!(
                "Line {first} is for {} ({}), which this line {line} is for, too ({}). Keep one of them.",
                other.names(),
                other.names().scope,
                names.scope
            );
            bar(tx, &row, line, Field::Domain, &reason, false)?;
        } else {
            kept.push((row, line));
        }
    }
    Ok(())
}

/// Bars what the rules between rows refuse. The rules themselves say so, in their words, about those rows
/// that may break one.
fn bar_refused<T: Row>(tx: &Transaction<'_>, mode: ImportMode) -> Result<(), Error> {
    for condition in T::suspects(mode == ImportMode::Merge) {
        let columns = T::STAGED;
        let sql = format!("SELECT {columns}, line FROM {condition}");
        let mut statement = tx.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(sql_row) = rows.next()? {
            let row: T = row::stored(sql_row)?.value;
            let line: usize = sql_row.get("line")?;
            let replaces = row::by_key::<T>(tx, &row.key_of())?.map(|row| row.id);
            if let Err(error) = row.check_import(tx, replaces, mode == ImportMode::Merge) {
                let column = match error {
                    Error::List(_) => Field::FurtherHosts,
                    Error::Exists(_) | Error::ManagedDomain(_) | Error::Routed(_) => Field::Domain,
                    other => return Err(other),
                };
                bar(tx, &row, line, column, &error.to_string(), false)?;
            }
        }
    }
    Ok(())
}

/// Finds the rows that are there already.
fn know<T: Row>(tx: &Transaction<'_>, staged: u64) -> Result<(), Error> {
    // Whichever has fewer rows is read, and looked up in the other.
    let tables = if found::total::<T>(tx)? < staged {
        format!("{} CROSS JOIN temp.staged AS staged", T::LIVE)
    } else {
        format!("temp.staged AS staged CROSS JOIN {}", T::LIVE)
    };
    let sql = format!(
        "INSERT INTO temp.known (domain, scope, id, version, same)
         SELECT staged.domain, staged.scope, live.id, live.version,
                live.host IS staged.host AND live.port IS staged.port
                AND live.comment = staged.comment AND live.further IS staged.further
                AND live.enabled = staged.enabled
         FROM {tables} ON live.domain = staged.domain AND live.scope = staged.scope
         WHERE (staged.domain, staged.scope) NOT IN (SELECT domain, scope FROM temp.barred)"
    );
    tx.execute(&sql, [])?;
    Ok(())
}

/// Finds the rows that the file does not name. One that it names in a line that is left out stays, unless
/// another line, which is not, is for the same names.
fn remove<T: Row>(tx: &Transaction<'_>) -> Result<(), Error> {
    let live = T::LIVE;
    let sql = format!(
        "INSERT INTO temp.gone (domain, scope, id, version)
         SELECT domain, scope, id, version FROM {live}
         WHERE NOT EXISTS (
             SELECT 1 FROM temp.staged AS staged
             WHERE staged.domain = live.domain AND staged.scope = live.scope
               AND (NOT EXISTS (SELECT 1 FROM temp.barred AS barred
                                WHERE barred.domain = live.domain AND barred.scope = live.scope)
                    OR NOT EXISTS (
                        SELECT 1 FROM temp.staged AS other
                        WHERE other.domain = live.domain AND other.scope <> live.scope
                          AND 'both' IN (other.scope, live.scope)
                          AND NOT EXISTS (
                              SELECT 1 FROM temp.barred AS barred
                              WHERE barred.domain = other.domain AND barred.scope = other.scope))))"
    );
    tx.execute(&sql, [])?;
    Ok(())
}

/// Puts all lines that are left out in their order. Of one that was read, what was read is shown.
fn list_refused<T: Row>(tx: &Transaction<'_>) -> Result<(), Error> {
    let columns = T::STAGED;
    let sql = format!(
        "SELECT {columns}, staged.line, barred.field, barred.reason FROM temp.staged AS staged
         JOIN temp.barred AS barred USING (domain, scope)"
    );
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([])?;
    tx.execute("DELETE FROM temp.shown", [])?;
    let sql = "INSERT INTO temp.shown (line, field, reason, text) VALUES (?, ?, ?, ?)";
    let mut insert = tx.prepare(sql)?;
    while let Some(sql_row) = rows.next()? {
        let row: T = row::stored(sql_row)?.value;
        let (line, field, reason): (i64, Option<String>, String) = (
            sql_row.get("line")?,
            sql_row.get("field")?,
            sql_row.get("reason")?,
        );
        insert.execute(params![line, field, reason, row.to_line()])?;
    }
    tx.execute_batch(
        "INSERT INTO temp.refused (line, field, reason, text)
         SELECT line, field, reason, text FROM temp.unread
         UNION ALL SELECT line, field, reason, text FROM temp.shown ORDER BY line;",
    )?;
    Ok(())
}

fn count(tx: &Transaction<'_>, staged: u64) -> Result<Preview, Error> {
    let number = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, u64>(0));
    let (barred, known) = (
        number("SELECT count(*) FROM temp.barred")?,
        number("SELECT count(*) FROM temp.known")?,
    );
    let same = number("SELECT count(*) FROM temp.known WHERE same")?;
    Ok(Preview {
        version: change::latest(tx)?,
        added: staged.saturating_sub(barred).saturating_sub(known),
        changed: known - same,
        same,
        removed: number("SELECT count(*) FROM temp.gone")?,
        refused: number("SELECT count(*) FROM temp.refused")?,
    })
}
