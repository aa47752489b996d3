//! Taking changes back.
//!
//! What is compared is content, not versions: an object must now say what the change left it saying.
//! So changes can be undone in reverse order, each after the other, and an undo can be undone.

use std::collections::HashMap;

use routing::Own;
use rusqlite::{Transaction, params};

use super::{
    accounts, act,
    apply::apply,
    batch,
    no_undo::because,
    plan::{Logged, Plan, Put, PutDefault, PutSetup},
    setup::{Login, Setup},
    undo_batch,
};
use crate::{
    By, Change, Error, NoUndo, ObjectKind, RowId, Store, Version, author::Author, change,
    default_routing, row::Row,
};

/// What was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The act by which it was taken back, which can be undone as any other; nothing if everything was
    /// as before already.
    pub act: Option<i64>,
    /// Of how many objects a change was taken back.
    pub objects: u64,
    /// Whether the password of a smart host stays as it is, though it was another one before.
    pub password_stays: bool,
}

impl Store {
    /// Takes back the whole act to which a change belongs: every object becomes what it was before,
    /// under its own id. This is a change as any other: rules hold, it is in the history, and it can
    /// be undone. Passwords are not in the history, so they stay as they are.
    ///
    /// # Errors
    /// [`Error::NoUndo`] says why it cannot be taken back; then nothing was.
    pub async fn undo(&self, by: &By, change: i64) -> Result<Undone, Error> {
        let own = self.own.clone();
        self.write_by(by, move |tx, by| undo(tx, by, &own, change, true))
            .await
    }

    /// Takes back one change, without those that were made together with it; else as [`Store::undo`].
    ///
    /// # Errors
    /// As for [`Store::undo`].
    pub async fn undo_one(&self, by: &By, change: i64) -> Result<Undone, Error> {
        let own = self.own.clone();
        self.write_by(by, move |tx, by| undo(tx, by, &own, change, false))
            .await
    }

    /// What [`Store::undo`], or [`Store::undo_one`] if not the `whole` act is meant, would do at this
    /// moment. Nothing is changed. Of an entry that stands for many thousands of rows it is only found out
    /// whether they are as it left them, beside all other work; what rules would refuse shows when it
    /// is taken back.
    ///
    /// # Errors
    /// As for [`Store::undo`].
    pub async fn try_undo(&self, by: &By, change: i64, whole: bool) -> Result<Undone, Error> {
        let own = self.own.clone();
        let header = self.read(move |tx| batch::containing(tx, change)).await?;
        let large = header
            .filter(|header| header.batch.lines > TRIED && (whole || header.change.id == change));
        if let Some(header) = large {
            return self
                .read(move |tx| {
                    Ok(Undone {
                        act: None,
                        objects: undo_batch::check(tx, &own, &header)?,
                        password_stays: false,
                    })
                })
                .await;
        }
        self.write_by(by, move |tx, by| {
            tx.execute_batch("SAVEPOINT attempt")?;
            let undone = undo(tx, by, &own, change, whole);
            tx.execute_batch("ROLLBACK TO attempt; RELEASE attempt")?;
            undone
        })
        .await
    }
}

/// From how many lines on a batch is not taken back for a try.
const TRIED: u64 = 5_000;

fn undo(
    tx: &Transaction<'_>,
    by: &Author,
    own: &Own,
    change: i64,
    whole: bool,
) -> Result<Undone, Error> {
    let number = act::to_take_back(tx, change)?;
    let batch = batch::containing(tx, change)?;
    if let Some(header) = batch
        .as_ref()
        .filter(|header| whole || header.change.id == change)
    {
        return undo_batch::undo(tx, by, own, header);
    }
    let objects = if batch.is_some() {
        batch::logged(tx, change)?.into_iter().collect()
    } else if whole {
        logged(tx, "act", number)?
    } else {
        logged(tx, "id", change)?
    };
    let mut plan = Plan::default();
    let lost = objects
        .iter()
        .map(|object| add(tx, &mut plan, object))
        .sum::<Result<usize, _>>()?;
    let password_stays = apply(tx, by, own, &plan).map_err(because)?;
    let act = by.done(tx)?;
    if act.is_none() && lost > 0 {
        return Err(NoUndo::Password.into());
    }
    Ok(Undone {
        act,
        objects: objects.len() as u64,
        password_stays,
    })
}

/// The objects that an act has changed, newest change first. Of an object that it has changed twice,
/// what it was before the first of these and after the last.
fn logged(tx: &Transaction<'_>, column: &str, number: i64) -> Result<Vec<Logged>, Error> {
    let sql = format!(
        "SELECT id, kind, object_id, name, before, after FROM changes WHERE {column} = ?
         ORDER BY id DESC"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params![number])?;
    let mut all: Vec<Logged> = Vec::new();
    let mut places = HashMap::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        let Some(kind) = ObjectKind::named(&kind) else {
            return Err(NoUndo::Nothing.into());
        };
        let entry = Logged {
            kind,
            object: RowId(row.get(2)?),
            entry: row.get(0)?,
            name: row.get(3)?,
            before: row.get(4)?,
            after: row.get(5)?,
        };
        if let Some(&place) = places.get(&(kind, entry.object)) {
            let later: &mut Logged = &mut all[place];
            later.before = entry.before;
        } else {
            places.insert((kind, entry.object), all.len());
            all.push(entry);
        }
    }
    // Held mail follows from what else was changed; by itself it is released by somebody.
    if all.iter().any(|each| each.kind != ObjectKind::Tombstone) {
        all.retain(|each| each.kind != ObjectKind::Tombstone);
    }
    all.retain(|each| each.before.is_some() || each.after.is_some());
    Ok(all)
}

/// Adds what is to become of an object; returns how many passwords cannot be put back.
fn add(tx: &Transaction<'_>, plan: &mut Plan, logged: &Logged) -> Result<usize, Error> {
    let undoes = Some(logged.entry);
    match logged.kind {
        ObjectKind::Route => plan.routes.push(row(tx, logged)?),
        ObjectKind::ManagedDomain => plan.managed_domains.push(row(tx, logged)?),
        ObjectKind::DefaultRouting => {
            let (want, left) = logged.next_hops()?;
            let now = default_routing::next_hop(tx)?;
            if now != left {
                return Err(refusal(tx, logged));
            }
            plan.default_routing = Some(PutDefault { now, want, undoes });
        }
        ObjectKind::SmartHost => {
            let setup = setup(tx, logged)?;
            let lost = usize::from(setup.login == Login::Lost);
            plan.smart_hosts.push(setup);
            return Ok(lost);
        }
        ObjectKind::Tombstone => {
            let read = |state| logged.read(state, |state| serde_json::from_str(state));
            plan.tombstones.push(Put {
                id: logged.object,
                now: read(logged.after.as_ref())?,
                want: read(logged.before.as_ref())?,
                undoes,
            });
        }
        ObjectKind::User => plan.people.push(accounts::person(tx, logged)?),
        ObjectKind::Settings => plan.second_factor = Some(accounts::second_factor(tx, logged)?),
        ObjectKind::SignIn | ObjectKind::History => return Err(NoUndo::Nothing.into()),
    }
    Ok(0)
}

fn row<T: Row>(tx: &Transaction<'_>, logged: &Logged) -> Result<Put<T>, Error> {
    let read = |state| logged.read(state, |state| serde_json::from_str::<T>(state));
    let now = logged.now::<T>(tx)?;
    if now != read(logged.after.as_ref())? {
        return Err(refusal(tx, logged));
    }
    Ok(Put {
        id: logged.object,
        now,
        want: read(logged.before.as_ref())?,
        undoes: Some(logged.entry),
    })
}

fn setup(tx: &Transaction<'_>, logged: &Logged) -> Result<PutSetup, Error> {
    let (next_hop, [want, left, now]) = logged.setups(tx)?;
    let [wanted, left, now] =
        [&want, &left, &now].map(|setup| Setup::applying(setup.as_ref(), &next_hop));
    let login = left.login_towards(&wanted);
    // What the entry has not touched may have been changed since: it stays.
    let as_left = if login == Login::Keep {
        now.is_but_for_login(&left)
    } else {
        now == left
    };
    if !as_left {
        return Err(refusal(tx, logged));
    }
    Ok(PutSetup {
        id: logged.object,
        next_hop,
        want,
        login,
        undoes: Some(logged.entry),
    })
}

/// Why an object that is not as the entry left it cannot be put back.
pub(super) fn refusal(tx: &Transaction<'_>, logged: &Logged) -> Error {
    let since = change::since(tx, logged.kind, logged.object, Version(logged.entry));
    match since {
        Ok(Some(change)) if takes_back(tx, &change, logged.entry) => {
            NoUndo::Already(Box::new(change)).into()
        }
        Ok(Some(change)) if change.id > logged.entry => NoUndo::Changed(Box::new(change)).into(),
        Ok(_) => NoUndo::Different(logged.name.clone()).into(),
        Err(error) => error,
    }
}

/// Whether a change takes back an entry, or the batch of which it is a line.
fn takes_back(tx: &Transaction<'_>, change: &Change, entry: i64) -> bool {
    let Some(undone) = change.undoes else {
        return false;
    };
    let of_batch = || {
        let batch = batch::containing(tx, entry);
        batch.is_ok_and(|batch| batch.is_some_and(|batch| batch.change.id == undone))
    };
    undone == entry || of_batch()
}
