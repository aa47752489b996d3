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

use crate::address::Address;
use crate::dom;
use crate::list_state::ListState;
use crate::listing::Listing;
use crate::notice::{AlertBanner, Toast};
use crate::panel::WhyNot;
use crate::shell::DomainsHeader;
use crate::wire::Opening;

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
    /// What it begins with.
    opening: Opening,
) -> impl IntoView {
    let address = Address::current();
    let state = Memo::new(move |_| ListState::from_query(&address.query()));
    let model = ListModel::new(listing, state, opening);
    view! {
        <DomainsHeader title=listing.title() purpose=listing.purpose() />
        <ListScreen model />
    }
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

/// The list below the head of its page.
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
