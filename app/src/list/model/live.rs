//! What others change: rows that are shown change where they stand, rows that are gone stay as such, and
//! new ones are announced, so that nothing moves under the hand.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::{ListModel, Underway};
use crate::api;
use crate::dom;
use crate::list_state::Place;
use crate::wire::Page;

/// The event by which the page's script passes on what the server says.
const CHANGES: &str = "changes";

/// What the server has said of this list and is not shown yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// The newest change.
    version: i64,
    /// How many rows there are; nothing if more has changed than was said.
    total: Option<u64>,
    /// The rows that have changed.
    ids: Vec<i64>,
    /// How many of them are gone.
    gone: u64,
    /// Those of them that are new.
    new: Vec<i64>,
}

impl Heard {
    /// Reads `LIST VERSION TOTAL ROW…`, a plus standing before a row that is new and a minus before one
    /// that is gone; nothing if it is not about this list.
    fn read(message: &str, list: &str) -> Option<Self> {
        let mut words = message.split(' ');
        let of = words.next()?;
        if of != list && of != "*" {
            return None;
        }
        let mut heard = Self {
            version: words.next()?.parse().ok()?,
            total: words.next()?.parse().ok(),
            ..Self::default()
        };
        for word in words {
            let id: i64 = word.parse().ok()?;
            if word.starts_with('+') {
                heard.new.push(id);
            }
            heard.gone += u64::from(id < 0);
            heard.ids.push(id.abs());
        }
        Some(heard)
    }

    /// Adds what was said before and is not shown yet either.
    fn after(mut self, mut before: Self) -> Self {
        self.total = before.total.and(self.total);
        self.ids.extend(before.ids);
        self.gone += before.gone;
        before.new.append(&mut self.new);
        self.new = before.new;
        self
    }
}

impl ListModel {
    /// Listens to what the server says of this list, and shows it once that disturbs nobody.
    pub(in crate::list) fn follow_changes(self) {
        let name = self.listing.name();
        Effect::new(move || {
            let listener = window_event_listener_untyped(CHANGES, move |event| {
                let said = event.unchecked_into::<web_sys::CustomEvent>().detail();
                let heard = said.as_string().and_then(|said| Heard::read(&said, name));
                if let Some(heard) = heard {
                    self.heard.update(|before| {
                        *before = Some(match before.take() {
                            Some(before) => heard.after(before),
                            None => heard,
                        });
                    });
                }
            });
            on_cleanup(move || listener.remove());
            dom::announce("follow-changes");
        });
        Effect::new(move || {
            let heard = self.heard.get();
            // The answer to what the person does comes first: it may be what was heard of.
            let busy = self.session.is_asking() || self.loading.get();
            // What is open stays over what it was opened on.
            let open = self.doomed.with(Option::is_some) || self.exporting.get();
            let editing = self.editing.with(Option::is_some);
            if busy || open {
                return;
            }
            let latest = self.page.with_untracked(|page| page.latest);
            if let Some(heard) = heard {
                self.heard.set(None);
                if heard.version > latest {
                    self.catch_up(heard);
                }
            } else if let Some(id) = self.passed_over.get_value()
                && !editing
            {
                self.passed_over.set_value(None);
                self.read_again(vec![id], Heard::default());
            }
        });
    }

    /// Shows what was heard of, but for the row that is being edited.
    fn catch_up(self, heard: Heard) {
        let editing = self.editing.get_untracked().map(|key| key.id);
        let concerned = |id: &i64| heard.total.is_none() || heard.ids.contains(id);
        let shown = self.page.with_untracked(|page| {
            let ids = page.rows.iter().map(|row| row.key.id);
            ids.filter(concerned).collect::<Vec<_>>()
        });
        let ids: Vec<_> = shown
            .iter()
            .copied()
            .filter(|id| Some(*id) != editing)
            .collect();
        if shown.len() > ids.len() {
            self.passed_over.set_value(editing);
        }
        match heard.total {
            // Nothing of it stands on the page, and which rows match is plain.
            Some(total) if ids.is_empty() && !self.is_searching() => {
                self.count(&heard, (total, total), heard.gone);
            }
            _ => self.read_again(ids, heard),
        }
    }

    fn is_searching(self) -> bool {
        self.shown.with_untracked(|shown| !shown.search.is_empty())
    }

    /// Reads rows that are shown once more, unless the person goes elsewhere meanwhile.
    fn read_again(self, ids: Vec<i64>, heard: Heard) {
        let question = self.asked.get_value();
        let search = self.shown.with_untracked(|shown| shown.search.clone());
        spawn_local(async move {
            // Should it fail, the stream does as well, and says where things stand when it is back.
            if let Ok(now) = api::read_rows(self.listing, ids.clone(), search).await
                && self.asked.try_get_value() == Some(question)
            {
                self.show_again(&ids, &now, heard);
            }
        });
    }

    /// Shows rows as they are now, each where it stands.
    fn show_again(self, ids: &[i64], now: &Page, mut heard: Heard) {
        let is_gone = |id: &i64| now.row(*id).is_none();
        let was_gone = |id: &i64| {
            let gone = |rows: &Vec<_>| rows.contains(&(*id, Underway::Gone));
            self.underway.with_untracked(gone)
        };
        let gone: Vec<_> = ids
            .iter()
            .copied()
            .filter(|id| is_gone(id) && !was_gone(id))
            .collect();
        let focus = dom::focused().into_iter().collect();
        self.ticked.update(|ticked| {
            ticked.drop_changed(&now.rows);
            ticked.drop_rows(&gone);
        });
        self.underway.update(|rows| {
            rows.retain(|(id, doing)| *doing != Underway::Gone || is_gone(id));
            rows.extend(gone.iter().map(|id| (*id, Underway::Gone)));
        });
        let mut changed = Vec::new();
        self.page.update(|page| {
            page.default_missing = now.default_missing;
            for row in &mut page.rows {
                if let Some(now) = now.row(row.key.id) {
                    if row.key != now.key {
                        changed.push(row.key.id);
                    }
                    *row = now.clone();
                }
            }
        });
        self.marked.update(|ids| ids.extend(&changed));
        self.news.update(|news| {
            news.changed += changed.len() as u64;
            news.gone += gone.len() as u64;
            news.rows.append(&mut changed);
        });
        match heard.total {
            Some(total) if !self.is_searching() => {
                let gone = heard.gone;
                self.count(&heard, (total, total), gone);
            }
            _ => {
                // All that is shown is of this moment, unless only some of it was read.
                if heard.total.is_none() {
                    heard.version = now.latest;
                }
                heard.new.clear();
                self.count(&heard, (now.matching, now.total), gone.len() as u64);
            }
        }
        dom::focus_unless_busy(focus, "");
    }

    /// Takes over how many rows match and how many there are; more than were left are new ones.
    fn count(self, heard: &Heard, (matching, total): (u64, u64), gone: u64) {
        let (before, latest) = self
            .page
            .with_untracked(|page| (page.matching, page.latest));
        if heard.version <= latest {
            return;
        }
        self.page.update(|page| {
            (page.matching, page.total) = (matching, total);
            page.latest = heard.version;
        });
        let added = (matching + gone).saturating_sub(before);
        if added > 0 {
            self.news.update(|news| {
                news.added += added;
                news.rows.extend(&heard.new);
            });
        }
    }

    /// Goes where the first of the rows stands that are new or have changed, and marks all of them; or
    /// reads the page anew.
    pub(in crate::list) fn show_news(self) {
        let rows = self.news.with_untracked(|news| news.rows.clone());
        let now = self.state.get_untracked();
        match rows.first().map(|id| now.at(Place::At(*id))) {
            Some(there) if there != now => self.visit(&there, false),
            _ => self.reload(),
        }
        self.marked.set(rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read() {
        let heard = Heard::read("smart-hosts 9 41 +9 2 -3 +10", "smart-hosts").unwrap();
        let expected = Heard {
            version: 9,
            total: Some(41),
            ids: vec![9, 2, 3, 10],
            gone: 1,
            new: vec![9, 10],
        };
        assert_eq!(heard, expected);
        let too_much = Heard::read("* 12 ?", "smart-hosts").unwrap();
        assert_eq!((too_much.version, too_much.total), (12, None));
        assert_eq!(Heard::read("managed-domains 9 41 2", "smart-hosts"), None);
        // A sign of life, and what no server of ours says.
        for strange in ["", ".", "smart-hosts", "smart-hosts 9", "smart-hosts 9 4 x"] {
            assert_eq!(Heard::read(strange, "smart-hosts"), None, "{strange:?}");
        }
    }

    #[test]
    fn what_was_not_shown_yet_is_not_lost() {
        let read = |said| Heard::read(said, "l").unwrap();
        let both = read("l 9 3 -2 +9").after(read("l 8 4 +8 1"));
        let ids = vec![2, 9, 8, 1];
        assert_eq!(
            (both.version, both.total, both.ids, both.gone),
            (9, Some(3), ids, 1)
        );
        assert_eq!(both.new, [8, 9]);
        assert_eq!(read("l 9 3 2").after(read("* 8 ?")).total, None);
    }
}
