//! One row of the table: as it is shown, and as it is edited.

use leptos::prelude::*;
use routing::{Input, Scope};

use super::fields::FieldCells;
use super::model::{ListModel, Underway};
use crate::icon::{Icon, IconName};
use crate::listing::Listing;
use crate::panel::WHY_NOT;
use crate::wire::{Fact, Row};

/// The page that shows all that is known of a route.
const DETAILS_PATH: &str = "/smtp/domains/smart-hosts/route";

/// A row, or its editor while it is being edited.
#[component]
pub(super) fn TableRow(model: ListModel, row: Row) -> impl IntoView {
    let id = row.key.id;
    let underway = Memo::new(move |_| {
        model.underway.with(|rows| {
            let row = rows.iter().find(|(row, _)| *row == id);
            row.map(|(_, doing)| doing.clone())
        })
    });
    let editing = Memo::new(move |_| {
        model
            .editing
            .with(|key| key.is_some_and(|key| key.id == id))
    });
    let is_gone = move || underway.with(|doing| *doing == Some(Underway::Gone));
    let row = StoredValue::new(row);
    let class = move || {
        let mut class = String::new();
        for (name, on) in [
            ("row-marked ", model.marked.with(|ids| ids.contains(&id))),
            ("row-pending ", underway.with(Option::is_some) && !is_gone()),
            ("row-gone ", is_gone()),
            ("row-editing ", editing.get()),
            ("row-off ", row.with_value(|row| !row.enabled)),
            ("row-ticked ", model.ticked.with(|ticked| ticked.has(id))),
        ] {
            if on {
                class.push_str(name);
            }
        }
        class
    };
    view! {
        <tr
            role="row"
            id=format!("row-{id}")
            class=class
            aria-busy=move || (underway.with(Option::is_some) && !is_gone()).then_some("true")
            inert=is_gone
            on:keydown=move |event| {
                if event.key() == "Escape" && editing.get_untracked() {
                    model.cancel_edit();
                }
            }
        >
            {move || {
                let row = row.get_value();
                if editing.get() {
                    view! { <EditCells model row /> }.into_any()
                } else {
                    match underway.get() {
                        Some(Underway::Saving(input)) => view! { <PendingCells input doing="Saving\u{2026}" /> }.into_any(),
                        Some(Underway::Deleting) => {
                            view! { <PendingCells input=row.input() doing="Deleting\u{2026}" /> }.into_any()
                        }
                        // One that is gone stays as it was, so that no other moves.
                        Some(Underway::Gone) | None => view! { <ShownCells model row /> }.into_any(),
                    }
                }
            }}
        </tr>
    }
}

#[component]
fn ShownCells(model: ListModel, row: Row) -> impl IntoView {
    let locked = model.entry.locked;
    let described_by = locked.then_some(WHY_NOT);
    let id = row.key.id;
    let name = row.name();
    let is_gone = move || {
        let gone = |rows: &Vec<_>| rows.contains(&(id, Underway::Gone));
        model.underway.with(gone)
    };
    let to_tick = row.clone();
    let to_edit = row.clone();
    let to_delete = row.clone();
    view! {
        <td role="cell" class="cell-tick">
            <input
                type="checkbox"
                id=format!("tick-{id}")
                name="delete"
                value=row.key.to_string()
                form="selection"
                disabled=locked
                autocomplete="off"
                aria-label=format!("Select {name}")
                prop:checked=move || {
                    model.all_matching.get()
                        || model.ticked.with(|ticked| ticked.has(id))
                }
                on:change=move |event| model.tick(&to_tick, event_target_checked(&event))
            />
            {(model.listing == Listing::SmartHosts).then(|| view! { <Switch model row=row.clone() /> })}
        </td>
        <td role="cell" class="cell-domain">
            <div class="about">
                <span class="name">{name.clone()}</span>
                " "
                <ScopeMark scope=row.scope />
                {(!row.enabled).then(|| view! { <span class="badge">"Disabled"</span> })}
                {move || is_gone().then(|| view! { <span class="badge">"Deleted"</span> })}
                {row.domain_unicode.is_some().then(|| view! { <span class="also">{row.pattern()}</span> })}
                " "
                {(!row.comment.is_empty()).then(|| view! { <span class="comment">{row.comment.clone()}</span> })}
            </div>
            " "
            <Facts model row=row.clone() />
        </td>
        <td role="cell" class="cell-host">
            {match row.port {
                Some(_) => {
                    view! {
                        <span class="name">{row.host_unicode.clone().unwrap_or_else(|| row.host.clone())}</span>
                        " "
                        <FurtherHosts hosts=row.further.clone() />
                        {row.host_unicode.is_some().then(|| view! { <span class="also">{row.host.clone()}</span> })}
                    }
                        .into_any()
                }
                None => view! { <DefaultMark model /> }.into_any(),
            }}
        </td>
        <td role="cell" class="cell-port">{row.port.map(|port| port.to_string())}</td>
        <td role="cell" class="cell-action">
            <Questions listing=model.listing row=row.clone() locked />
            <button
                type="submit"
                id=format!("edit-{id}")
                class="icon-button"
                form="row-action"
                name="edit"
                value=id
                disabled=locked
                aria-describedby=described_by
                aria-label=format!("Edit {name}")
                title="Edit"
                on:click=move |event| {
                    event.prevent_default();
                    model.begin_edit(&to_edit);
                }
            >
                <Icon name=IconName::Edit />
            </button>
            <button
                type="submit"
                id=format!("delete-{id}")
                class="icon-button icon-button-danger"
                form="row-action"
                name="delete"
                value=row.key.to_string()
                disabled=locked
                aria-describedby=described_by
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=move |event| {
                    event.prevent_default();
                    model.ask_delete(to_delete.clone());
                }
            >
                <Icon name=IconName::Delete />
            </button>
        </td>
    }
    .into_any()
}

/// Whether the route is enabled, and the way to change that.
#[component]
fn Switch(model: ListModel, row: Row) -> impl IntoView {
    let locked = model.entry.locked;
    let enabled = row.enabled;
    view! {
        <button
            type="submit"
            id=format!("switch-{}", row.key.id)
            class="icon-button switch"
            role="switch"
            aria-checked=if enabled { "true" } else { "false" }
            form="switch"
            name=if enabled { "disable" } else { "enable" }
            value=row.key.to_string()
            disabled=locked
            aria-describedby=locked.then_some(WHY_NOT)
            aria-label=format!("{} is enabled", row.name())
            title=if enabled { "Disable" } else { "Enable" }
            on:click=move |event| {
                event.prevent_default();
                model.switch(&row);
            }
        ></button>
    }
}

/// The hosts that are tried when the first cannot be reached.
#[component]
fn FurtherHosts(hosts: Vec<String>) -> impl IntoView {
    if hosts.is_empty() {
        return None;
    }
    let count = format!("+{}", hosts.len());
    let label = format!(
        "{count} further host{}",
        if hosts.len() == 1 { "" } else { "s" }
    );
    let hosts = hosts.into_iter().map(|host| view! { <li>{host}</li> });
    Some(view! {
        <details class="further">
            <summary aria-label=label>{count}</summary>
            <ol>{hosts.collect_view()}</ol>
        </details>
    })
}

/// What has become of the row; for a route it leads to all that is known of it.
///
/// It is read from the page, for it changes while the row stays the same.
#[component]
fn Facts(model: ListModel, row: Row) -> impl IntoView {
    let id = row.key.id;
    let facts = move || {
        model.page.with(|page| {
            let facts = page.row(id).into_iter().flat_map(|row| &row.facts);
            facts
                .map(|fact| view! { <FactMark fact=fact.clone() /> })
                .collect_view()
        })
    };
    if model.listing == Listing::ManagedDomains {
        return view! { <span class="also">{facts}</span> }.into_any();
    }
    view! {
        <a class="also" href=format!("{DETAILS_PATH}?id={}", row.key.id) rel="external">
            {facts}
            <span class="fact">"Details"<span class="visually-hidden">" of " {row.name()}</span></span>
        </a>
    }
    .into_any()
}

#[component]
fn FactMark(fact: Fact) -> impl IntoView {
    let class = if fact.warning {
        "fact fact-warning"
    } else {
        "fact"
    };
    view! { <span class=class>{fact.text}</span> }
}

/// Links to what can be asked about a row. They lead to pages without a module; whoever may not change
/// rows may not test connections either.
#[component]
fn Questions(listing: Listing, row: Row, locked: bool) -> impl IntoView {
    let name = row.name();
    // A subdomain is what such a row is for.
    let example = if row.scope == Scope::Subdomains {
        "any"
    } else {
        ""
    };
    let explain = format!("/smtp/explain?address={example}{}", row.pattern());
    let by = match listing.delivered_by() {
        Some(transport) => format!("&by={transport}"),
        None => String::new(),
    };
    let test = row
        .port
        .filter(|_| !locked)
        .map(|port| format!("/smtp/test?host={}&port={port}{by}", row.host));
    let links = [
        (
            test,
            "Test the connection for",
            "Test connection",
            IconName::Test,
        ),
        (
            Some(explain),
            "Where will mail go for",
            "Where will mail go?",
            IconName::Explain,
        ),
    ];
    links
        .into_iter()
        .filter_map(|(href, label, title, icon)| {
            Some(view! {
                <a
                    class="icon-button"
                    href=href?
                    rel="external"
                    aria-label=format!("{label} {name}")
                    title=title
                >
                    <Icon name=icon />
                </a>
            })
        })
        .collect_view()
}

/// What stands under Host where a managed domain follows the default.
#[component]
fn DefaultMark(model: ListModel) -> impl IntoView {
    view! {
        <span class="default">"Default"</span>
        " "
        {move || {
            model
                .page
                .with(|page| page.default_missing)
                .then(|| view! { <span class="badge badge-warning">"no default is set"</span> })
        }}
    }
}

#[component]
fn ScopeMark(scope: Scope) -> impl IntoView {
    let words = match scope {
        Scope::Domain => return None,
        Scope::Subdomains => "subdomains only",
        Scope::Both => "and subdomains",
    };
    Some(view! { <span class="badge">{words}</span> })
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
                    model.cancel_edit();
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
