//! The list screen: one page serves smart hosts and managed domains.

mod confirm;
mod entry;
mod export;
mod fields;
mod footer;
mod model;
mod row;
mod table;
mod toolbar;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::open_list;
use crate::list_state::ListState;
use crate::listing::Listing;
use crate::notice::{AlertBanner, Toast};
use crate::shell::DomainsHeader;

use confirm::DeleteDialog;
use export::ExportDialog;
pub(crate) use fields::{FormFields, TextField};
use footer::Footer;
use model::ListModel;
use table::ListTable;
use toolbar::Toolbar;

/// The page of a list.
#[component]
pub(crate) fn ListPage(
    /// Which list.
    listing: Listing,
) -> impl IntoView {
    let state = list_state();
    let opening =
        Resource::new_blocking(|| (), move |()| open_list(listing, state.get_untracked()));
    view! {
        <Title text=listing.title() />
        <DomainsHeader title=listing.title() purpose=listing.purpose() />
        <Transition fallback=move || view! { <Loading listing /> }>
            {move || Suspend::new(async move {
                match opening.await {
                    Ok(opening) => {
                        let model = ListModel::new(listing, state, opening);
                        view! { <ListScreen model /> }.into_any()
                    }
                    Err(error) => {
                        let retry = move |event: leptos::ev::MouseEvent| {
                            event.prevent_default();
                            opening.refetch();
                        };
                        view! {
                            <section class="panel panel-failed" role="alert">
                                <h2>{format!("The {} could not be read", listing.plural())}</h2>
                                <p>{error.message()}</p>
                                <a class="button" href=listing.path() rel="external" on:click=retry>
                                    "Try again"
                                </a>
                            </section>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// The state of the list as the URL has it now.
fn list_state() -> Memo<ListState> {
    const NAMES: [&str; 10] = [
        "q", "sort", "size", "after", "before", "page", "at", "edit", "delete", "ask",
    ];
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let pairs = NAMES.into_iter().chain(["done"]).flat_map(|name| {
                let values = query.get_all(name).unwrap_or_default();
                values.into_iter().map(move |value| (name, value))
            });
            ListState::from_pairs(pairs)
        })
    })
}

/// The list once its first page is there.
#[component]
fn ListScreen(model: ListModel) -> impl IntoView {
    model.follow_url();
    view! {
        <section class="list" aria-label=model.listing.title()>
            <Toolbar model />
            <AlertBanner alert=model.alert />
            <ListTable model />
            <Footer model />
        </section>
        <DeleteDialog model />
        <ExportDialog model />
        <Toast notice=model.notice />
    }
}

/// What stands in place of the list while its first page is on the way.
#[component]
fn Loading(listing: Listing) -> impl IntoView {
    view! {
        <section class="panel panel-loading" aria-busy="true">
            <p role="status">{format!("Reading {}\u{2026}", listing.title())}</p>
        </section>
    }
}
