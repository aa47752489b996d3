//! Taking a change back from where it was just made.

use store::{Act, Change, ObjectKind};

use super::Backend;
use super::publication::PATIENCE;
use crate::error::AppError;
use crate::listing::grouped;
use crate::wire::Notice;

/// Takes a change back, with all that was made together with it.
pub(crate) async fn undo(backend: &Backend, change: i64) -> Result<Notice, AppError> {
    let act = backend.store.act(change).await?;
    let undone = backend.store.undo(&backend.by(), change).await?;
    let mut notes = Vec::new();
    if undone.password_stays {
        notes.push("Passwords stay as they are now: the history does not keep any.".to_owned());
    }
    let notice = Notice {
        done: act.map_or_else(|| "Undone.".to_owned(), |act| done(&act)),
        notes,
        undo: undone.act,
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
