//! What stands below the table: Delete, Export, Import, and the way to other pages.

use leptos::prelude::*;

use super::model::ListModel;
use crate::dom;
use crate::icon::{Icon, IconName};
use crate::list_state::{ListState, Open, Place, SIZES};
use crate::listing::grouped;
use crate::panel::{HiddenFields, WHY_NOT};
use crate::wire::Page;

/// The element id of the button that deletes what is ticked.
pub(super) const DELETE_TICKED: &str = "delete-ticked";

/// Delete, Export, Import and the pages.
#[component]
pub(super) fn Footer(model: ListModel) -> impl IntoView {
    let locked = model.entry.locked;
    view! {
        <div class="footer">
            <form
                id="selection"
                method="get"
                action=model.listing.path()
            >
                <KeptState model />
                <button
                    type="submit"
                    id=DELETE_TICKED
                    class="button button-danger"
                    name="ask"
                    value="delete"
                    disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)
                    on:click=move |event| {
                        event.prevent_default();
                        dom::once_shown(move || model.ask_delete_ticked());
                    }
                >
                    <Icon name=IconName::Delete />
                    "Delete"
                </button>
                <button
                    type="submit"
                    class="button"
                    formaction=model.listing.change_path()
                    disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)
                    on:click=move |event| {
                        event.prevent_default();
                        model.ask_change_ticked();
                    }
                >
                    <Icon name=IconName::Edit />
                    "Change\u{2026}"
                </button>
            </form>
            <form id="row-action" method="get" action=model.listing.path()>
                <KeptState model />
            </form>
            <form
                id="switch"
                method="post"
                action=move || model.state.with(|state| state.plain().href(model.listing.change_path()))
            ></form>
            <a
                class="button button-quiet"
                href=move || model.state.with(|state| state.opening(Open::Export).href(model.listing.path()))
                data-noscroll="true"
                on:click=move |event| {
                    event.prevent_default();
                    dom::once_shown(move || model.exporting.set(true));
                }
            >
                <Icon name=IconName::Export />
                "Export"
            </a>
            <a
                class="button button-quiet"
                role="link"
                href=(!locked).then(|| model.listing.import_path())
                aria-disabled=locked.then_some("true")
                aria-describedby=locked.then_some(WHY_NOT)
            >
                <Icon name=IconName::Import />
                "Import"
            </a>
            <SelectionBar model />
            <Pager model />
        </div>
    }
}

/// Says how many rows are ticked, and offers those of the other pages.
#[component]
fn SelectionBar(model: ListModel) -> impl IntoView {
    let count = move || model.ticked_count();
    let matching = move || model.page.with(|page| page.matching);
    let more = move || model.page_is_ticked() && !model.all_matching.get() && matching() > count();
    view! {
        <div class="selection script-only" class:selection-empty=move || count() == 0>
            <span role="status">
                {move || (count() > 0).then(|| format!("{} selected", grouped(count())))}
            </span>
            {move || {
                more()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-quiet"
                                on:click=move |_| {
                                    model.once_shown(move || {
                                        model.all_matching.set(true);
                                        dom::focus_soon(DELETE_TICKED.to_owned());
                                    });
                                }
                            >
                                {format!("Select {}", all_matching(model))}
                            </button>
                        }
                    })
            }}
            {move || {
                (count() > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-quiet"
                                on:click=move |_| {
                                    dom::once_shown(move || {
                                        model.untick_all();
                                        dom::focus_soon(DELETE_TICKED.to_owned());
                                    });
                                }
                            >
                                "Clear selection"
                            </button>
                        }
                    })
            }}
        </div>
        {move || {
            (matching() > 0 && !model.entry.locked)
                .then(|| {
                    view! {
                        <p class="script-none select-matching">
                            <a href=model
                                .state
                                .with(|state| {
                                    state.opening(Open::DeleteMatching).href(model.listing.path())
                                })>{format!("Delete {}\u{2026}", all_matching(model))}</a>
                            <a href=model
                                .state
                                .with(|state| {
                                    state.opening(Open::DeleteMatching).href(model.listing.change_path())
                                })>{format!("Change {}\u{2026}", all_matching(model))}</a>
                        </p>
                    }
                })
        }}
    }
}

/// Every row that matches, in words.
fn all_matching(model: ListModel) -> String {
    let matching = model.page.with(|page| page.matching);
    let search = model.shown.with(|shown| shown.search.clone());
    model.listing.all_matching(matching, &search)
}

/// First, previous, next and last page, and how many rows a page has.
#[component]
fn Pager(model: ListModel) -> impl IntoView {
    // The cursors of one list mean nothing in another: while that one loads, no page leads on.
    let fits = move || {
        model
            .state
            .with(|state| model.shown.with(|shown| state.same_list(shown)))
    };
    let cursor = move |of: fn(&Page) -> &Option<String>| {
        let cursor = model.page.with(|page| of(page).clone());
        cursor.filter(|_| fits())
    };
    let previous = move || cursor(|page| &page.previous);
    let next = move || cursor(|page| &page.next);
    let one = move || {
        model
            .page
            .with(|page| page.previous.is_none() && page.next.is_none())
    };
    view! {
        <div class="pager">
            <label for="size">"Rows per page"</label>
            <select
                id="size"
                name="size"
                form="search"
                autocomplete="off"
                on:change=move |event| {
                    let size = event_target_value(&event).parse().unwrap_or(SIZES[1]);
                    dom::once_shown(move || {
                        let state = model.state.get_untracked().at(Place::First);
                        model.visit(&ListState { size, ..state }, false);
                    });
                }
            >
                {SIZES
                    .map(|size| {
                        let chosen = move || model.state.with(|state| state.size == size);
                        view! {
                            <option
                                value=size.to_string()
                                selected=untrack(chosen)
                                prop:selected=chosen
                            >
                                {size.to_string()}
                            </option>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
            <button type="submit" form="search" class="button script-none">
                "Show"
            </button>
            <nav aria-label="Pages" class:pages-one=one>
                <PageLink
                    model
                    name="First page"
                    icon=IconName::First
                    place=Signal::derive(move || previous().map(|_| Place::First))
                />
                <PageLink
                    model
                    name="Previous page"
                    icon=IconName::Previous
                    place=Signal::derive(move || previous().map(Place::Before))
                />
                <PageLink
                    model
                    name="Next page"
                    icon=IconName::Next
                    place=Signal::derive(move || next().map(Place::After))
                />
                <PageLink
                    model
                    name="Last page"
                    icon=IconName::Last
                    place=Signal::derive(move || next().map(|_| Place::Last))
                />
            </nav>
        </div>
    }
}

/// A link to another page; without a place it is there but leads nowhere.
#[component]
fn PageLink(
    model: ListModel,
    name: &'static str,
    icon: IconName,
    place: Signal<Option<Place>>,
) -> impl IntoView {
    move || {
        let href = place.get().map(|place| {
            model
                .state
                .with(|state| state.at(place).href(model.listing.path()))
        });
        let off = href.is_none();
        view! {
            <a
                class="icon-button"
                role="link"
                // Keeps the focus when the page that it led to turns out to be the last one.
                tabindex="0"
                href=href
                aria-label=name
                title=if off { "There is no further page" } else { name }
                aria-disabled=off.then_some("true")
                // Where it leads to is in the address already, if that could not be read.
                on:click=move |_| model.try_again()
            >
                <Icon name=icon />
            </a>
        }
    }
}

/// Hidden fields that carry what the list shows through a form without JavaScript.
#[component]
pub(super) fn KeptState(model: ListModel) -> impl IntoView {
    move || {
        let pairs = model.state.with(|state| state.plain().pairs());
        view! { <HiddenFields pairs /> }
    }
}
