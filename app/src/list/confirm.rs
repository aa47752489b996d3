//! The confirmation to delete, which names what goes.

use leptos::prelude::*;

use super::footer::KeptState;
use super::model::{Doomed, ListModel};
use crate::dialog::Dialog;
use crate::dom;
use crate::listing::Listing;
use crate::panel::HiddenFields;

/// How many rows a confirmation names before it counts the rest.
const NAMED: usize = 8;

/// The dialog before anything is deleted.
#[component]
pub(super) fn DeleteDialog(model: ListModel) -> impl IntoView {
    let open = Signal::derive(move || model.doomed.with(Option::is_some));
    view! {
        <Dialog title="Confirmation" open on_close=move || model.cancel_delete()>
            {move || model.doomed.get().map(|doomed| view! { <Question model doomed /> })}
        </Dialog>
    }
}

#[component]
fn Question(model: ListModel, doomed: Doomed) -> impl IntoView {
    let plain = model.state.get_untracked().plain();
    let here = plain.href(model.listing.path());
    view! {
        <p class="dialog-question">{question(model.listing, &doomed)}</p>
        {named(&doomed)}
        <p class="dialog-note">{consequence(model.listing)}</p>
        <form
            id="confirm-delete"
            method="post"
            action=here
            on:submit=move |event| {
                event.prevent_default();
                dom::once_shown(move || model.delete());
            }
        >
            <input type="hidden" name="do" value="delete" />
            <HiddenFields pairs=fields(&doomed) />
        </form>
        <form
            id="cancel-delete"
            method="get"
            action=model.listing.path()
            on:submit=move |event| {
                event.prevent_default();
                dom::once_shown(move || model.cancel_delete());
            }
        >
            <KeptState model />
        </form>
        <div class="dialog-buttons">
            <button type="submit" form="cancel-delete" class="button" autofocus>
                "Cancel"
            </button>
            <button type="submit" form="confirm-delete" class="button button-danger-solid">
                "OK"
            </button>
        </div>
    }
}

fn question(listing: Listing, doomed: &Doomed) -> String {
    match doomed {
        Doomed::Rows(rows) => match rows.as_slice() {
            [row] => format!("Delete {} {}?", listing.noun(), row.full_name()),
            rows => format!("Delete {}?", listing.count(rows.len() as u64)),
        },
        Doomed::Matching { search, count, .. } => {
            format!("Delete {}?", listing.all_matching(*count, search))
        }
    }
}

fn consequence(listing: Listing) -> &'static str {
    match listing {
        Listing::SmartHosts => {
            "Unless another rule applies, mail for what is deleted, new mail included, is held for 5 \
             days, or until you release it. Then it goes to the domain\u{2019}s own mail servers."
        }
        Listing::ManagedDomains => "This gateway will no longer accept mail for what is deleted.",
    }
}

/// The rows by name, where there are several.
fn named(doomed: &Doomed) -> Option<impl IntoView + use<>> {
    let Doomed::Rows(rows) = doomed else {
        return None;
    };
    if rows.len() < 2 {
        return None;
    }
    let names: Vec<_> = rows
        .iter()
        .take(NAMED)
        .map(|row| (row.full_name(), row.destination()))
        .collect();
    let rest = rows.len().saturating_sub(NAMED);
    Some(view! {
        <ul class="dialog-list">
            {names
                .into_iter()
                .map(|(name, destination)| {
                    view! {
                        <li>
                            <span class="name">{name}</span>
                            <span class="also">{destination}</span>
                        </li>
                    }
                })
                .collect_view()}
            {(rest > 0).then(|| view! { <li>{format!("and {rest} more")}</li> })}
        </ul>
    })
}

/// The hidden fields that say what to delete when the form is posted without JavaScript.
fn fields(doomed: &Doomed) -> Vec<(&'static str, String)> {
    match doomed {
        Doomed::Rows(rows) => rows
            .iter()
            .map(|row| ("row", row.key.to_string()))
            .collect(),
        Doomed::Matching { count, as_of, .. } => {
            vec![
                ("matching", count.to_string()),
                ("as_of", as_of.to_string()),
            ]
        }
    }
}
