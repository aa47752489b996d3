//! Held mail, where many rows have changed: it follows from the rules, as for any change of the rows.

use routing::{ManagedDomain, Pattern};
use rusqlite::Transaction;

use super::left_out::LeftOut;
use crate::{
    Error, QueuedMail,
    author::Author,
    found,
    history::{State, each_in, left},
    row::{self, Row},
    rules, tombstone,
};

/// What is left out while many names come to be held, or cease to be.
const LEFT_OUT: [&str; 3] = [
    "tombstones_total_added",
    "tombstones_total_deleted",
    "tombstones_do_not_overlap_added",
];

/// What is kept beside the table of held names.
pub(super) struct Held(Option<LeftOut>);

impl Held {
    /// Leaves it out from now on if there are to be `many` changes.
    pub(super) fn begin(tx: &Transaction<'_>, many: bool) -> Result<Self, Error> {
        let left_out = many.then(|| LeftOut::begin(tx, &LEFT_OUT));
        left_out.transpose().map(Self)
    }

    /// Makes it anew, and checks the rule that nothing has checked meanwhile.
    pub(super) fn finish(self, tx: &Transaction<'_>) -> Result<(), Error> {
        let Self(Some(left_out)) = self else {
            return Ok(());
        };
        left_out.finish(tx)?;
        let sql = "UPDATE totals SET total = (SELECT count(*) FROM tombstones)
                   WHERE list = 'tombstones'";
        tx.execute(sql, [])?;
        tombstone::check_all(tx)
    }
}

/// Once all rows are as they are to be: ends what holds names that have a rule again, and holds mail
/// for names that have none any more.
pub(super) fn follow<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    queued: QueuedMail,
    leaves: bool,
) -> Result<(), Error> {
    let (first, end) = by.lines_so_far(tx)?;
    let lines = u64::try_from(end - first).unwrap_or_default();
    if found::total_of(tx, "tombstones")? < lines {
        end_by_tombstone(tx, by)?;
    } else {
        each_in(tx, first, end, |line| {
            match line.after.as_ref().and_then(names) {
                Some(names) => tombstone::end(tx, by, &names),
                None => Ok(()),
            }
        })?;
    }
    if !leaves || !T::HOLDS {
        return Ok(());
    }
    each_in(tx, first, end, |line| {
        let Some(was) = line.before.as_ref().and_then(names) else {
            return Ok(());
        };
        if line.after.as_ref().and_then(names).is_some() {
            return Ok(());
        }
        let Some(scope) = left(tx, &was)? else {
            return Ok(());
        };
        let names = Pattern { scope, ..was };
        tombstone::leave(tx, by, line.object, (&names, None), queued)
    })
}

/// The names about which a row decides.
fn names(state: &State) -> Option<Pattern> {
    match state {
        State::Route(route) => Row::decides_about(route),
        State::ManagedDomain(managed) => managed.decides_about(),
        State::Json(_) => None,
    }
}

/// Where few hold mail, each is asked whether there is a rule for its names again.
fn end_by_tombstone(tx: &Transaction<'_>, by: &Author) -> Result<(), Error> {
    for held in tombstone::all(tx, "ORDER BY domain, scope", [])? {
        let domain = &held.value.pattern.domain;
        for route in rules::routes_of(tx, domain)? {
            if let Some(names) = route.value.decides_about() {
                tombstone::end(tx, by, names)?;
            }
        }
        if let Some(managed) = row::by_key::<ManagedDomain>(tx, domain)? {
            tombstone::end(tx, by, &managed.value.names())?;
        }
    }
    Ok(())
}
