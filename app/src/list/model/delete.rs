//! Deleting rows, after a question.

use leptos::prelude::*;
use leptos::task::spawn_local;
use routing::Field;

use super::super::fields::field_id;
use super::super::footer::DELETE_TICKED;
use super::{Doomed, ListModel, Underway};
use crate::api;
use crate::dom;
use crate::error::AppError;
use crate::list_state::Open;
use crate::wire::{Row, Selection};

/// So many rows an address can name.
const MOST: usize = 500;
const TOO_MANY: &str =
    "More than 500 are ticked. Change 500 at a time, or search for them and select all that match.";

impl ListModel {
    /// Asks whether to delete one row.
    pub(in crate::list) fn ask_delete(self, row: Row) {
        self.doomed.set(Some(Doomed::Rows(vec![row])));
    }

    /// Asks whether to delete what is ticked, or says that nothing is.
    pub(in crate::list) fn ask_delete_ticked(self) {
        self.alert.set(None);
        if self.all_matching.get_untracked() {
            let (count, as_of) = self
                .page
                .with_untracked(|page| (page.matching, page.latest));
            let search = self.shown.with_untracked(|shown| shown.search.clone());
            self.doomed.set(Some(Doomed::Matching {
                search,
                count,
                as_of,
            }));
            return;
        }
        let rows = self.ticked.with_untracked(|ticked| ticked.rows().to_vec());
        if rows.is_empty() {
            self.alert.set(Some(self.listing.nothing_ticked()));
        } else {
            self.doomed.set(Some(Doomed::Rows(rows)));
        }
    }

    /// Goes to the page that changes what is ticked, or says that nothing is.
    pub(in crate::list) fn ask_change_ticked(self) {
        self.alert.set(None);
        let path = self.listing.change_path();
        let state = self.state.get_untracked();
        let href = if self.all_matching.get_untracked() {
            let told = self
                .page
                .with_untracked(|page| (page.matching, page.latest));
            let (expected, as_of) = told;
            let href = state.opening(Open::DeleteMatching).href(path);
            format!("{href}&expected={expected}&as_of={as_of}")
        } else {
            let rows = self.ticked.with_untracked(|ticked| {
                ticked.rows().iter().map(|row| row.key).collect::<Vec<_>>()
            });
            let refusal = match rows.len() {
                0 => Some(self.listing.nothing_ticked()),
                1..=MOST => None,
                _ => Some(TOO_MANY.to_owned()),
            };
            if refusal.is_some() {
                self.alert.set(refusal);
                return;
            }
            state.opening(Open::Delete(rows)).href(path)
        };
        dom::leave_for(&href);
    }

    /// Closes the confirmation.
    pub(in crate::list) fn cancel_delete(self) {
        self.doomed.set(None);
        self.close_in_url();
    }

    /// Deletes what the confirmation is about.
    pub(in crate::list) fn delete(self) {
        let Some(doomed) = self.doomed.get_untracked() else {
            return;
        };
        self.doomed.set(None);
        self.alert.set(None);
        self.notice.set(None);
        let state = self.state.get_untracked().plain();
        let (selection, ids): (_, Vec<i64>) = match doomed {
            Doomed::Rows(rows) => {
                let ids = rows.iter().map(|row| row.key.id).collect();
                let keys = rows.iter().map(|row| row.key).collect();
                (Selection::Rows(keys), ids)
            }
            Doomed::Matching {
                search,
                count,
                as_of,
            } => {
                let ids = self
                    .page
                    .with_untracked(|page| page.rows.iter().map(|row| row.key.id).collect());
                (
                    Selection::Matching {
                        search,
                        as_of,
                        expected: count,
                    },
                    ids,
                )
            }
        };
        let next_focus = self.focus_after(&ids);
        // Refused, the question can be asked again where it was asked.
        let same_focus: Vec<_> = ids.iter().map(|id| format!("delete-{id}")).collect();
        self.underway.update(|rows| {
            rows.extend(ids.iter().map(|id| (*id, Underway::Deleting)));
        });
        spawn_local(async move {
            let ask = || api::delete_rows(self.listing, selection.clone(), state.clone());
            let answer = self.session.asking(ask).await;
            self.underway.update(|rows| {
                rows.retain(|(id, _)| !ids.contains(id));
            });
            match answer {
                Ok(deleted) => {
                    self.ticked.update(|ticked| ticked.drop_rows(&ids));
                    self.all_matching.set(false);
                    self.notice.set(Some(deleted.notice));
                    match deleted.page {
                        Some(page) if self.is_current(&page, &state) => {
                            self.show(page, state.clone());
                            if state != self.state.get_untracked() {
                                self.visit(&state, true);
                            }
                        }
                        // The person has moved on, or the list could not be read.
                        _ => self.reload(),
                    }
                    dom::focus_unless_busy(next_focus, &format!("#{DELETE_TICKED}"));
                }
                Err(error) => {
                    self.alert.set(Some(error.message()));
                    dom::focus_unless_busy(same_focus.clone(), "");
                    if error != AppError::Unreachable {
                        let focus = same_focus.into_iter().chain(next_focus).collect();
                        self.load(self.state.get_untracked().plain(), focus);
                    }
                }
            }
        });
    }

    /// Where the focus goes once these rows are gone: the row after them, the row before, or the
    /// entry row.
    fn focus_after(self, ids: &[i64]) -> Vec<String> {
        self.page.with_untracked(|page| {
            let gone = |row: &Row| ids.contains(&row.key.id);
            let last = page.rows.iter().rposition(gone).unwrap_or(0);
            let after = page.rows.iter().skip(last).find(|row| !gone(row));
            let before = page.rows.iter().take(last).rev().find(|row| !gone(row));
            after
                .or(before)
                .map(|row| format!("delete-{}", row.key.id))
                .into_iter()
                .chain([field_id(self.entry.form, Field::Domain)])
                .collect()
        })
    }
}
