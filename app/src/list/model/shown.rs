//! Showing what an act has changed.

use leptos::prelude::*;

use super::ListModel;
use crate::dom;
use crate::list_state::{ListState, Place};
use crate::wire::{Page, Saved, Shown};

impl ListModel {
    /// Shows the page on which a saved row stands.
    pub(super) fn show_saved(self, saved: Saved, asked: &ListState) {
        let id = saved.row.key.id;
        self.unseen.set_value(None);
        self.notice.set(Some(saved.notice));
        self.marked.set(Some(id));
        match saved.shown {
            None => self.reload(),
            Some(Shown { page, moved }) if moved || !self.is_current(&page, asked) => {
                self.move_to(id, page);
            }
            Some(Shown { page, .. }) => {
                self.show(page, asked.clone());
                if *asked != self.state.get_untracked() {
                    self.visit(asked, true);
                }
            }
        }
        dom::reveal_soon(format!("row-{id}"));
    }

    /// Goes to the page on which a saved row stands, unless more additions are on their way: the
    /// last of them decides where the list goes.
    fn move_to(self, id: i64, page: Page) {
        if self.pending.with_untracked(|pending| {
            pending
                .iter()
                .any(|add| add.refused.is_none() && !add.set_aside)
        }) {
            self.unseen.set_value(Some((id, page)));
            return;
        }
        let now = self.state.get_untracked();
        let mut state = now.at(Place::At(id));
        if page.search_dropped {
            state = state.without_search();
        }
        if page.row(id).is_some() && page.latest >= self.page.with_untracked(|page| page.latest) {
            self.show(page, state.clone());
        }
        self.visit(&state, false);
    }

    /// Goes where the list would have gone but for an addition that has been refused since.
    pub(super) fn show_unseen(self) {
        if let Some((id, page)) = self.unseen.get_value() {
            self.unseen.set_value(None);
            self.move_to(id, page);
        }
    }

    /// Whether a page that was asked for with `asked` may replace what is shown: the person is
    /// still there, and nothing newer is shown already.
    pub(super) fn is_current(self, page: &Page, asked: &ListState) -> bool {
        self.state.with_untracked(|state| state.plain() == *asked)
            && page.latest >= self.page.with_untracked(|page| page.latest)
    }
}
