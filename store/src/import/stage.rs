//! Putting the rows of a file aside.

use std::{fmt, marker::PhantomData};

use routing::{Field, LineError, Own};
use rusqlite::{Connection, params};

use super::work::{Phase, Work};
use crate::{Error, error::broke_a_rule, row::Row};

/// Of a line that is left out, so much is kept to be shown.
const SHOWN: usize = 1_000;

/// The tables of an import. Rows are in the columns in which their lists have them; what a list lacks is
/// empty, and `further` holds what the list's own columns give for further hosts.
///
/// What is written is folded into the file by [`fold`], and not while others wait for their turn.
///
/// - `staged`: the rows of the file. Of two for the same names, the first.
/// - `unread`: lines that no verdict can change.
/// - `barred`: rows that a rule refuses; `stays` if it would, whatever is in the lists.
/// - `known`: rows that are there, `same` if they say the same.
/// - `gone`: rows that are to be removed.
/// - `refused`: all lines that are left out, in their order; `shown` helps to put them into it.
const TABLES: &str = "
    PRAGMA temp_store = FILE;
    PRAGMA temp.cache_size = -8192;
    PRAGMA main.cache_size = -16384;
    PRAGMA threads = 1;
    PRAGMA wal_autocheckpoint = 0;
    CREATE TEMP TABLE staged (domain TEXT NOT NULL, scope TEXT NOT NULL, host TEXT, port INTEGER,
        comment TEXT NOT NULL, further TEXT, enabled INTEGER NOT NULL DEFAULT 1, line INTEGER NOT NULL,
        PRIMARY KEY (domain, scope)) WITHOUT ROWID;
    CREATE TEMP TABLE unread (line INTEGER, field TEXT, reason TEXT, text TEXT);
    CREATE TEMP TABLE barred (domain TEXT, scope TEXT, line INTEGER, field TEXT, reason TEXT,
        stays INTEGER, PRIMARY KEY (domain, scope)) WITHOUT ROWID;
    CREATE TEMP TABLE known (domain TEXT, scope TEXT, id INTEGER, version INTEGER, same INTEGER,
        PRIMARY KEY (domain, scope)) WITHOUT ROWID;
    CREATE TEMP TABLE gone (domain TEXT, scope TEXT, id INTEGER, version INTEGER,
        PRIMARY KEY (domain, scope)) WITHOUT ROWID;
    CREATE TEMP TABLE refused (number INTEGER PRIMARY KEY, line INTEGER, field TEXT, reason TEXT,
        text TEXT);
    CREATE TEMP TABLE shown (line INTEGER, field TEXT, reason TEXT, text TEXT);
    CREATE TEMP VIEW verdicts AS
        SELECT domain, scope, id, version, same FROM temp.known
        UNION ALL SELECT domain, scope, id, version, NULL FROM temp.gone
        UNION ALL SELECT domain, scope, NULL, NULL, reason FROM temp.barred;
    BEGIN;
";

/// Makes the tables, and begins to fill them.
pub(super) fn prepare(connection: &Connection) -> Result<(), Error> {
    Ok(connection.execute_batch(TABLES)?)
}

/// Brings what was written from the log beside the file into the file itself. Nobody has to wait for it.
pub(super) fn fold(connection: &Connection) -> Result<(), Error> {
    // Answers "busy" if another connection does so already.
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
}

/// Rows that are being put aside.
pub(super) struct Staging<T> {
    rows: u64,
    taken: u64,
    list: PhantomData<fn(T)>,
}

impl<T> Default for Staging<T> {
    fn default() -> Self {
        Self {
            rows: 0,
            taken: 0,
            list: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Staging<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let staging = &mut f.debug_struct("Staging");
        staging.field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<T: Row> Staging<T> {
    /// How many rows have been put aside.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn push(
        &mut self,
        connection: &Connection,
        work: &Work,
        own: &Own,
        (line, text, row): (usize, &str, Result<T, Vec<LineError>>),
    ) -> Result<(), Error> {
        work.row(Phase::Reading, self.taken, None)?;
        self.taken += 1;
        let row = match row {
            Ok(row) => row,
            Err(errors) => return unread(connection, line, &errors, text),
        };
        let staged = row.stage(connection, line);
        match staged {
            Ok(()) => self.rows += 1,
            Err(error) if broke_a_rule(&error) => {
                return twice(connection, line, &row, text);
            }
            Err(error) => return Err(error.into()),
        }
        let mut hosts = row.hosts();
        if let Some(error) = hosts.find_map(|host| own.check(host).err()) {
            bar(
                connection,
                &row,
                line,
                Field::Host,
                &error.to_string(),
                true,
            )?;
        }
        Ok(())
    }
}

fn unread(
    connection: &Connection,
    line: usize,
    errors: &[LineError],
    text: &str,
) -> Result<(), Error> {
    let field = errors.first().and_then(|error| error.column);
    let reasons: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    insert_unread(connection, line, field, &reasons.join(" "), text)
}

fn twice<T: Row>(connection: &Connection, line: usize, row: &T, text: &str) -> Result<(), Error> {
    let sql = "SELECT line FROM temp.staged WHERE domain = ? AND scope = ?";
    let first: i64 = connection
        .prepare_cached(sql)?
        .query_row(row.staged_key(), |row| row.get(0))?;
    let reason = format!(
        "Line {first} is for {} already, and this is line {line}. Keep one of them.",
        row.names()
    );
    insert_unread(connection, line, Some(Field::Domain), &reason, text)
}

fn insert_unread(
    connection: &Connection,
    line: usize,
    field: Option<Field>,
    reason: &str,
    text: &str,
) -> Result<(), Error> {
    let field = field.map(Field::id);
    let shown: String = text.chars().take(SHOWN).collect();
    let sql = "INSERT INTO temp.unread (line, field, reason, text) VALUES (?, ?, ?, ?)";
    connection
        .prepare_cached(sql)?
        .execute(params![line, field, reason, shown])?;
    Ok(())
}

/// Refuses a row. The first reason counts.
pub(super) fn bar<T: Row>(
    connection: &Connection,
    row: &T,
    line: usize,
    field: Field,
    reason: &str,
    stays: bool,
) -> Result<(), Error> {
    let (domain, scope) = row.staged_key();
    let sql = "INSERT OR IGNORE INTO temp.barred (domain, scope, line, field, reason, stays)
               VALUES (?, ?, ?, ?, ?, ?)";
    connection.prepare_cached(sql)?.execute(params![
        domain,
        scope,
        line,
        field.id(),
        reason,
        stays
    ])?;
    Ok(())
}
