//! Adding a row: it shows at once, and is taken back if the server refuses it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use routing::{Field, Input};

use super::super::fields::field_id;
use super::{ListModel, PendingAdd, blank, check, whole_form};
use crate::api;
use crate::dom;
use crate::error::AppError;

impl ListModel {
    /// Adds what stands in the entry row.
    pub(in crate::list) fn add(self) {
        let input = self.entry.input();
        self.alert.set(None);
        self.notice.set(None);
        if let Err(error) = check(self.listing, &input) {
            self.entry.refuse(&error);
            return;
        }
        // At once: the next letter belongs to the next row.
        self.entry.set(blank());
        dom::focus_once_drawn(field_id(self.entry.form, Field::Domain));
        dom::once_shown(move || self.send(input));
    }

    /// Sends what was typed, and shows it as on its way.
    fn send(self, input: Input) {
        let key = self.keep(PendingAdd::new(input.clone()));
        let state = self.state.get_untracked().plain();
        spawn_local(async move {
            let ask = || api::save_row(self.listing, None, input.clone(), state.clone());
            let answer = self.session.asking(ask).await;
            match answer {
                Ok(saved) => {
                    self.drop_pending(key);
                    self.show_saved(saved, &state);
                }
                Err(error) => {
                    self.add_refused(key, input, error);
                    self.show_unseen();
                }
            }
        });
    }

    /// Puts a refused addition back into the entry row; if the person has typed on meanwhile, it
    /// stays as a row of its own, so that neither is lost.
    pub(super) fn add_refused(self, key: u32, input: Input, error: AppError) {
        if self.entry.input() == blank() {
            self.drop_pending(key);
            self.entry.set(input);
            self.entry.refuse_late(&error);
            self.alert.set(whole_form(&error));
        } else {
            self.pending.update(|pending| {
                if let Some(add) = pending.iter_mut().find(|add| add.key == key) {
                    add.refused = Some(error);
                }
            });
        }
    }

    /// Keeps what was typed as a row of its own, and returns its key.
    pub(super) fn keep(self, add: PendingAdd) -> u32 {
        let key = self.pending.with_untracked(|pending| {
            pending
                .iter()
                .map(|add| add.key)
                .max()
                .map_or(0, |key| key + 1)
        });
        self.pending.update(|pending| {
            pending.insert(0, PendingAdd { key, ..add });
        });
        key
    }

    /// Moves what was refused back to where it was typed; what is typed there now is set aside.
    pub(in crate::list) fn correct(self, add: &PendingAdd) {
        self.drop_pending(add.key);
        if let Some(key) = add.edits {
            self.edit_again(key, add);
            return;
        }
        let typed = self.entry.input();
        if typed != blank() {
            self.keep(PendingAdd {
                set_aside: true,
                ..PendingAdd::new(typed)
            });
        }
        self.entry.set(add.input.clone());
        if let Some(error) = &add.refused {
            self.entry.refuse(error);
            self.alert.set(whole_form(error));
        }
        dom::focus_soon(field_id(self.entry.form, Field::Domain));
    }

    /// Forgets what was refused or set aside.
    pub(in crate::list) fn discard(self, key: u32) {
        self.drop_pending(key);
        dom::focus_soon(field_id(self.entry.form, Field::Domain));
    }

    /// Forgets a pending addition.
    pub(super) fn drop_pending(self, key: u32) {
        self.pending
            .update(|pending| pending.retain(|add| add.key != key));
    }
}
