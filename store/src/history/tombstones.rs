//! Held mail, where rows are put back: it follows from the rules, as for any change of the rows.

use routing::{ManagedDomain, Pattern, Route, Scope};
use rusqlite::Transaction;

use super::plan::Put;
use crate::{
    Error, NoUndo, QueuedMail, RowId, Tombstone,
    author::Author,
    row::{self, Row},
    rules,
    tombstone::{self, without},
};

/// Once all rows are as they are to be: ends what holds names that have a rule again, and holds mail
/// for names that have none any more.
pub(super) fn follow(
    tx: &Transaction<'_>,
    by: &Author,
    routes: &[Put<Route>],
    managed_domains: &[Put<ManagedDomain>],
) -> Result<(), Error> {
    end(tx, by, routes)?;
    end(tx, by, managed_domains)?;
    for put in routes {
        let Some(was) = put.now.as_ref().and_then(Route::decides_about) else {
            continue;
        };
        let Some(scope) = left(tx, was)? else {
            continue;
        };
        let names = Pattern {
            domain: was.domain.clone(),
            scope,
        };
        by.takes_back(put.undoes);
        tombstone::leave(tx, by, put.id, (&names, None), QueuedMail::default())?;
    }
    Ok(())
}

fn end<T: Row>(tx: &Transaction<'_>, by: &Author, puts: &[Put<T>]) -> Result<(), Error> {
    for put in puts {
        if let Some(names) = put.want.as_ref().and_then(Row::decides_about) {
            by.takes_back(put.undoes);
            tombstone::end(tx, by, &names)?;
        }
    }
    Ok(())
}

/// Those of the names about which no rule of the domain decides.
pub(crate) fn left(tx: &Transaction<'_>, names: &Pattern) -> Result<Option<Scope>, Error> {
    let mut left = Some(names.scope);
    for route in rules::routes_of(tx, &names.domain)? {
        if let Some(names) = route.value.decides_about() {
            left = left.and_then(|left| without(left, names.scope));
        }
    }
    if row::by_key::<ManagedDomain>(tx, &names.domain)?.is_some() {
        left = left.and_then(|left| without(left, Scope::Domain));
    }
    Ok(left)
}

/// Puts back what itself is to be put back: somebody had released it, or held it again.
///
/// It is names that are held, by whichever tombstone: while other changes came and went, another one
/// may have taken its place.
pub(super) fn put(tx: &Transaction<'_>, by: &Author, puts: &[Put<Tombstone>]) -> Result<(), Error> {
    for put in puts.iter().filter(|put| put.want.is_none()) {
        if let Some(left) = &put.now {
            by.takes_back(put.undoes);
            tombstone::end(tx, by, &left.pattern)?;
        }
    }
    for put in puts {
        let Some(want) = &put.want else { continue };
        let held = tombstone::all(tx, "WHERE id = ?", [put.id.0])?;
        if held.iter().any(|held| held.value == *want) {
            continue;
        }
        let names = &want.pattern;
        if want.until <= by.at {
            return Err(NoUndo::Expired(names.to_string()).into());
        }
        if left(tx, names)? != Some(names.scope) {
            return Err(NoUndo::Ruled(names.to_string()).into());
        }
        let mut want = want.clone();
        // What holds some of the names by now may hold them for longer.
        for held in tombstone::of(tx, &names.domain)? {
            if without(names.scope, held.value.pattern.scope) != Some(names.scope) {
                want.until = want.until.max(held.value.until);
            }
        }
        by.takes_back(put.undoes);
        tombstone::end(tx, by, &want.pattern)?;
        // It may have come back already, and have lost these names since, but not all of them.
        let elsewhere = !tombstone::all(tx, "WHERE id = ?", [put.id.0])?.is_empty();
        let id = if elsewhere {
            RowId(by.next(tx)?.0)
        } else {
            put.id
        };
        tombstone::insert(tx, by, id, &want)?;
    }
    Ok(())
}
