//! Held mail, where many rows have changed: it follows from the rules, as for any change of the rows.

use routing::{ManagedDomain, Pattern, Route};
use rusqlite::Transaction;

use crate::{
    Error, QueuedMail,
    author::Author,
    found,
    history::{State, each_in, left},
    row::{self, Row},
    rules, tombstone,
};

/// Once all rows are as they are to be: ends what holds names that have a rule again, and holds mail
/// for names that have none any more.
pub(super) fn follow<T: Row>(
    tx: &Transaction<'_>,
    by: &Author,
    removes: bool,
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
    if !removes || !T::HOLDS {
        return Ok(());
    }
    each_in(tx, first, end, |line| {
        let (Some(State::Route(was)), None) = (line.before, line.after) else {
            return Ok(());
        };
        let was = was.pattern;
        let Some(scope) = left(tx, &was)? else {
            return Ok(());
        };
        let names = Pattern { scope, ..was };
        tombstone::leave(tx, by, line.object, (&names, None), QueuedMail::default())
    })
}

fn names(state: &State) -> Option<Pattern> {
    match state {
        State::Route(route) => Some(route.names()),
        State::ManagedDomain(managed) => Some(managed.names()),
        State::Json(_) => None,
    }
}

/// Where few hold mail, each is asked whether there is a rule for its names again.
fn end_by_tombstone(tx: &Transaction<'_>, by: &Author) -> Result<(), Error> {
    for held in tombstone::all(tx, "ORDER BY domain, scope", [])? {
        let domain = &held.value.pattern.domain;
        for route in rules::routes_of(tx, domain)? {
            let route: Route = route.value;
            tombstone::end(tx, by, &route.names())?;
        }
        if let Some(managed) = row::by_key::<ManagedDomain>(tx, domain)? {
            tombstone::end(tx, by, &managed.value.names())?;
        }
    }
    Ok(())
}
