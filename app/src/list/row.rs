//! One row of the table: as it is shown, and as it is edited.

use std::mem;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::tachys::html::InertElement;
use routing::{Input, Scope};
use wasm_bindgen::JsCast;

#[cfg(feature = "ssr")]
use super::cells::whole_row;
use super::cells::{Around, Since, cells, scope_in_words};
use super::fields::FieldCells;
use super::model::{ListModel, Underway};
use crate::dom;
use crate::wire::Row;

/// How a row looks.
#[derive(Clone, PartialEq)]
enum Looks {
    /// As it is stored.
    AtRest,
    /// As it was, for it is gone: it stays in its place, so that no other moves.
    Gone,
    /// As it is being edited.
    Edited,
    /// As it is to become, with what is being done to it.
    Waits(Input, &'static str),
}

impl Looks {
    fn of(model: ListModel, row: &Row) -> Self {
        let id = row.key.id;
        if model
            .editing
            .with(|key| key.is_some_and(|key| key.id == id))
        {
            return Self::Edited;
        }
        model.underway.with(|rows| {
            let doing = rows.iter().find(|(row, _)| *row == id);
            match doing.map(|(_, doing)| doing) {
                None => Self::AtRest,
                Some(Underway::Gone) => Self::Gone,
                Some(Underway::Saving(input)) => Self::Waits(input.clone(), "Saving\u{2026}"),
                Some(Underway::Deleting) => Self::Waits(row.input(), "Deleting\u{2026}"),
            }
        })
    }

    fn class(&self) -> &'static str {
        match self {
            Self::AtRest => "",
            Self::Gone => "row-gone ",
            Self::Edited => "row-editing ",
            Self::Waits(..) => "row-pending ",
        }
    }
}

/// A row, or its editor while it is being edited.
#[component]
pub(super) fn TableRow(model: ListModel, row: Row) -> impl IntoView {
    // The server draws it once, and needs nothing that would draw it again.
    #[cfg(feature = "ssr")]
    let view = if Looks::of(model, &row) == Looks::AtRest {
        at_rest(model, &row).into_any()
    } else {
        living(model, row).into_any()
    };
    #[cfg(not(feature = "ssr"))]
    let view = living(model, row);
    view
}

/// A row that is drawn anew when it changes.
fn living(model: ListModel, row: Row) -> impl IntoView {
    let id = row.key.id;
    // What the cells are made of, and nothing else that changes with the page: they are drawn anew only with it.
    let shown = Memo::new(move |_| {
        model.page.with(|page| Shown {
            // One that is gone from the page is about to go from the screen.
            row: page.row(id).unwrap_or(&row).clone(),
            default_missing: page.default_missing,
        })
    });
    let looks = Memo::new(move |_| shown.with(|shown| Looks::of(model, &shown.row)));
    move || {
        let looks = looks.get();
        let looks_like = looks.class();
        let class = move || shown.with(|shown| class(model, looks_like, &shown.row));
        let (cells, is_edited) = match looks {
            Looks::AtRest | Looks::Gone => {
                let is_gone = looks == Looks::Gone;
                // What the server has drawn is not drawn again: until the row changes, this is not looked at.
                let mut is_drawn = dom::hydrating();
                let cells = move || {
                    shown.track();
                    if mem::take(&mut is_drawn) {
                        return String::new();
                    }
                    shown.with(|shown| shown.cells(model, is_gone))
                };
                return view! {
                    <tr role="row" id=format!("row-{id}") class=class inert=is_gone inner_html=cells></tr>
                }
                .into_any();
            }
            Looks::Edited => (
                view! { <EditCells model row=shown.with_untracked(|shown| shown.row.clone()) /> }
                    .into_any(),
                true,
            ),
            Looks::Waits(input, doing) => {
                (view! { <PendingCells input doing /> }.into_any(), false)
            }
        };
        view! {
            <tr
                role="row"
                id=format!("row-{id}")
                class=class
                aria-busy=(!is_edited).then_some("true")
                on:keydown=move |event| {
                    if is_edited && event.key() == "Escape" {
                        dom::once_shown(move || model.cancel_edit());
                    }
                }
            >
                {cells}
            </tr>
        }
        .into_any()
    }
}

/// The classes of a row, of which its looks give some.
fn class(model: ListModel, looks: &'static str, row: &Row) -> String {
    let id = row.key.id;
    let mut class = looks.to_owned();
    for (name, on) in [
        ("row-marked ", model.marked.with(|ids| ids.contains(&id))),
        ("row-off ", !row.enabled),
        ("row-ticked ", model.ticked.with(|ticked| ticked.has(id))),
    ] {
        if on {
            class.push_str(name);
        }
    }
    class
}

/// What the cells of a row say besides what stands in it.
const fn around(model: ListModel, default_missing: bool) -> Around {
    Around {
        listing: model.listing,
        locked: model.entry.locked,
        default_missing,
    }
}

/// A row as it is stored, just as [`TableRow`] would first draw it.
#[cfg(feature = "ssr")]
fn at_rest(model: ListModel, row: &Row) -> InertElement {
    let default_missing = model.page.with_untracked(|page| page.default_missing);
    let class = class(model, Looks::AtRest.class(), row);
    // As a view writes it.
    let class = class.trim_end();
    InertElement::new(whole_row(row, around(model, default_missing), class))
}

/// What the cells of a row that is only looked at are made of.
#[derive(Clone, PartialEq)]
struct Shown {
    row: Row,
    default_missing: bool,
}

impl Shown {
    /// The cells. The focus stays in them when they are drawn anew, and a tick is as it is by then.
    fn cells(&self, model: ListModel, is_gone: bool) -> String {
        let id = self.row.key.id;
        dom::keep_focus(&format!("row-{id}"));
        let around = around(model, self.default_missing);
        let is_ticked = model.is_ticked(id);
        cells(&self.row, around, Since { is_gone, is_ticked })
    }
}

/// What the buttons of a row are for. A button's id is the name of this, a dash and the id of the row.
const ACTS: [(&str, Act); 3] = [
    ("edit", |model, row| model.begin_edit(&row)),
    ("delete", |model, row| model.ask_delete(row)),
    ("switch", |model, row| model.switch(&row)),
];

type Act = fn(ListModel, Row);

/// Does what a button of a row is for, if it was one that was clicked.
pub(super) fn clicked(model: ListModel, event: &MouseEvent) {
    let button = dom::target_in(event, "button[id]");
    let Some((name, row)) = button.and_then(|button| named(model, &button.id())) else {
        return;
    };
    if let Some((_, act)) = ACTS.iter().find(|(act, _)| *act == name) {
        event.prevent_default();
        dom::once_shown(move || act(model, row));
    }
}

/// Ticks or unticks a row, if it was its box that was changed.
pub(super) fn changed(model: ListModel, event: &web_sys::Event) {
    let target =
        dom::target(event).and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    // Other fields of a row are its editor's.
    let Some(input) = target.filter(|input| input.id().starts_with("tick-")) else {
        return;
    };
    model.once_shown(move || {
        if let Some((_, row)) = named(model, &input.id()) {
            model.tick(&row, input.checked());
        }
    });
}

/// What the id of an element of a row says: a name, and which row of the page.
fn named(model: ListModel, id: &str) -> Option<(String, Row)> {
    let (name, id) = id.rsplit_once('-')?;
    let id = id.parse().ok()?;
    let row = model.page.with_untracked(|page| page.row(id).cloned())?;
    Some((name.to_owned(), row))
}

#[component]
fn ScopeMark(scope: Scope) -> impl IntoView {
    scope_in_words(scope).map(|words| view! { <span class="badge">{words}</span> })
}

#[component]
fn EditCells(model: ListModel, row: Row) -> impl IntoView {
    let key = model.editing.get_untracked().unwrap_or(row.key);
    view! {
        <td role="cell" class="cell-tick">
            <form
                id="edit"
                method="post"
                action=move || model.state.get().plain().href(model.listing.path())
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    model.save_edit();
                }
            >
                <input type="hidden" name="do" value="save" />
                <input type="hidden" name="row" value=key.to_string() />
            </form>
        </td>
        <FieldCells fields=model.editor listing=model.listing />
        <td role="cell" class="cell-action">
            <button type="submit" form="edit" class="button button-primary">
                "Save"
            </button>
            <button
                type="submit"
                form="row-action"
                class="button"
                on:click=move |event| {
                    event.prevent_default();
                    dom::once_shown(move || model.cancel_edit());
                }
            >
                "Cancel"
            </button>
            <p class="field-error" role="alert">
                {move || model.edit_alert.get()}
            </p>
        </td>
    }
    .into_any()
}

/// The cells of a row that the server has not answered for yet.
#[component]
pub(super) fn PendingCells(input: Input, doing: &'static str) -> impl IntoView {
    let badge = input.scope.parse().unwrap_or(Scope::Domain);
    let host = if input.relay_host.is_empty() {
        "Default".to_owned()
    } else {
        input.relay_host.clone()
    };
    view! {
        <td role="cell" class="cell-tick"></td>
        <td role="cell" class="cell-domain">
            <span class="name">{input.domain}</span>
            " "
            <ScopeMark scope=badge />
            {(!input.comment.is_empty()).then(|| view! { <span class="comment">{input.comment}</span> })}
        </td>
        <td role="cell" class="cell-host">
            <span class="name">{host}</span>
        </td>
        <td role="cell" class="cell-port">{(!input.relay_host.is_empty()).then_some(input.relay_port)}</td>
        <td role="cell" class="cell-action">
            <span class="doing">{doing}</span>
        </td>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::address::provide_address;
    use crate::list::cells;
    use crate::list_state::{ListState, Place, RowRef};
    use crate::listing::Listing;
    use crate::session::provide_session_watch;
    use crate::wire::{Opening, Page};

    fn row(id: i64, enabled: bool) -> Row {
        Row {
            key: RowRef {
                id,
                version: id + 2,
            },
            domain: "xn--bcher-kva.example".to_owned(),
            domain_unicode: Some("bücher.example".to_owned()),
            scope: Scope::Both,
            comment: "\"R&D\"".to_owned(),
            enabled,
            further: vec!["[192.0.2.1]:25".to_owned()],
            ..cells::tests::row()
        }
    }

    /// Else the browser, which goes by what it would draw, would not find its way.
    #[test]
    fn at_rest_a_row_is_drawn_as_a_living_one_is() {
        let rows = vec![row(1, true), row(2, false)];
        let opening = Opening {
            page: Page {
                rows: rows.clone(),
                ..Page::default()
            },
            about: Vec::new(),
            refused: None,
            notice: None,
        };
        let owner = Owner::new();
        owner.with(|| {
            provide_address();
            provide_session_watch();
            let state = Memo::new(|_| ListState::default().at(Place::At(2)));
            let model = ListModel::new(Listing::SmartHosts, state, opening);
            for row in rows {
                let drawn = at_rest(model, &row).to_html();
                assert!(drawn.starts_with("<tr role=\"row\" id=\"row-"), "{drawn}");
                assert_eq!(drawn, living(model, row).into_view().to_html());
            }
        });
        owner.cleanup();
    }
}
