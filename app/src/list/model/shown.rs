//! Showing what an act has changed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::ListModel;
use crate::list_state::{ListState, Place};
use crate::wire::{Page, Saved, Shown};
use crate::{api, dom};

impl ListModel {
    /// Shows the page on which a saved row stands.
    pub(super) fn show_saved(self, saved: Saved, asked: &ListState) {
        let id = saved.row.key.id;
        self.unseen.set_value(None);
        self.notice.set(Some(saved.notice));
        self.marked.set(vec![id]);
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

    /// Shows the list as it is after a change was taken back. The row that the page is placed at may be
    /// gone by that.
    pub(in crate::list) fn show_undone(self) {
        let state = self.state.get_untracked().plain();
        let question = self.next_question();
        spawn_local(async move {
            let ask = || api::read_page(self.listing, state.clone());
            let answer = self.session.asking(ask).await;
            if self.asked.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(page) => {
                    let state = match state.row() {
                        Some(id) if page.row(id).is_none() => state.at(Place::First),
                        _ => state,
                    };
                    self.marked.set(Vec::new());
                    self.show(page, state.clone());
                    if state != self.state.get_untracked() {
                        self.visit(&state, true);
                    }
                }
                Err(error) => self.alert.set(Some(error.message())),
            }
        });
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
