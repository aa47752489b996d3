//! What was just done, as the address of the page that follows tells it.

use app::operations::PASSWORDS_STAY;
use app::wire::Notice;
use serde::Deserialize;

use crate::Backend;

/// The pairs of such an address that all pages have in common, as in `done=saved&undo=7`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct JustDone {
    /// What was done, in a word of the page's own, or `undone`.
    pub(super) done: String,
    /// The act by which it was done.
    undo: String,
    /// `stays` where a password is not what it was before what was undone.
    password: String,
}

impl JustDone {
    /// What to say: `said`, unless something was undone.
    pub(super) fn notice(&self, said: Option<String>) -> Option<Notice> {
        let done = match self.done.as_str() {
            "undone" => "Undone.".to_owned(),
            _ => said?,
        };
        let stays = (self.password == "stays").then(|| PASSWORDS_STAY.to_owned());
        Some(Notice {
            done,
            notes: stays.into_iter().collect(),
            undo: self.undo.parse().ok(),
            ..Notice::default()
        })
    }

    /// The same of what Postfix is to learn, saying so where it has not learnt it yet.
    pub(super) async fn notice_to_postfix(
        &self,
        backend: &Backend,
        said: Option<String>,
    ) -> Option<Notice> {
        let mut notice = self.notice(said)?;
        let unpublished = backend.still_not_published().await;
        notice.notes.extend(unpublished.map(str::to_owned));
        Some(notice)
    }
}

/// The end of such an address, for an act that can be taken back.
pub(super) fn undo_pair(act: Option<i64>) -> String {
    act.map_or_else(String::new, |act| format!("&undo={act}"))
}
