//! The list of smart hosts: those that routes use and those that have settings.

use std::collections::BTreeMap;

use leptos::prelude::*;
use routing::NextHop;
use store::{PasswordState, SmartHostPage, StoredSmartHost, Tested, Timestamp};

use super::last_test::last_test;
use super::parts::{Alert, domains, routes_href};
use super::{EDIT_PATH, SETTINGS_PATH, href, href_of};
use crate::icon::{Icon, IconName};
use crate::listing::grouped;
use crate::plain::Frame;
use crate::plain::done::Done;
use crate::plain::form::{Field, Wrong, problem};
use crate::shell::Section;
use crate::wire::Notice;

const PURPOSE: &str = "How the gateway signs in to each smart host and what it demands of the \
                       encryption, once for all routes that lead there.";

/// What the form to open any smart host was sent with.
#[derive(Clone, Default)]
pub struct Opened {
    /// What was typed as the host.
    pub host: String,
    /// What was typed as the port.
    pub port: String,
    /// What is wrong with it.
    pub wrong: Vec<Wrong>,
}

/// All that the list is drawn from.
pub struct List {
    /// The smart hosts.
    pub page: SmartHostPage,
    /// Their last tests.
    pub tests: BTreeMap<NextHop, Tested>,
    /// What is searched for.
    pub search: String,
    /// The form to open any smart host.
    pub opened: Opened,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Why something was not done.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page of the list.
#[must_use]
pub fn list_page(frame: &Frame, list: List) -> String {
    frame.page(Section::SmartHostSettings, PURPOSE, || {
        let List {
            page,
            tests,
            search,
            opened,
            notice,
            alert,
            now,
        } = list;
        view! {
            <Done notice return_to=SETTINGS_PATH />
            <Alert alert />
            <section class="list">
                <Toolbar search=search.clone() matching=page.matching total=page.total />
                <Table page=page.clone() tests search=search.clone() now />
                <Pager page search />
            </section>
            <OpenForm opened />
        }
        .into_any()
    })
}

#[component]
fn Toolbar(search: String, matching: u64, total: u64) -> impl IntoView {
    let noun = if total == 1 {
        "smart host"
    } else {
        "smart hosts"
    };
    let count = if search.is_empty() {
        format!("{} {noun}", grouped(total))
    } else {
        format!("{} of {} {noun}", grouped(matching), grouped(total))
    };
    view! {
        <div class="toolbar">
            <form class="search" role="search" method="get" action=SETTINGS_PATH>
                <label class="visually-hidden" for="q">"Search smart hosts"</label>
                <Icon name=IconName::Search />
                <input
                    type="search"
                    id="q"
                    name="q"
                    value=search
                    placeholder="Search host or comment"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
                <button type="submit" class="button">"Search"</button>
            </form>
            <p class="count">{count}</p>
        </div>
    }
}

const HEADINGS: [(&str, &str); 6] = [
    ("cell-host", "Host Name or IP Address"),
    ("cell-port", "Port"),
    ("", "TLS"),
    ("", "Login"),
    ("", "Used by"),
    ("", "Last test"),
];

#[component]
fn Table(
    page: SmartHostPage,
    tests: BTreeMap<NextHop, Tested>,
    search: String,
    now: Timestamp,
) -> impl IntoView {
    let none = page.rows.is_empty();
    let rows = page.rows.into_iter().map(|host| {
        let tested = tests.get(&host.settings.next_hop).cloned();
        view! { <HostRow host tested now /> }
    });
    view! {
        <table role="table" class="records hosts" aria-label="Smart host settings">
            <thead role="rowgroup">
                <tr role="row">
                    {HEADINGS
                        .map(|(class, heading)| {
                            view! { <th role="columnheader" scope="col" class=class>{heading}</th> }
                        })
                        .into_iter()
                        .collect_view()}
                </tr>
            </thead>
            <tbody role="rowgroup">
                {rows.collect_view()}
                {none.then(|| view! { <NoRows search /> })}
            </tbody>
        </table>
    }
}

#[component]
fn HostRow(host: StoredSmartHost, tested: Option<Tested>, now: Timestamp) -> impl IntoView {
    let settings = host.settings.clone();
    let of = settings.next_hop.clone();
    let unicode = of.host.to_unicode();
    let ascii = of.host.to_string();
    let certificate = settings.tls.name().map(|name| format!("for {name}"));
    let routes = (host.routes > 0).then(|| routes_href(&of));
    view! {
        <tr role="row">
            <td role="cell" class="cell-host">
                <a class="name" href=href_of(EDIT_PATH, &of, &[])>
                    {unicode.clone().unwrap_or_else(|| ascii.clone())}
                </a>
                {unicode.is_some().then(|| view! { <span class="also">{ascii}</span> })}
                {(!settings.comment.is_empty())
                    .then(|| view! { <span class="comment">{settings.comment.to_string()}</span> })}
            </td>
            <td role="cell" class="cell-port" data-name="Port">{of.port.to_string()}</td>
            <td role="cell" data-name="TLS">
                <div>
                    {settings.tls.label()}
                    {certificate.map(|name| view! { <span class="also">{name}</span> })}
                    {host.id.is_none().then(|| view! { <span class="also">"by default"</span> })}
                </div>
            </td>
            <td role="cell" data-name="Login">
                <LoginFacts host=host.clone() />
            </td>
            <td role="cell" data-name="Used by">
                {match routes {
                    Some(href) => view! { <a href=href>{domains(host.routes)}</a> }.into_any(),
                    None => view! { <span class="default">{domains(0)}</span> }.into_any(),
                }}
            </td>
            <td role="cell" data-name="Last test" class="cell-tested">
                {match tested {
                    Some(tested) => last_test(&tested, now),
                    None => view! { <span class="default">"Not tested yet"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}

#[component]
fn LoginFacts(host: StoredSmartHost) -> impl IntoView {
    let in_the_clear = host.settings.logs_in_the_clear();
    let password = match host.password {
        PasswordState::None => None,
        PasswordState::Set => Some(view! { <span class="also">"password set"</span> }.into_any()),
        PasswordState::Unreadable => Some(
            view! { <span class="badge badge-warning">"password must be entered again"</span> }
                .into_any(),
        ),
    };
    match host.settings.user {
        None => view! { <span class="default">"None"</span> }.into_any(),
        Some(user) => view! {
            <div>
                {user.to_string()} {password}
                {in_the_clear
                    .then(|| view! { <span class="badge badge-warning">"may go in the clear"</span> })}
            </div>
        }
        .into_any(),
    }
}

/// What stands in place of rows: there is no smart host yet, or none that matches.
#[component]
fn NoRows(search: String) -> impl IntoView {
    let content = if search.is_empty() {
        view! {
            <p class="none-title">"No smart hosts yet"</p>
            <p>
                "Each smart host that a route leads to stands here by itself. To set one up before, type its \
                 name below."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="none-title">{format!("No smart host matches \u{201c}{search}\u{201d}")}</p>
            <p>
                "The search looks at any part of host and comment. "
                <a href=SETTINGS_PATH>"Clear the search"</a>
            </p>
        }
        .into_any()
    };
    view! {
        <tr role="row" class="row-none">
            <td role="cell" colspan="6">{content}</td>
        </tr>
    }
}

/// The way to the pages before and after this one, where there are any.
#[component]
fn Pager(page: SmartHostPage, search: String) -> impl IntoView {
    if !page.has_previous && !page.has_next {
        return None;
    }
    let to = |name: &str, value: String| {
        let mut query = Vec::new();
        if !search.is_empty() {
            query.push(("q", search.as_str()));
        }
        if !name.is_empty() {
            query.push((name, value.as_str()));
        }
        href(SETTINGS_PATH, &query)
    };
    let edge = |row: Option<&StoredSmartHost>| {
        row.map(|row| row.settings.next_hop.to_string())
            .unwrap_or_default()
    };
    let (first, last) = (edge(page.rows.first()), edge(page.rows.last()));
    let (before, after) = (page.has_previous, page.has_next);
    Some(view! {
        <div class="footer">
            <div class="pager">
                <nav aria-label="Pages">
                    <PageLink name="First page" icon=IconName::First to=before.then(|| to("", String::new())) />
                    <PageLink name="Previous page" icon=IconName::Previous to=before.then(|| to("before", first)) />
                    <PageLink name="Next page" icon=IconName::Next to=after.then(|| to("after", last)) />
                    <PageLink name="Last page" icon=IconName::Last to=after.then(|| to("page", "last".to_owned())) />
                </nav>
            </div>
        </div>
    })
}

/// A link to another page; without one it is there but leads nowhere.
#[component]
fn PageLink(name: &'static str, icon: IconName, to: Option<String>) -> impl IntoView {
    let off = to.is_none();
    view! {
        <a
            class="icon-button"
            role="link"
            href=to
            aria-label=name
            title=if off { "There is no further page" } else { name }
            aria-disabled=off.then_some("true")
        >
            <Icon name=icon />
        </a>
    }
}

/// The way to the settings of any smart host, also of one that nothing uses yet.
#[component]
fn OpenForm(opened: Opened) -> impl IntoView {
    let wrong = opened.wrong;
    view! {
        <form class="panel form" method="get" action=EDIT_PATH novalidate autocomplete="off">
            <h2>"Set up a smart host"</h2>
            <div class="form-fields open-fields">
                <Field name="host" label="Host Name or IP Address" value=opened.host
                    problem=problem(&wrong, "host") placeholder="mail.example.net" />
                <Field name="port" label="Port" value=opened.port problem=problem(&wrong, "port")
                    placeholder="25" inputmode="numeric" />
                <button type="submit" class="button">"Open"</button>
            </div>
        </form>
    }
}
