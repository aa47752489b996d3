//! Editing a row in place.

use leptos::prelude::*;
use leptos::task::spawn_local;
use routing::{Field, Input};

use super::super::fields::field_id;
use super::{ListModel, PendingAdd, Underway, check, whole_form};
use crate::api;
use crate::dom;
use crate::error::AppError;
use crate::list_state::{Place, RowRef};
use crate::wire::Row;

impl ListModel {
    /// Opens the editor of a row; what was typed in an open one is set aside.
    pub(in crate::list) fn begin_edit(self, row: &Row) {
        self.set_editor_aside();
        self.began.set_value(row.input());
        self.editor.set(row.input());
        self.edit_alert.set(None);
        self.notice.set(None);
        self.editing.set(Some(row.key));
        dom::focus_once_drawn(field_id(self.editor.form, Field::Domain));
    }

    /// Opens the editor again with what was typed, after the server refused it.
    pub(super) fn begin_edit_refused(self, key: RowRef, error: &AppError) {
        // The person has now been told what changed: saving again is meant for the row as it is.
        let key = match error {
            AppError::Changed { now, .. } => now.key,
            _ => key,
        };
        self.editing.set(Some(key));
        self.edit_alert.set(whole_form(error));
    }

    /// Closes the editor without saving.
    pub(in crate::list) fn cancel_edit(self) {
        let key = self.editing.get_untracked();
        self.editing.set(None);
        self.close_in_url();
        if let Some(key) = key {
            dom::focus_once_drawn(format!("edit-{}", key.id));
        }
    }

    /// Saves what stands in the editor.
    pub(in crate::list) fn save_edit(self) {
        let Some(key) = self.editing.get_untracked() else {
            return;
        };
        let input = self.editor.input();
        self.edit_alert.set(None);
        if let Err(error) = check(self.listing, &input) {
            self.editor.refuse(&error);
            return;
        }
        dom::once_shown(move || {
            if self.editing.get_untracked() == Some(key) {
                self.editing.set(None);
                self.save(key, input, "edit");
            }
        });
    }

    /// Enables a route that is disabled, or the other way round.
    pub(in crate::list) fn switch(self, row: &Row) {
        self.alert.set(None);
        self.notice.set(None);
        let enabled = if row.enabled { "no" } else { "yes" };
        let input = Input {
            enabled: Some(enabled.to_owned()),
            ..row.input()
        };
        self.save(row.key, input, "switch");
    }

    /// Saves a row, and puts the focus on this control of it.
    fn save(self, key: RowRef, input: Input, control: &'static str) {
        self.underway
            .update(|rows| rows.push((key.id, Underway::Saving(input.clone()))));
        let state = self.state.get_untracked().plain();
        spawn_local(async move {
            let ask = || api::save_row(self.listing, Some(key), input.clone(), state.clone());
            let answer = self.session.asking(ask).await;
            self.underway
                .update(|rows| rows.retain(|(id, _)| *id != key.id));
            match answer {
                Ok(saved) => {
                    let id = saved.row.key.id;
                    self.show_saved(saved, &state);
                    dom::focus_unless_busy(vec![format!("{control}-{id}")], "");
                }
                Err(error) if input.enabled.is_some() => {
                    self.alert.set(Some(error.message()));
                    self.load(state, vec![format!("{control}-{}", key.id)]);
                }
                Err(error) => self.edit_refused(key, input, error),
            }
        });
    }

    /// Opens the editor again with what was typed. Where it cannot, what was typed is kept beside
    /// the entry row or in it, so that it is not lost.
    fn edit_refused(self, key: RowRef, mut input: Input, error: AppError) {
        if let AppError::Changed { now, merged, .. } = &error {
            input = (**merged).clone();
            let now = (**now).clone();
            self.page.update(|page| {
                if let Some(row) = page.rows.iter_mut().find(|row| row.key.id == key.id) {
                    *row = now;
                }
            });
        }
        if let AppError::NotFound(message) = &error {
            let message = message.clone();
            let kept = self.keep(PendingAdd::new(input.clone()));
            self.reload();
            self.add_refused(kept, input, error);
            self.alert.set(Some(message));
            let entry = vec![field_id(self.entry.form, Field::Domain)];
            dom::focus_unless_busy(entry, "[form=entry]");
        } else if self.editing.get_untracked().is_some() || dom::is_typing() {
            // The person is at something else by now, perhaps in another editor.
            self.keep(PendingAdd {
                edits: Some(key),
                refused: Some(error),
                ..PendingAdd::new(input)
            });
        } else {
            self.edit_as_typed(key, input);
            let first = vec![field_id(self.editor.form, Field::Domain)];
            dom::focus_unless_busy(first, "");
            self.begin_edit_refused(key, &error);
            self.editor.refuse_late(&error);
        }
    }

    /// Opens the editor of a row with what was typed before; what an open editor holds is set
    /// aside.
    pub(super) fn edit_again(self, key: RowRef, add: &PendingAdd) {
        self.set_editor_aside();
        if self.page.with_untracked(|page| page.row(key.id).is_none()) {
            self.visit(&self.state.get_untracked().at(Place::At(key.id)), false);
        }
        self.edit_as_typed(key, add.input.clone());
        dom::focus_soon(field_id(self.editor.form, Field::Domain));
        if let Some(error) = &add.refused {
            self.begin_edit_refused(key, error);
            self.editor.refuse(error);
        }
    }

    fn edit_as_typed(self, key: RowRef, input: Input) {
        // No row is like this: whatever happens next, it was typed.
        self.began.set_value(Input::default());
        self.editor.set(input);
        self.edit_alert.set(None);
        self.editing.set(Some(key));
    }

    /// Keeps what was typed in an open editor as a row of its own.
    fn set_editor_aside(self) {
        let input = self.editor.input();
        if let Some(open) = self.editing.get_untracked()
            && input != self.began.get_value()
        {
            self.keep(PendingAdd {
                edits: Some(open),
                set_aside: true,
                ..PendingAdd::new(input)
            });
        }
    }
}
