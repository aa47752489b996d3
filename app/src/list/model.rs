//! The state of a list on the screen, and what a person can do with it.
//!
//! The list loads through here and nowhere else. Changes show at once as pending and are taken back
//! if the server refuses them; old rows stay while new ones load; an answer that was overtaken by a
//! newer question is dropped.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use routing::Input;

use super::fields::{FormFields, field_id};
use crate::api;
use crate::dom;
use crate::error::AppError;
use crate::list_state::{ListState, Open, Place, RowRef};
use crate::listing::Listing;
use crate::wire::{Form, Notice, Opening, Page, Row, Saved, Selection};

/// An addition that the server has not answered yet, or has refused after the entry row had moved
/// on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PendingAdd {
    /// Tells pending rows apart.
    pub(super) key: u32,
    /// What was typed.
    pub(super) input: Input,
    /// Why it was refused.
    pub(super) refused: Option<AppError>,
}

/// What a confirmation to delete is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doomed {
    /// These rows; none when nothing was ticked.
    Rows(Vec<Row>),
    /// All that match the search, as they were at the newest change then.
    Matching {
        /// How many.
        count: u64,
        /// The newest change when they were counted.
        as_of: i64,
    },
}

/// What is being done to a row while the server has not answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Underway {
    /// It is to become this.
    Saving(Input),
    /// It is to go.
    Deleting,
}

/// The state of a list on the screen.
#[derive(Clone, Copy)]
pub(super) struct ListModel {
    /// Which list.
    pub(super) listing: Listing,
    /// What the URL says.
    pub(super) state: Memo<ListState>,
    /// The rows that are shown.
    pub(super) page: RwSignal<Page>,
    /// A page is on its way.
    pub(super) loading: RwSignal<bool>,
    /// The entry row.
    pub(super) entry: FormFields,
    /// Additions on their way.
    pub(super) pending: RwSignal<Vec<PendingAdd>>,
    /// The row that is being edited.
    pub(super) editing: RwSignal<Option<RowRef>>,
    /// The editor's fields.
    pub(super) editor: FormFields,
    /// What is wrong with the edit as a whole.
    pub(super) edit_alert: RwSignal<Option<String>>,
    /// Rows that are being changed or deleted.
    pub(super) underway: RwSignal<Vec<(i64, Underway)>>,
    /// The ticked rows, by id; they stay ticked from page to page.
    pub(super) ticked: RwSignal<BTreeMap<i64, Row>>,
    /// Every row that matches the search is ticked, on this page or not.
    pub(super) all_matching: RwSignal<bool>,
    /// What the confirmation to delete is about, while it is open.
    pub(super) doomed: RwSignal<Option<Doomed>>,
    /// The export dialog is open.
    pub(super) exporting: RwSignal<bool>,
    /// The row that was just added, changed or asked for.
    pub(super) marked: RwSignal<Option<i64>>,
    /// What was just done.
    pub(super) notice: RwSignal<Option<Notice>>,
    /// What went wrong with the list as a whole.
    pub(super) alert: RwSignal<Option<String>>,
    /// The state that `page` shows.
    shown: RwSignal<ListState>,
    /// Counts questions, so that an overtaken answer is known as such.
    asked: StoredValue<u64>,
    go: Callback<(String, bool)>,
}

impl ListModel {
    /// A list that begins with what the server sent.
    pub(super) fn new(listing: Listing, state: Memo<ListState>, opening: Opening) -> Self {
        let now = state.get_untracked();
        let navigate = use_navigate();
        let go = Callback::new(move |(href, replace): (String, bool)| {
            let options = NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&href, options);
        });
        let Opening {
            page,
            about,
            refused,
            notice,
        } = opening;
        let marked = match now.place {
            Place::At(id) => Some(id),
            _ => None,
        };
        let editing = match (&now.open, &refused) {
            (_, Some(refused)) => match refused.form {
                Form::Edit(key) => Some(key),
                _ => None,
            },
            (Open::Edit(id), None) => about
                .iter()
                .find(|row| row.key.id == *id)
                .map(|row| row.key),
            _ => None,
        };
        let edited = about.first().map(Row::input).unwrap_or_default();
        let doomed = match (&now.open, &refused) {
            (Open::Delete(_), None) if about.is_empty() => None,
            (Open::Delete(_), None) => Some(Doomed::Rows(about)),
            (Open::DeleteMatching, None) => Some(Doomed::Matching {
                count: page.matching,
                as_of: page.latest,
            }),
            _ => None,
        };
        let alert = match (&now.open, &doomed) {
            (Open::Delete(rows), None) if refused.is_none() => Some(if rows.is_empty() {
                nothing_ticked(listing)
            } else {
                "What was to be deleted is no longer there.".to_owned()
            }),
            _ => None,
        };
        let model = Self {
            listing,
            state,
            page: RwSignal::new(page),
            loading: RwSignal::new(false),
            entry: FormFields::new("entry", blank()),
            pending: RwSignal::new(Vec::new()),
            editing: RwSignal::new(editing),
            editor: FormFields::new("edit", edited),
            edit_alert: RwSignal::new(None),
            underway: RwSignal::new(Vec::new()),
            ticked: RwSignal::new(BTreeMap::new()),
            all_matching: RwSignal::new(false),
            doomed: RwSignal::new(doomed),
            exporting: RwSignal::new(now.open == Open::Export),
            marked: RwSignal::new(marked),
            notice: RwSignal::new(notice),
            alert: RwSignal::new(alert),
            shown: RwSignal::new(now),
            asked: StoredValue::new(0),
            go,
        };
        if let Some(refused) = refused {
            model.begin_refused(refused.form, refused.input, &refused.error);
        }
        model
    }

    /// A page that answers a refused form: the form as it was typed, and why.
    fn begin_refused(self, form: Form, input: Input, error: &AppError) {
        match form {
            Form::Edit(key) => {
                self.editor.set(input);
                self.editor.show(error);
                self.begin_edit_refused(key, error);
            }
            Form::Add => {
                self.entry.set(input);
                self.entry.show(error);
                self.alert.set(whole_form(error));
            }
            Form::Delete | Form::Default => self.alert.set(Some(error.message())),
        }
    }

    /// Loads what the URL says whenever it changes.
    pub(super) fn follow_url(self) {
        Effect::new(move || {
            let state = self.state.get();
            if state == self.shown.get_untracked() {
                return;
            }
            // What was said about the last act is no longer about what is shown.
            self.notice.set(None);
            self.marked.set(match state.place {
                Place::At(id) => Some(id),
                _ => None,
            });
            self.load(state);
        });
    }

    fn load(self, state: ListState) {
        let question = self.next_question();
        self.loading.set(true);
        spawn_local(async move {
            let answer = api::read_page(self.listing, state.clone()).await;
            if self.asked.try_get_value() != Some(question) {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(page) => {
                    self.alert.set(None);
                    self.show(page, state);
                }
                Err(error) => self.alert.set(Some(error.message())),
            }
        });
    }

    /// Asks again for what is shown.
    pub(super) fn reload(self) {
        self.load(self.state.get_untracked().plain());
    }

    fn next_question(self) -> u64 {
        self.asked.update_value(|asked| *asked += 1);
        self.asked.get_value()
    }

    fn show(self, page: Page, state: ListState) {
        // A tick belongs to what was seen: a row that has changed since is shown unticked.
        self.ticked.update(|ticked| {
            for row in &page.rows {
                if ticked
                    .get(&row.key.id)
                    .is_some_and(|old| old.key != row.key)
                {
                    ticked.remove(&row.key.id);
                }
            }
        });
        let other_search = self
            .shown
            .with_untracked(|shown| shown.search != state.search);
        if other_search {
            self.all_matching.set(false);
            self.ticked.set(BTreeMap::new());
        }
        self.page.set(page);
        self.shown.set(state);
    }

    /// Goes to another view of the list.
    pub(super) fn visit(self, state: &ListState, replace: bool) {
        self.go.run((state.href(self.listing.path()), replace));
    }

    /// Takes a dialog or an editor out of the URL once it is closed.
    fn close_in_url(self) {
        let state = self.state.get_untracked();
        if state.open != Open::Nothing || state.done.is_some() {
            let plain = state.plain();
            self.shown.set(plain.clone());
            self.visit(&plain, true);
        }
    }

    /// Adds what stands in the entry row.
    pub(super) fn add(self) {
        let input = self.entry.input();
        self.alert.set(None);
        if let Err(error) = check(self.listing, &input) {
            self.entry.refuse(&error);
            return;
        }
        let key = self.pending.with_untracked(|pending| {
            pending
                .iter()
                .map(|add| add.key)
                .max()
                .map_or(0, |key| key + 1)
        });
        self.pending.update(|pending| {
            pending.insert(
                0,
                PendingAdd {
                    key,
                    input: input.clone(),
                    refused: None,
                },
            );
        });
        self.entry.set(blank());
        dom::focus_soon(field_id(self.entry.form, routing::Field::Domain));
        let state = self.state.get_untracked().plain();
        spawn_local(async move {
            let answer = api::add_row(self.listing, input.clone(), state.clone()).await;
            match answer {
                Ok(saved) => {
                    self.drop_pending(key);
                    self.show_saved(saved, &state);
                }
                Err(error) => self.add_refused(key, input, error),
            }
        });
    }

    /// Puts a refused addition back into the entry row; if the person has typed on meanwhile, it
    /// stays as a row of its own, so that neither is lost.
    fn add_refused(self, key: u32, input: Input, error: AppError) {
        if self.entry.input() == blank() {
            self.drop_pending(key);
            self.entry.set(input);
            self.entry.refuse(&error);
            self.alert.set(whole_form(&error));
        } else {
            self.pending.update(|pending| {
                if let Some(add) = pending.iter_mut().find(|add| add.key == key) {
                    add.refused = Some(error);
                }
            });
        }
    }

    /// Moves a refused addition back into the entry row.
    pub(super) fn correct(self, add: &PendingAdd) {
        self.drop_pending(add.key);
        self.entry.set(add.input.clone());
        if let Some(error) = &add.refused {
            self.entry.refuse(error);
            self.alert.set(whole_form(error));
        }
        dom::focus_soon(field_id(self.entry.form, routing::Field::Domain));
    }

    /// Forgets a pending addition.
    pub(super) fn drop_pending(self, key: u32) {
        self.pending
            .update(|pending| pending.retain(|add| add.key != key));
    }

    /// Shows the page on which a saved row stands.
    fn show_saved(self, saved: Saved, asked: &ListState) {
        let id = saved.row.key.id;
        self.notice.set(Some(saved.notice));
        self.marked.set(Some(id));
        if saved.moved || !self.is_current(&saved.page, asked) {
            self.move_to(id, saved.page);
        } else {
            self.show(saved.page, asked.clone());
            if *asked != self.state.get_untracked() {
                self.visit(asked, true);
            }
        }
        dom::reveal_soon(format!("row-{id}"));
    }

    /// Goes to the page on which a saved row stands, unless more additions are on their way: the
    /// last of them decides where the list goes.
    fn move_to(self, id: i64, page: Page) {
        if self
            .pending
            .with_untracked(|pending| pending.iter().any(|add| add.refused.is_none()))
        {
            return;
        }
        let now = self.state.get_untracked();
        let search = if page.search_dropped {
            String::new()
        } else {
            now.search.clone()
        };
        let state = ListState {
            search,
            ..now.at(Place::At(id))
        };
        if page.row(id).is_some() && page.latest >= self.page.with_untracked(|page| page.latest) {
            self.show(page, state.clone());
        }
        self.visit(&state, false);
    }

    /// Whether a page that was asked for with `asked` may replace what is shown: the person is
    /// still there, and nothing newer is shown already.
    fn is_current(self, page: &Page, asked: &ListState) -> bool {
        self.state.with_untracked(|state| state.plain() == *asked)
            && page.latest >= self.page.with_untracked(|page| page.latest)
    }

    /// Opens the editor of a row.
    pub(super) fn begin_edit(self, row: &Row) {
        self.editor.set(row.input());
        self.edit_alert.set(None);
        self.editing.set(Some(row.key));
        dom::focus_soon(field_id(self.editor.form, routing::Field::Domain));
    }

    /// Opens the editor again with what was typed, after the server refused it.
    fn begin_edit_refused(self, key: RowRef, error: &AppError) {
        // The person has now been told what changed: saving again is meant for the row as it is.
        let key = match error {
            AppError::Changed { now, .. } => now.key,
            _ => key,
        };
        self.editing.set(Some(key));
        self.edit_alert.set(whole_form(error));
    }

    /// Closes the editor without saving.
    pub(super) fn cancel_edit(self) {
        if let Some(key) = self.editing.get_untracked() {
            dom::focus_soon(format!("edit-{}", key.id));
        }
        self.editing.set(None);
        self.close_in_url();
    }

    /// Saves what stands in the editor.
    pub(super) fn save_edit(self) {
        let Some(key) = self.editing.get_untracked() else {
            return;
        };
        let input = self.editor.input();
        self.edit_alert.set(None);
        if let Err(error) = check(self.listing, &input) {
            self.editor.refuse(&error);
            return;
        }
        self.editing.set(None);
        self.underway
            .update(|rows| rows.push((key.id, Underway::Saving(input.clone()))));
        let state = self.state.get_untracked().plain();
        spawn_local(async move {
            let answer = api::edit_row(self.listing, key, input.clone(), state.clone()).await;
            self.underway
                .update(|rows| rows.retain(|(id, _)| *id != key.id));
            match answer {
                Ok(saved) => {
                    let id = saved.row.key.id;
                    self.show_saved(saved, &state);
                    dom::focus_soon(format!("edit-{id}"));
                }
                Err(error) => self.edit_refused(key, input, &error),
            }
        });
    }

    fn edit_refused(self, key: RowRef, input: Input, error: &AppError) {
        // Another editor was opened meanwhile: keep that one, and say what became of this.
        if self.editing.get_untracked().is_some() {
            self.alert.set(Some(error.message()));
            return;
        }
        if let AppError::NotFound(message) = error {
            self.alert.set(Some(message.clone()));
            self.reload();
            return;
        }
        self.editor.set(input);
        self.begin_edit_refused(key, error);
        if let AppError::Changed { now, .. } = error {
            let now = (**now).clone();
            self.page.update(|page| {
                if let Some(row) = page.rows.iter_mut().find(|row| row.key.id == key.id) {
                    *row = now;
                }
            });
        }
        dom::focus_soon(field_id(self.editor.form, routing::Field::Domain));
        self.editor.refuse(error);
    }

    /// Asks whether to delete one row.
    pub(super) fn ask_delete(self, row: Row) {
        self.doomed.set(Some(Doomed::Rows(vec![row])));
    }

    /// Asks whether to delete what is ticked, or says that nothing is.
    pub(super) fn ask_delete_ticked(self) {
        self.alert.set(None);
        if self.all_matching.get_untracked() {
            let (count, as_of) = self
                .page
                .with_untracked(|page| (page.matching, page.latest));
            self.doomed.set(Some(Doomed::Matching { count, as_of }));
            return;
        }
        let rows: Vec<Row> = self
            .ticked
            .with_untracked(|rows| rows.values().cloned().collect());
        if rows.is_empty() {
            self.alert.set(Some(nothing_ticked(self.listing)));
        } else {
            self.doomed.set(Some(Doomed::Rows(rows)));
        }
    }

    /// Closes the confirmation.
    pub(super) fn cancel_delete(self) {
        self.doomed.set(None);
        self.close_in_url();
    }

    /// Deletes what the confirmation is about.
    pub(super) fn delete(self) {
        let Some(doomed) = self.doomed.get_untracked() else {
            return;
        };
        self.doomed.set(None);
        self.alert.set(None);
        let state = self.state.get_untracked().plain();
        let (selection, ids): (_, Vec<i64>) = match doomed {
            Doomed::Rows(rows) => {
                let ids = rows.iter().map(|row| row.key.id).collect();
                let keys = rows.iter().map(|row| row.key).collect();
                (Selection::Rows(keys), ids)
            }
            Doomed::Matching { count, as_of } => {
                let ids = self
                    .page
                    .with_untracked(|page| page.rows.iter().map(|row| row.key.id).collect());
                let search = state.search.clone();
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
        self.underway.update(|rows| {
            rows.extend(ids.iter().map(|id| (*id, Underway::Deleting)));
        });
        spawn_local(async move {
            let answer = api::delete_rows(self.listing, selection, state.clone()).await;
            self.underway.update(|rows| {
                rows.retain(|(id, _)| !ids.contains(id));
            });
            match answer {
                Ok(deleted) => {
                    self.ticked
                        .update(|ticked| ticked.retain(|id, _| !ids.contains(id)));
                    self.all_matching.set(false);
                    self.notice.set(Some(deleted.notice));
                    if self.is_current(&deleted.page, &state) {
                        self.show(deleted.page, state.clone());
                        if state != self.state.get_untracked() {
                            self.visit(&state, true);
                        }
                    }
                    dom::focus_first_soon(next_focus);
                }
                Err(error) => {
                    self.alert.set(Some(error.message()));
                    if error != AppError::Unreachable {
                        self.reload();
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
                .chain([field_id(self.entry.form, routing::Field::Domain)])
                .collect()
        })
    }

    /// Ticks or unticks one row.
    pub(super) fn tick(self, row: &Row, on: bool) {
        self.all_matching.set(false);
        self.ticked.update(|ticked| {
            if on {
                ticked.insert(row.key.id, row.clone());
            } else {
                ticked.remove(&row.key.id);
            }
        });
    }

    /// Ticks or unticks every row of the page.
    pub(super) fn tick_page(self, on: bool) {
        self.all_matching.set(false);
        let rows = self.page.with_untracked(|page| page.rows.clone());
        self.ticked.update(|ticked| {
            for row in rows {
                if on {
                    ticked.insert(row.key.id, row);
                } else {
                    ticked.remove(&row.key.id);
                }
            }
        });
    }

    /// Unticks everything.
    pub(super) fn untick_all(self) {
        self.all_matching.set(false);
        self.ticked.set(BTreeMap::new());
    }

    /// How many rows are ticked.
    pub(super) fn ticked_count(self) -> u64 {
        if self.all_matching.get() {
            self.page.with(|page| page.matching)
        } else {
            self.ticked.with(BTreeMap::len) as u64
        }
    }

    /// Whether every row of the page is ticked.
    pub(super) fn page_is_ticked(self) -> bool {
        self.page.with(|page| {
            !page.rows.is_empty()
                && self
                    .ticked
                    .with(|ticked| page.rows.iter().all(|row| ticked.contains_key(&row.key.id)))
        })
    }

    /// Closes the export dialog.
    pub(super) fn close_export(self) {
        self.exporting.set(false);
        self.close_in_url();
    }
}

/// An empty entry row: only the port has a suggestion.
fn blank() -> Input {
    Input {
        relay_port: routing::Port::DEFAULT.to_string(),
        scope: routing::Scope::Domain.to_string(),
        ..Input::default()
    }
}

fn nothing_ticked(listing: Listing) -> String {
    format!(
        "Nothing is ticked. Tick the {} to delete first.",
        listing.plural()
    )
}

/// What to say of a form as a whole: nothing where the fields say it.
fn whole_form(error: &AppError) -> Option<String> {
    error.problems().is_empty().then(|| error.message())
}

/// Checks what was typed without asking the server, as far as the browser can: it leaves
/// international names to the server.
fn check(listing: Listing, input: &Input) -> Result<(), AppError> {
    let refusals = match listing {
        Listing::SmartHosts => input.route_refusals(),
        Listing::ManagedDomains => input.managed_domain_refusals(),
    };
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals.into())
    }
}
