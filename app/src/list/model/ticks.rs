//! Ticking rows.

use leptos::prelude::*;

use super::super::ticked::Ticked;
use super::ListModel;
use crate::dom;
use crate::wire::Row;

impl ListModel {
    /// Ticks or unticks one row.
    pub(in crate::list) fn tick(self, row: &Row, on: bool) {
        self.all_matching.set(false);
        self.ticked.update(|ticked| ticked.put(row, on));
        self.something_is_ticked();
    }

    /// Ticks or unticks every row of the page.
    pub(in crate::list) fn tick_page(self, on: bool) {
        self.all_matching.set(false);
        self.page.with_untracked(|page| {
            self.ticked
                .update(|ticked| page.rows.iter().for_each(|row| ticked.put(row, on)));
        });
        self.something_is_ticked();
    }

    /// Whether a row is ticked now.
    pub(in crate::list) fn is_ticked(self, id: i64) -> bool {
        self.all_matching.get_untracked() || self.ticked.with_untracked(|ticked| ticked.has(id))
    }

    /// Keeps the boxes of the rows as the ticks are, whatever has changed them. A row that is drawn anew
    /// is drawn as they are then.
    pub(in crate::list) fn follow_ticks(self) {
        Effect::new(move |ran: Option<()>| {
            self.all_matching.track();
            self.ticked.track();
            // At first the boxes are as the server drew them, or as they were ticked since.
            if ran.is_none() {
                return;
            }
            self.page.with_untracked(|page| {
                for row in &page.rows {
                    let id = row.key.id;
                    dom::set_checked(&format!("tick-{id}"), self.is_ticked(id));
                }
            });
        });
    }

    /// Says no longer that nothing is.
    fn something_is_ticked(self) {
        if self.alert.get_untracked() == Some(self.listing.nothing_ticked()) {
            self.alert.set(None);
        }
    }

    /// Unticks everything.
    pub(in crate::list) fn untick_all(self) {
        self.all_matching.set(false);
        self.ticked.set(Ticked::default());
    }

    /// How many rows are ticked.
    pub(in crate::list) fn ticked_count(self) -> u64 {
        if self.all_matching.get() {
            self.page.with(|page| page.matching)
        } else {
            self.ticked.with(|ticked| ticked.rows().len()) as u64
        }
    }

    /// Whether every row of the page is ticked.
    pub(in crate::list) fn page_is_ticked(self) -> bool {
        self.page.with(|page| {
            !page.rows.is_empty()
                && self
                    .ticked
                    .with(|ticked| page.rows.iter().all(|row| ticked.has(row.key.id)))
        })
    }
}
