//! The state of a list on the screen, and what a person can do with it.
//!
//! The list loads through here and nowhere else. Changes show at once as pending and are taken back
//! if the server refuses them; old rows stay while new ones load; an answer that was overtaken by a
//! newer question is dropped. An answer that comes while the person is busy elsewhere leaves the
//! focus where it is.

mod add;
mod delete;
mod edit;
mod live;
mod load;
mod shown;
mod ticks;

use access::Permission;
use leptos::prelude::*;
use routing::Input;

use super::fields::FormFields;
use super::news::News;
use super::ticked::Ticked;
use crate::address::Address;
use crate::dom;
use crate::error::AppError;
use crate::list_state::{ListState, Open, Place, RowRef};
use crate::listing::Listing;
use crate::session::SessionWatch;
use crate::shell::why_not;
use crate::wire::{Form, Notice, Opening, Page, Row};
use live::Heard;

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
    /// It was never sent: it stood in the entry row when a refused one was put back there.
    pub(super) set_aside: bool,
    /// It is what a row was to become, not a new row.
    pub(super) edits: Option<RowRef>,
}

impl PendingAdd {
    /// A new row on its way.
    fn new(input: Input) -> Self {
        Self {
            key: 0,
            input,
            refused: None,
            set_aside: false,
            edits: None,
        }
    }
}

/// What a confirmation to delete is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doomed {
    /// These rows; none when nothing was ticked.
    Rows(Vec<Row>),
    /// All that match the search, as they were at the newest change then.
    Matching {
        /// The search.
        search: String,
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
    /// Somebody else has deleted it: it stays in its place until the page changes.
    Gone,
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
    /// What the editor began with, so that it is known whether anything was typed.
    began: StoredValue<Input>,
    /// What is wrong with the edit as a whole.
    pub(super) edit_alert: RwSignal<Option<String>>,
    /// Rows that are being changed or deleted, or are gone.
    pub(super) underway: RwSignal<Vec<(i64, Underway)>>,
    /// The ticked rows, by id; they stay ticked from page to page.
    pub(super) ticked: RwSignal<Ticked>,
    /// Every row that matches the search is ticked, on this page or not.
    pub(super) all_matching: RwSignal<bool>,
    /// What the confirmation to delete is about, while it is open.
    pub(super) doomed: RwSignal<Option<Doomed>>,
    /// The export dialog is open.
    pub(super) exporting: RwSignal<bool>,
    /// The rows that were just added, changed or asked for.
    pub(super) marked: RwSignal<Vec<i64>>,
    /// What was just done.
    pub(super) notice: RwSignal<Option<Notice>>,
    /// What went wrong with the last act on the list as a whole.
    pub(super) alert: RwSignal<Option<String>>,
    /// Why what the URL asks for could not be read.
    pub(super) failed: RwSignal<Option<String>>,
    /// The state that `page` shows.
    pub(super) shown: RwSignal<ListState>,
    /// Counts questions, so that an overtaken answer is known as such.
    asked: StoredValue<u64>,
    /// A row that was saved on another page, which is not shown while more are on their way.
    unseen: StoredValue<Option<(i64, Page)>>,
    /// The state that this model has sent the URL to; a person who goes back leads elsewhere.
    visiting: StoredValue<Option<ListState>>,
    /// What others have changed, and is not shown yet.
    heard: RwSignal<Option<Heard>>,
    /// The row that was being edited when others changed it.
    passed_over: StoredValue<Option<i64>>,
    /// What others have changed, to be said.
    pub(super) news: RwSignal<News>,
    address: Address,
    session: SessionWatch,
}

impl ListModel {
    /// A list that begins with what the server sent.
    pub(super) fn new(listing: Listing, state: Memo<ListState>, opening: Opening) -> Self {
        let now = state.get_untracked();
        let open = permitted(&now.open);
        let Opening {
            page,
            about,
            refused,
            notice,
        } = opening;
        let marked = match now.place {
            Place::At(id) => vec![id],
            _ => Vec::new(),
        };
        let editing = match (&open, &refused) {
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
        // A refused form is shown as it was typed, and as it was typed on since.
        let refused_input = |form: &dyn Fn(&Form) -> bool| {
            let refused = refused.as_ref().filter(|refused| form(&refused.form));
            refused.map(|refused| refused.input.clone())
        };
        let row_gone = |form: &Form| matches!(form, Form::Edit(key) if page.row(key.id).is_none());
        let entered = refused_input(&|form| matches!(form, Form::Add) || row_gone(form))
            .unwrap_or_else(blank);
        let edited = refused_input(&|form| matches!(form, Form::Edit(_)))
            .or_else(|| about.first().map(Row::input))
            .unwrap_or_default();
        let began = about.first().map(Row::input).unwrap_or_default();
        let doomed = match (&open, &refused) {
            (Open::Delete(_), None) if about.is_empty() => None,
            (Open::Delete(_), None) => Some(Doomed::Rows(about)),
            (Open::DeleteMatching, None) => Some(Doomed::Matching {
                search: now.search.clone(),
                count: page.matching,
                as_of: page.latest,
            }),
            _ => None,
        };
        let alert = match (&open, &doomed) {
            (Open::Delete(rows), None) if refused.is_none() => Some(if rows.is_empty() {
                listing.nothing_ticked()
            } else {
                "What was to be deleted is no longer there.".to_owned()
            }),
            _ => gone(listing, &now, &page),
        };
        let boxes = dom::ticked_before_hydration("delete");
        let early: Ticked = page
            .rows
            .iter()
            .filter(|row| !boxes.is_empty() && boxes.contains(&row.key.to_string()))
            .cloned()
            .collect();
        let model = Self {
            listing,
            state,
            page: RwSignal::new(page),
            loading: RwSignal::new(false),
            entry: FormFields::new("entry", entered),
            pending: RwSignal::new(Vec::new()),
            editing: RwSignal::new(editing),
            began: StoredValue::new(began),
            editor: FormFields::new("edit", edited),
            edit_alert: RwSignal::new(None),
            underway: RwSignal::new(Vec::new()),
            ticked: RwSignal::new(Ticked::default()),
            all_matching: RwSignal::new(false),
            doomed: RwSignal::new(doomed),
            exporting: RwSignal::new(now.open == Open::Export),
            marked: RwSignal::new(marked),
            notice: RwSignal::new(notice),
            alert: RwSignal::new(alert),
            failed: RwSignal::new(None),
            shown: RwSignal::new(now),
            asked: StoredValue::new(0),
            unseen: StoredValue::new(None),
            visiting: StoredValue::new(None),
            heard: RwSignal::new(None),
            passed_over: StoredValue::new(None),
            news: RwSignal::new(News::default()),
            address: Address::current(),
            session: SessionWatch::current(),
        };
        if !early.rows().is_empty() {
            // Only once the page is as the server drew it.
            request_animation_frame(move || {
                model
                    .ticked
                    .update(|ticked| early.rows().iter().for_each(|row| ticked.put(row, true)));
            });
        }
        if let Some(refused) = refused {
            model.begin_refused(refused.form, &refused.error);
        }
        model
    }

    /// A page that answers a refused form says why.
    fn begin_refused(self, form: Form, error: &AppError) {
        match form {
            Form::Edit(key) if self.page.with_untracked(|page| page.row(key.id).is_none()) => {
                self.editing.set(None);
                self.entry.show(error);
                self.alert.set(Some(error.message()));
            }
            Form::Edit(key) => {
                self.editor.show(error);
                self.begin_edit_refused(key, error);
            }
            Form::Add => {
                self.entry.show(error);
                self.alert.set(whole_form(error));
            }
            Form::Delete | Form::Default => self.alert.set(Some(error.message())),
        }
    }

    fn show(self, page: Page, state: ListState) {
        self.ticked.update(|ticked| ticked.drop_changed(&page.rows));
        let other_search = self
            .shown
            .with_untracked(|shown| shown.search != state.search);
        if other_search {
            self.all_matching.set(false);
            self.ticked.set(Ticked::default());
        }
        // All that others have changed is on the page, or has no place on it.
        self.underway
            .update(|rows| rows.retain(|(_, doing)| *doing != Underway::Gone));
        self.passed_over.set_value(None);
        self.news.set(News::default());
        self.page.set(page);
        self.shown.set(state);
    }

    /// Does what a person has asked for once that is shown, unless the list is another one by then.
    pub(super) fn once_shown(self, act: impl FnOnce() + 'static) {
        let shown = self.shown.get_untracked();
        dom::once_shown(move || {
            if self.shown.with_untracked(|now| *now == shown) {
                act();
            }
        });
    }

    /// Goes to another view of the list.
    pub(super) fn visit(self, state: &ListState, replace: bool) {
        self.visiting.set_value(Some(state.clone()));
        self.address.go(&state.href(self.listing.path()), replace);
    }

    /// Takes a dialog or an editor out of the URL once it is closed.
    fn close_in_url(self) {
        let state = self.state.get_untracked();
        if state.open != Open::Nothing || state.done.is_some() {
            let plain = state.plain();
            if self.shown.with_untracked(|shown| *shown == state) {
                self.shown.set(plain.clone());
            }
            self.visit(&plain, true);
        }
    }

    /// Closes the export dialog.
    pub(super) fn close_export(self) {
        self.exporting.set(false);
        self.close_in_url();
    }
}

/// What the address opens: what whoever is signed in may not do is not opened by it either.
fn permitted(open: &Open) -> Open {
    if why_not(Permission::EditRouting).is_some() && *open != Open::Export {
        Open::Nothing
    } else {
        open.clone()
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

/// What to say where the row that was asked for is not there.
fn gone(listing: Listing, state: &ListState, page: &Page) -> Option<String> {
    let row = state.row()?;
    page.row(row).is_none().then(|| listing.row_gone())
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
