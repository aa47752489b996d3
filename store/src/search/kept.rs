//! The text of the routes in memory: read when somebody searches, brought up to date before each search,
//! dropped when nobody has searched for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Transaction, params};
use serde::Deserialize;

use super::{
    Hits, Needle,
    line::{Columns, Key, Lead},
    text::{Text, Writer},
};
use crate::{Error, ObjectKind, Version, change, found, row::HOSTS};

/// So many rows are looked through by the engine in some milliseconds.
const FEW: u64 = 20_000;
/// Reading everything anew is quicker than following more changes than this.
const MANY_CHANGES: usize = 10_000;

/// The text of the routes, if it is in memory.
#[derive(Debug)]
pub(crate) struct Kept {
    few: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    text: Option<(Text, Version)>,
    /// Somebody has searched since this was last asked.
    used: bool,
    loading: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self::for_more_than(FEW)
    }
}

impl Kept {
    /// For lists of more rows than these.
    pub(crate) fn for_more_than(few: u64) -> Self {
        Self {
            few,
            state: Mutex::default(),
        }
    }

    /// What a search finds as of this transaction. Nothing if the engine has to look: because there are
    /// few rows, or because their text is not in memory yet ([`Kept::claim`]).
    pub(crate) fn find(&self, tx: &Transaction<'_>, search: &str) -> Result<Option<Hits>, Error> {
        let Needle(needle) = Needle::new(search);
        if needle.bytes().any(|byte| byte < b' ') || found::total::<routing::Route>(tx)? <= self.few
        {
            return Ok(None);
        }
        let text = {
            let mut state = self.state();
            state.used = true;
            // The lock is held here, so whoever comes later sees a later state of the database.
            let caught_up = match &mut state.text {
                Some((text, version)) => catch_up(tx, text, version)?,
                None => false,
            };
            if !caught_up {
                state.text = None;
                return Ok(None);
            }
            state.text.as_ref().map(|(text, _)| text.clone())
        };
        Ok(text.map(|text| Hits::new(text, &needle)))
    }

    /// Whether the caller is to read the text ([`Kept::load`]): it is needed, and nobody else does.
    pub(crate) fn claim(&self) -> bool {
        let mut state = self.state();
        let wanted = state.used && state.text.is_none() && !state.loading;
        state.loading |= wanted;
        wanted
    }

    /// Reads all routes.
    pub(crate) fn load(&self, tx: &Transaction<'_>) -> Result<(), Error> {
        let read = read_all(tx)?;
        let mut state = self.state();
        state.loading = false;
        state.text = Some(read);
        Ok(())
    }

    /// Lets the next search try again what failed.
    pub(crate) fn give_up(&self) {
        self.state().loading = false;
    }

    /// Drops the text unless somebody has searched since this was last called. Whether it was dropped.
    pub(crate) fn forget_if_unused(&self) -> bool {
        let mut state = self.state();
        let unused = !std::mem::take(&mut state.used);
        if unused {
            state.text = None;
        }
        unused
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A text that a panic has left half changed is not trusted.
        self.state.lock().unwrap_or_else(|poisoned| {
            self.state.clear_poison();
            let mut state = PoisonError::into_inner(poisoned);
            *state = State::default();
            state
        })
    }
}

/// What a line is made of, of the rows that a condition or an order selects.
fn select(rows: &str) -> String {
    format!("SELECT domain, scope, port, {HOSTS}, comment FROM routes {rows}")
}

fn read_all(tx: &Transaction<'_>) -> Result<(Text, Version), Error> {
    let version = change::latest(tx)?;
    let mut writer = Writer::default();
    let mut statement = tx.prepare_cached(&select("ORDER BY domain, scope"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        write(row, writer.lines())?;
    }
    Ok((writer.finish(), version))
}

fn write(row: &rusqlite::Row<'_>, to: &mut Vec<u8>) -> Result<(), Error> {
    let text = |column| {
        row.get_ref(column)
            .map(|value| value.as_str().unwrap_or_default())
    };
    let columns = Columns {
        domain: text(0)?,
        scope: text(1)?,
        port: row.get(2)?,
        hosts: text(3)?,
        comment: text(4)?,
    };
    columns.write(to);
    Ok(())
}

/// The names of a route in the log.
#[derive(Deserialize)]
struct Names {
    domain: String,
    scope: String,
}

/// Brings the text to the state of the transaction. Fails to if too much has changed, or if the log does
/// not tell what.
fn catch_up(tx: &Transaction<'_>, text: &mut Text, version: &mut Version) -> Result<bool, Error> {
    let latest = change::latest(tx)?;
    if latest == *version {
        return Ok(true);
    }
    let Some(names) = changed(tx, *version, latest)? else {
        return Ok(false);
    };
    let mut statement = tx.prepare_cached(&select("WHERE domain = ? AND scope = ?"))?;
    for Names { domain, scope } in names {
        let mut line = Vec::new();
        let mut rows = statement.query([&domain, &scope])?;
        if let Some(row) = rows.next()? {
            write(row, &mut line)?;
        }
        let key = Key {
            by: Lead::None,
            domain: domain.as_bytes(),
            scope: scope.as_bytes(),
        };
        text.replace(key, &line);
    }
    *version = latest;
    Ok(true)
}

/// The names of all routes that came, went or changed in between.
fn changed(
    tx: &Transaction<'_>,
    after: Version,
    until: Version,
) -> Result<Option<Vec<Names>>, Error> {
    let removed: i64 = tx.query_row("SELECT removed FROM chain", [], |row| row.get(0))?;
    if until < after || removed > after.0 {
        return Ok(None);
    }
    let sql = "SELECT before, after, object_id FROM changes WHERE id > ? AND kind = ?
               ORDER BY id LIMIT ?";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params![after.0, ObjectKind::Route.as_str(), MANY_CHANGES])?;
    let mut names = Vec::new();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if row.get::<_, i64>(2)? == 0 {
            // Many rows at once.
            return Ok(None);
        }
        for column in 0..2 {
            let Some(json) = row.get_ref(column)?.as_str_or_null().unwrap_or_default() else {
                continue;
            };
            match serde_json::from_str(json) {
                Ok(route) => names.push(route),
                Err(_) => return Ok(None),
            }
        }
    }
    Ok((count < MANY_CHANGES).then_some(names))
}
