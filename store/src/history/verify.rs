//! Proving that no entry was altered or removed.

use rusqlite::{Row, Transaction, types::ValueRef};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    Fields, Hash, Head,
    batch::{self, Header},
    pruning, start,
};
use crate::{Error, Store, change};

/// What an examination of the history has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it was written.
    Whole(Verified),
    /// It is not.
    Broken(Broken),
}

/// A history that is as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// The last entry that was removed for its age; 0 if none was.
    pub removed: i64,
    /// Its last entry. Noted elsewhere, it proves later that nothing up to here was made anew.
    pub head: Head,
}

/// What is wrong with a history: the first thing that is. Displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The entry, or the hash of the one before it, is not as it was written.
    #[error("Entry {0} was altered.")]
    Altered(i64),
    /// The entry is missing, though later ones are there.
    #[error("Entry {0} was removed.")]
    Removed(i64),
    /// The entry is missing, and nothing follows; the database has counted further.
    #[error("Entry {0} was removed, and whatever followed it.")]
    CutOff(i64),
    /// The entries up to this one are missing, and none says that they were removed for their age.
    #[error(
        "The entries up to {0} were removed, and not for their age: no entry says so, as one does that \
         \"history prune\" leaves."
    )]
    Unsaid(i64),
    /// The entry that was noted has another hash now.
    #[error("Entry {0} is not the one that was noted: the history up to it was made anew.")]
    Other(i64),
    /// The entry that was noted is older than the oldest one that is kept.
    #[error(
        "Entry {0}, which was noted, has been removed for its age, so nothing can be said of it."
    )]
    TooOld(i64),
}

impl Store {
    /// Examines the whole history; with `noted`, also whether it still leads through what was its last
    /// entry once. Reads every entry, in little memory and beside all other work.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many exports are under way.
    pub async fn verify_history(&self, noted: Option<Head>) -> Result<Verdict, Error> {
        let lane = self.exports.clone();
        let turn = lane.turn().await?;
        let examined = spawn_blocking(move || {
            let verdict = lane.run_here(|tx| examine(tx, noted));
            drop(turn);
            verdict
        });
        examined.await.unwrap_or(Err(Error::Interrupted))
    }
}

fn examine(tx: &Transaction<'_>, noted: Option<Head>) -> Result<Verdict, Error> {
    let start = start(tx)?;
    let mut head = Head {
        id: start.removed,
        hash: start.hash,
    };
    let broken = |what| Ok(Verdict::Broken(what));
    if let Some(noted) = noted.filter(|noted| noted.id < head.id) {
        return broken(Broken::TooOld(noted.id));
    }
    if noted.is_some_and(|noted| noted.id == head.id && noted.hash != head.hash) {
        return broken(Broken::Other(head.id));
    }
    // What is said of the start is proven below, as all entries are.
    let said = pruning::said(tx)?;
    let mut is_said = said.map_or(start.removed == 0, |said| said == head);
    let sql = format!("SELECT {} FROM changes ORDER BY id", change::COLUMNS);
    let mut statement = tx.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let (mut entries, mut objects) = (0, 0);
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        // What cannot even be read does not verify below.
        let of_many = row.get(7).is_ok_and(|object: i64| object == 0);
        let entry = of_many.then(|| change::read(row).ok()).flatten();
        let header = entry.and_then(Header::of);
        if let Some(header) = header.filter(|header| header.first == head.id + 1) {
            match header.check(tx)? {
                Some(checked) => objects += checked.objects,
                None => return broken(Broken::Altered(id)),
            }
        } else if id != head.id + 1 {
            // One that stands before the first is a forgery, too.
            return broken(if id > head.id {
                Broken::Removed(head.id + 1)
            } else {
                Broken::Altered(id)
            });
        }
        match hash(row, id, head.hash) {
            Some(hash) => head = Head { id, hash },
            None => return broken(Broken::Altered(id)),
        }
        if noted.is_some_and(|noted| noted.id == id && noted.hash != head.hash) {
            return broken(Broken::Other(id));
        }
        // A removal that was said and has broken off.
        is_said |= said == Some(head);
        entries += 1;
    }
    if !is_said {
        return broken(Broken::Unsaid(start.removed));
    }
    if batch::count_objects(tx, start.removed)? != objects {
        return broken(Broken::Altered(head.id));
    }
    let counted = change::latest(tx)?.0;
    let known = noted.map_or(counted, |noted| noted.id.max(counted));
    if head.id < known {
        return broken(Broken::CutOff(head.id + 1));
    }
    Ok(Verdict::Whole(Verified {
        entries,
        removed: start.removed,
        head,
    }))
}

/// The hash of an entry, if it is the one that stands in it.
fn hash(row: &Row<'_>, id: i64, previous: Hash) -> Option<Hash> {
    let number = |column| row.get::<_, i64>(column).ok();
    let text = |column| match row.get_ref(column) {
        Ok(ValueRef::Text(text)) => Some(text),
        _ => None,
    };
    let optional = |column| match row.get_ref(column) {
        Ok(ValueRef::Text(text)) => Some(Some(text)),
        Ok(ValueRef::Null) => Some(None),
        _ => None,
    };
    let fields = Fields {
        id,
        act: number(1)?,
        at: number(2)?,
        actor: text(3)?,
        origin: text(4)?,
        undoes: row.get(5).ok()?,
        kind: text(6)?,
        object: number(7)?,
        name: text(8)?,
        before: optional(9)?,
        after: optional(10)?,
    };
    let written = Hash(row.get(11).ok()?);
    let hash = fields.hash(previous);
    (hash == written).then_some(hash)
}
