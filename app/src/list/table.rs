//! The table: headings that sort, the entry row, the rows, and what stands where there are none.

use leptos::prelude::*;

use super::entry::{EntryRow, PendingRows};
use super::model::ListModel;
use super::row::{TableRow, changed, clicked};
use crate::icon::{Icon, IconName};
use crate::list_state::{ListState, SortBy};
use crate::listing::Listing;

/// The table of a list.
#[component]
pub(super) fn ListTable(model: ListModel) -> impl IntoView {
    let title = model.listing.title();
    view! {
        <table role="table" class="records records-list" class:records-switched=model.listing == Listing::SmartHosts aria-label=title aria-busy=move || model.loading.get().then_some("true")>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col" class="cell-tick">
                        <input
                            type="checkbox"
                            class="script-only"
                            autocomplete="off"
                            disabled=model.entry.locked
                            aria-label=format!("Select all {} on this page", model.listing.plural())
                            prop:checked=move || model.all_matching.get() || model.page_is_ticked()
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                model.once_shown(move || model.tick_page(on));
                            }
                        />
                    </th>
                    {SortBy::ALL
                        .map(|by| view! { <SortHeading model by /> })
                        .into_iter()
                        .collect_view()}
                    <th role="columnheader" scope="col" class="cell-action">
                        "Action"
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <EntryRow model />
            </tbody>
            <tbody
                role="rowgroup"
                class="rows"
                on:click=move |event| clicked(model, &event)
                on:change=move |event| changed(model, &event)
            >
                <PendingRows model />
                <For
                    each=move || model.page.with(|page| page.rows.clone())
                    key=|row| row.key
                    children=move |row| view! { <TableRow model row /> }
                />
                <NoRows model />
            </tbody>
        </table>
    }
}

/// A heading that sorts by its column.
#[component]
fn SortHeading(model: ListModel, by: SortBy) -> impl IntoView {
    let sort = move || model.state.with(|state| state.sort);
    let order = move || {
        let sort = sort();
        (sort.by == by).then_some(if sort.descending {
            "descending"
        } else {
            "ascending"
        })
    };
    let href = move || {
        model.state.with(|state| {
            state
                .sorted(state.sort.toggled(by))
                .href(model.listing.path())
        })
    };
    let class = match by {
        SortBy::Domain => "cell-domain",
        SortBy::Host => "cell-host",
        SortBy::Port => "cell-port",
    };
    view! {
        <th role="columnheader" scope="col" class=class aria-sort=order>
            <a class="sort" href=href data-noscroll="true">
                {by.heading()}
                {move || match order() {
                    Some("descending") => view! { <Icon name=IconName::Descending /> }.into_any(),
                    Some(_) => view! { <Icon name=IconName::Ascending /> }.into_any(),
                    None => view! { <Icon name=IconName::Unsorted /> }.into_any(),
                }}
            </a>
        </th>
    }
}

/// What stands in place of rows: nothing has been added yet, or nothing matches.
#[component]
fn NoRows(model: ListModel) -> impl IntoView {
    let nothing_shown =
        move || model.page.with(|page| page.rows.is_empty()) && model.pending.with(Vec::is_empty);
    move || {
        nothing_shown().then(|| {
            let search = model.state.with(|state| state.search.clone());
            view! {
                <tr role="row" class="row-none">
                    <td role="cell" colspan="5">
                        {if search.is_empty() {
                            view! { <NothingYet model /> }.into_any()
                        } else {
                            let all = ListState { search: String::new(), ..model.state.get_untracked().plain() };
                            view! {
                                <p class="none-title">
                                    {format!("No {} matches \u{201c}{search}\u{201d}", model.listing.noun())}
                                </p>
                                <p>
                                    "The search looks at any part of domain, host and comment. "
                                    <a href=all.href(model.listing.path())>"Clear the search"</a>
                                </p>
                            }
                                .into_any()
                        }}
                    </td>
                </tr>
            }
        })
    }
}

#[component]
fn NothingYet(model: ListModel) -> impl IntoView {
    let next = if model.listing.host_is_optional() {
        "Type a domain in the row above and press Enter. Leave the host empty to use the default."
    } else {
        "Type a domain and its smart host in the row above and press Enter."
    };
    view! {
        <p class="none-title">{format!("No {} yet", model.listing.plural())}</p>
        <p>{next}</p>
    }
}
