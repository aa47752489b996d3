//! What stands above the table: the search and the number of rows.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::model::ListModel;
use super::news::NewsLine;
use crate::dom;
use crate::icon::{Icon, IconName};
use crate::list_state::{ListState, Sort};
use crate::listing::{Listing, grouped};
use crate::panel::HiddenFields;
use crate::wire::Page;

/// How long typing in the search pauses before the list follows.
const SEARCH_PAUSE: Duration = Duration::from_millis(150);

/// The search and the number of rows.
#[component]
pub(super) fn Toolbar(model: ListModel) -> impl IntoView {
    let search = model.state.with_untracked(|state| state.search.clone());
    let early = dom::typed_before_hydration("search-text").filter(|typed| *typed != search);
    let is_early = early.is_some();
    let sent = StoredValue::new(search.clone());
    let typed = RwSignal::new(early.unwrap_or(search));
    // Back, forward and links change the search too; typing is never overwritten by its own echo.
    Effect::new(move || {
        let search = model.state.with(|state| state.search.clone());
        if sent.get_value() != search {
            sent.set_value(search.clone());
            typed.set(search);
        }
    });
    let search_now = move || {
        let state = model.state.get_untracked();
        let next = state.searching(&typed.get_untracked());
        if next.search != sent.get_value() {
            sent.set_value(next.search.clone());
            // Letters of one search are one step of the history.
            let replace = !state.search.is_empty();
            model.visit(&next, replace);
        }
    };
    if is_early {
        // Typed before the page was alive: it is searched for now.
        request_animation_frame(search_now);
    }
    let mut search_soon = debounce(SEARCH_PAUSE, move |()| search_now());
    view! {
        <div class="toolbar">
            <form
                id="search"
                class="search"
                role="search"
                method="get"
                action=model.listing.path()
                on:submit=move |event| {
                    event.prevent_default();
                    model.try_again();
                    search_now();
                }
            >
                <label class="visually-hidden" for="search-text">
                    {format!("Search {}", model.listing.title())}
                </label>
                <Icon name=IconName::Search />
                <input
                    type="search"
                    id="search-text"
                    name="q"
                    placeholder="Search domain, host or comment"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    value=typed.get_untracked()
                    prop:value=typed
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        search_soon(());
                    }
                />
                <KeptOrder model />
                <button type="submit" class="button script-none">
                    "Search"
                </button>
            </form>
            <NewsLine model />
            <p class="count" role="status">
                <span>{move || model.page.with(|page| count(model.listing, page))}</span>
                <span class="visually-hidden">{move || extent(model)}</span>
            </p>
        </div>
    }
}

/// How many rows there are, and how many of them match.
fn count(listing: Listing, page: &Page) -> String {
    if page.matching == page.total {
        listing.count(page.total)
    } else {
        format!(
            "{} of {}",
            grouped(page.matching),
            listing.count(page.total)
        )
    }
}

/// From which row to which the page goes, where it is not plain: who sees it needs no telling, but
/// paging and sorting would go unheard.
fn extent(model: ListModel) -> Option<String> {
    let sorted = model.shown.with(|shown| shown.sort != Sort::default());
    model.page.with(|page| {
        let (first, last) = (page.rows.first()?, page.rows.last()?);
        let paged = page.previous.is_some() || page.next.is_some();
        (sorted || paged).then(|| format!(", from {} to {}", first.name(), last.name()))
    })
}

/// A hidden field that carries the order through a search without JavaScript.
#[component]
fn KeptOrder(model: ListModel) -> impl IntoView {
    move || {
        let pairs = model.state.with(ListState::pairs);
        let pairs = pairs
            .into_iter()
            .filter(|(name, _)| *name == "sort")
            .collect();
        view! { <HiddenFields pairs /> }
    }
}
