//! Bringing back what was at a moment.

use std::collections::HashSet;

use routing::Own;
use rusqlite::Transaction;

use super::{
    Counts, Moment, ObjectKey,
    apply::apply,
    difference::each,
    no_undo::because,
    plan::{Logged, Plan, Put, PutDefault, PutSetup},
    setup::Setup,
};
use crate::{
    By, Error, NoUndo, ObjectKind, Store, Version, author::Author, change, default_routing,
    row::Row,
};

/// What is to be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restore {
    /// Everything that is otherwise now.
    All,
    /// These objects, as far as they are otherwise.
    Objects(Vec<ObjectKey>),
}

/// What was brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The act by which that was done, which can be undone; nothing if everything was so already.
    pub act: Option<i64>,
    /// The objects: those that were added after the moment are gone again, and so on.
    pub counts: Counts,
    /// Whether the password of a smart host stays as it is, though it was another one then.
    pub password_stays: bool,
}

impl Store {
    /// Brings back what was at an earlier moment, everything or some objects, in one transaction: what
    /// was added since goes, what was removed comes back under its own id, what was changed is what it
    /// was. Rules hold as for any change; the order does not count. Passwords stay as they are.
    ///
    /// `seen` is the state that the person saw the difference to
    /// ([`DifferencePage::latest`](crate::DifferencePage::latest)).
    ///
    /// # Errors
    /// [`Error::NoSuchMoment`] if the history does not reach back so far, [`Error::NoRestore`] if a rule
    /// refuses what would come of it, [`Error::RestoreOutdated`] if an object that was to be brought
    /// back has been changed since it was seen.
    pub async fn restore(
        &self,
        by: &By,
        moment: Moment,
        what: Restore,
        seen: Version,
    ) -> Result<Restored, Error> {
        let own = self.own.clone();
        self.write_by(by, move |tx, by| restore(tx, by, &own, moment, &what, seen))
            .await
    }
}

fn restore(
    tx: &Transaction<'_>,
    by: &Author,
    own: &Own,
    moment: Moment,
    what: &Restore,
    seen: Version,
) -> Result<Restored, Error> {
    let change = moment.change(tx)?;
    let chosen: Option<HashSet<_>> = match what {
        Restore::All => None,
        Restore::Objects(objects) => Some(objects.iter().copied().collect()),
    };
    let mut plan = Plan::default();
    let mut restored = Restored::default();
    each(tx, change, |key, logged| {
        if chosen.as_ref().is_some_and(|chosen| !chosen.contains(&key)) {
            return Ok(());
        }
        if logged.entry > seen.0 {
            return Err(outdated(tx, &logged, seen));
        }
        restored
            .counts
            .count(logged.before.is_some(), logged.after.is_some());
        add(tx, &mut plan, &logged)
    })?;
    restored.password_stays = apply(tx, by, own, &plan).map_err(refused)?;
    restored.act = by.done(tx)?;
    Ok(restored)
}

fn outdated(tx: &Transaction<'_>, logged: &Logged, seen: Version) -> Error {
    match change::since(tx, logged.kind, logged.object, seen) {
        Ok(Some(change)) => Error::RestoreOutdated(Box::new(change)),
        Ok(None) => NoUndo::Different(logged.name.clone()).into(),
        Err(error) => error,
    }
}

/// The refusal of a rule.
fn refused(error: Error) -> Error {
    match because(error) {
        Error::NoUndo(NoUndo::Rule(error)) => Error::NoRestore(error),
        other => other,
    }
}

fn add(tx: &Transaction<'_>, plan: &mut Plan, logged: &Logged) -> Result<(), Error> {
    match logged.kind {
        ObjectKind::Route => plan.routes.push(row(tx, logged)?),
        ObjectKind::ManagedDomain => plan.managed_domains.push(row(tx, logged)?),
        ObjectKind::DefaultRouting => {
            plan.default_routing = Some(PutDefault {
                now: default_routing::next_hop(tx)?,
                want: logged.next_hops()?.0,
                undoes: None,
            });
        }
        ObjectKind::SmartHost => {
            let (next_hop, [want, _, now]) = logged.setups(tx)?;
            let [then, now] = [&want, &now].map(|setup| Setup::applying(setup.as_ref(), &next_hop));
            plan.smart_hosts.push(PutSetup {
                id: logged.object,
                login: now.login_towards(&then),
                next_hop,
                want,
                undoes: None,
            });
        }
        // Held mail follows from the rules, and who may do what is not where mail goes.
        ObjectKind::Tombstone
        | ObjectKind::User
        | ObjectKind::Settings
        | ObjectKind::SignIn
        | ObjectKind::History => {}
    }
    Ok(())
}

fn row<T: Row>(tx: &Transaction<'_>, logged: &Logged) -> Result<Put<T>, Error> {
    let want = logged.read(logged.before.as_ref(), |state| serde_json::from_str(state))?;
    Ok(Put {
        id: logged.object,
        now: logged.now::<T>(tx)?,
        want,
        undoes: None,
    })
}
