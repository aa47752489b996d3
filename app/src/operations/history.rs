//! Taking a change back from where it was just made.

use access::Permission;
use store::{Act, Change, ObjectKind};

use super::Backend;
use super::publication::PATIENCE;
use crate::error::AppError;
use crate::listing::grouped;
use crate::wire::Notice;

/// What is said where a password is not what it was before what was undone.
pub const PASSWORDS_STAY: &str = "Passwords stay as they are now: the history does not keep any.";

/// What somebody must be permitted to take a change of such an object back: what it took to make it.
#[must_use]
pub const fn needed_to_undo(kind: ObjectKind) -> Permission {
    match kind {
        ObjectKind::Route
        | ObjectKind::ManagedDomain
        | ObjectKind::DefaultRouting
        | ObjectKind::Tombstone => Permission::EditRouting,
        ObjectKind::SmartHost => Permission::EditSmartHosts,
        ObjectKind::User | ObjectKind::Settings | ObjectKind::SignIn | ObjectKind::History => {
            Permission::ManagePeople
        }
    }
}

impl Backend {
    /// Refuses to take a change back, with all that was made together with it, if whoever asks may not
    /// make such changes.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], and those of the store.
    pub async fn may_undo(&self, change: i64) -> Result<(), AppError> {
        let kinds = self.store.kinds_of_act(change).await?;
        let why_not = kinds
            .into_iter()
            .find_map(|kind| self.who.role.why_not(needed_to_undo(kind)));
        why_not.map_or(Ok(()), |why| Err(AppError::Forbidden(why)))
    }
}

/// Takes a change back, with all that was made together with it.
pub(crate) async fn undo(backend: &Backend, change: i64) -> Result<Notice, AppError> {
    backend.may_undo(change).await?;
    let act = backend.store.act(change).await?;
    let undone = backend.store.undo(&backend.by(), change).await?;
    let mut notes = Vec::new();
    if undone.password_stays {
        notes.push(PASSWORDS_STAY.to_owned());
    }
    let notice = Notice {
        done: act.map_or_else(|| "Undone.".to_owned(), |act| done(&act)),
        notes,
        undo: undone.act,
        ..Notice::default()
    };
    Ok(backend.with_publication(notice, PATIENCE).await)
}

fn done(act: &Act) -> String {
    // What is held follows from the rest, and is not what anybody has done.
    let chosen = |entry: &&Change| entry.kind != ObjectKind::Tombstone;
    let chosen: Vec<_> = act.entries.iter().filter(chosen).collect();
    match &*chosen {
        [one] => format!("Undone: \u{201c}{}\u{201d}.", one.title()),
        _ => format!("Undone: {} changes.", grouped(act.count)),
    }
}
