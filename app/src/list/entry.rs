//! The entry row on top of the table, and the additions that are on their way.

use leptos::prelude::*;

use super::fields::FieldCells;
use super::model::{ListModel, PendingAdd};
use super::row::PendingCells;
use crate::icon::{Icon, IconName};
use crate::panel::WHY_NOT;

/// The entry row: three fields and the Add button.
#[component]
pub(super) fn EntryRow(model: ListModel) -> impl IntoView {
    let locked = model.entry.locked;
    view! {
        <tr role="row" class="entry">
            <td role="cell" class="cell-tick">
                <form
                    id="entry"
                    method="post"
                    action=move || model.state.get().plain().href(model.listing.path())
                    novalidate
                    on:submit=move |event| {
                        // The test's page opens beside this one, so that nothing typed is lost.
                        if event.submitter().is_some_and(|button| button.has_attribute("formaction")) {
                            return;
                        }
                        event.prevent_default();
                        model.add();
                    }
                >
                    <input type="hidden" name="do" value="add" />
                </form>
            </td>
            <FieldCells fields=model.entry listing=model.listing />
            <td role="cell" class="cell-action">
                <button
                    type="submit"
                    form="entry"
                    class="button button-primary"
                    disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)
                >
                    "Add"
                </button>
                <button
                    type="submit"
                    form="entry"
                    formaction="/smtp/test"
                    formmethod="get"
                    formtarget="_blank"
                    class="icon-button"
                    disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)
                    aria-label="Test the connection before adding"
                    title="Test connection (opens another page)"
                >
                    <Icon name=IconName::Test />
                </button>
            </td>
        </tr>
    }
}

/// Additions that the server has not answered yet, or has refused.
#[component]
pub(super) fn PendingRows(model: ListModel) -> impl IntoView {
    move || {
        let pending = model.pending.get().into_iter();
        pending
            .map(|add| view! { <PendingRow model add /> })
            .collect_view()
    }
}

#[component]
fn PendingRow(model: ListModel, add: PendingAdd) -> impl IntoView {
    let why_not = match &add.refused {
        Some(error) if add.edits.is_some() => Some(("was not saved.", error.message())),
        Some(error) => Some(("was not added.", error.message())),
        None if add.set_aside => Some(("is not saved yet.", "It waits here.".to_owned())),
        None => None,
    };
    match why_not {
        None => view! {
            <tr role="row" class="row-pending" aria-busy="true">
                <PendingCells input=add.input doing="Adding\u{2026}" />
            </tr>
        }
        .into_any(),
        Some((state, reason)) => {
            let name = add.input.domain.clone();
            let key = add.key;
            view! {
                <tr role="row" class="row-refused">
                    <td role="cell" class="cell-tick"></td>
                    <td role="cell" colspan="3">
                        <p role="alert">
                            <span class="name">{name}</span>
                            {format!(" {state} {reason}")}
                        </p>
                    </td>
                    <td role="cell" class="cell-action">
                        <button type="button" class="button" on:click=move |_| model.correct(&add)>
                            "Correct"
                        </button>
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| model.drop_pending(key)
                        >
                            "Discard"
                        </button>
                    </td>
                </tr>
            }
            .into_any()
        }
    }
}
