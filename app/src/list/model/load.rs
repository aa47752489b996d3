//! Reading what the URL asks for.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{ListModel, gone};
use crate::api;
use crate::dom;
use crate::list_state::{ListState, Place};

impl ListModel {
    /// Loads what the URL says whenever it changes.
    pub(in crate::list) fn follow_url(self) {
        if let Place::At(id) = self.shown.with_untracked(|shown| shown.place.clone()) {
            dom::reveal_soon(format!("row-{id}"));
        }
        Effect::new(move || {
            let state = self.state.get();
            if state == self.shown.get_untracked() {
                // What was asked for before is asked for no longer, whether it came or not.
                self.next_question();
                self.loading.set(false);
                self.failed.set(None);
                return;
            }
            // What was said about the last act is no longer about what is shown.
            self.notice.set(None);
            self.alert.set(None);
            if self.visiting.get_value().as_ref() != Some(&state) {
                // A person went back or forward: a question about another list is not asked here.
                self.visiting.set_value(None);
                self.doomed.set(None);
                self.exporting.set(false);
            }
            let mut focus = Vec::new();
            self.marked.update(|ids| match state.place {
                Place::At(id) => {
                    if !ids.contains(&id) {
                        *ids = vec![id];
                    }
                    focus.push(format!("edit-{id}"));
                }
                _ => ids.clear(),
            });
            self.load(state, focus);
        });
    }

    /// Reads what the URL asks for once more, if it could not be read.
    pub(in crate::list) fn try_again(self) {
        if self.failed.with_untracked(Option::is_some) {
            self.load(self.state.get_untracked(), Vec::new());
        }
    }

    /// Reads a page; then the focus, should it be nowhere, goes to the first of these elements.
    pub(super) fn load(self, state: ListState, focus: Vec<String>) {
        let question = self.next_question();
        self.loading.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let ask = || api::read_page(self.listing, state.clone());
            let answer = self.session.asking(ask).await;
            if self.asked.try_get_value() != Some(question) {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(page) => {
                    if let Some(lost) = gone(self.listing, &state, &page) {
                        self.alert.set(Some(lost));
                    }
                    if let Some(id) = state.row() {
                        dom::reveal_soon(format!("row-{id}"));
                    }
                    if page.search_dropped {
                        let state = state.without_search();
                        self.show(page, state.clone());
                        self.visit(&state, true);
                    } else {
                        self.show(page, state);
                    }
                    // Whoever followed the link of a refusal has asked for the row.
                    dom::focus_unless_busy(focus, ".field-error a");
                }
                Err(error) => self.failed.set(Some(error.message())),
            }
        });
    }

    /// Asks again for what is shown.
    pub(super) fn reload(self) {
        self.load(self.state.get_untracked().plain(), Vec::new());
    }

    pub(super) fn next_question(self) -> u64 {
        self.asked.update_value(|asked| *asked += 1);
        self.asked.get_value()
    }
}
