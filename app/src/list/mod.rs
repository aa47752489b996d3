//! The list screen: one page serves smart hosts and managed domains.

#![allow(
    clippy::large_types_passed_by_value,
    reason = "a model is a bundle of handles to signals; closures capture the ones they use"
)]

mod cells;
mod confirm;
mod entry;
mod export;
mod fields;
mod footer;
mod model;
mod news;
mod row;
mod table;
mod ticked;
mod toolbar;

use access::Permission;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use crate::api::open_list;
use crate::dom;
use crate::list_state::ListState;
use crate::listing::Listing;
use crate::notice::{AlertBanner, Toast};
use crate::panel::{Failed, Loading, WhyNot};
use crate::session::SessionWatch;
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
    let state = list_state(listing);
    let session = SessionWatch::current();
    let opening = Resource::new_blocking(
        || (),
        move |()| session.asking(move || open_list(listing, state.get_untracked())),
    );
    view! {
        <DomainsHeader title=listing.title() purpose=listing.purpose() />
        <Suspense fallback=move || view! { <Loading what=listing.title() /> }>
            {move || Suspend::new(async move {
                match opening.await {
                    Ok(opening) => {
                        let model = ListModel::new(listing, state, opening);
                        view! { <ListScreen model /> }.into_any()
                    }
                    Err(error) => {
                        let retry = Callback::new(move |()| opening.refetch());
                        view! { <Failed what=listing.title() why=error.message() path=listing.path() retry /> }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// The state of the list as the URL has it now; as it was last, once the URL leads elsewhere.
fn list_state(listing: Listing) -> Memo<ListState> {
    const NAMES: [&str; 12] = [
        "q", "sort", "size", "after", "before", "page", "at", "edit", "delete", "ask", "done",
        "undo",
    ];
    let query = use_query_map();
    let path = use_location().pathname;
    Memo::new(move |last: Option<&ListState>| {
        if let Some(last) = last
            && path.with(|path| path != listing.path())
        {
            return last.clone();
        }
        query.with(|query| {
            let pairs = NAMES.into_iter().flat_map(|name| {
                let values = query.get_all(name).unwrap_or_default();
                values.into_iter().map(move |value| (name, value))
            });
            ListState::from_pairs(pairs)
        })
    })
}

/// Says why the list that was asked for is not the one that is shown, and reads it once more.
#[component]
fn ReadingFailed(model: ListModel) -> impl IntoView {
    move || {
        model.failed.get().map(|why| {
            view! {
                <div class="alert">
                    <p>{why}</p>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            model.try_again();
                            dom::focus_content_soon();
                        }
                    >
                        "Try again"
                    </button>
                </div>
            }
        })
    }
}

/// The list once its first page is there.
#[component]
fn ListScreen(model: ListModel) -> impl IntoView {
    model.follow_url();
    model.follow_changes();
    model.follow_ticks();
    view! {
        <section class="list" aria-label=model.listing.title()>
            <Toolbar model />
            <WhyNot permission=Permission::EditRouting />
            <AlertBanner alert=model.alert>
                <ReadingFailed model />
            </AlertBanner>
            <ListTable model />
            <Footer model />
        </section>
        <DeleteDialog model />
        <ExportDialog model />
        <Toast
            notice=model.notice
            alert=model.alert
            return_to=Signal::derive(move || model.state.get().plain().href(model.listing.path()))
            reload=Callback::new(move |()| model.show_undone())
        />
    }
}
