//! Removed routes that still hold mail: which there are, and their release.

use access::Permission;
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use routing::{Pattern, Scope};
use store::{By, HeldPage, Stored, Timestamp, Tombstone};

use super::age::age;
use super::done::Done;
use super::{Frame, explain};
use crate::icon::{Icon, IconName};
use crate::listing::grouped;
use crate::panel::{HiddenFields, WHY_NOT, WhyNot};
use crate::shell::{Section, why_not};
use crate::wire::Notice;

/// The path of the list.
pub const HELD_PATH: &str = "/smtp/held";
/// The path of the question before mail is released; `row` in the query, several times, says which.
pub const RELEASE_PATH: &str = "/smtp/held/release";

const PURPOSE: &str = "Routes that were removed while mail may still be queued for them. That mail \
                       waits in Postfix\u{2019}s queue (4.4.0), and new mail for the same names with \
                       its sender, until the time below, or until you release it; then the next rule \
                       that matches decides, or none.";

/// Rows that a question names before it counts the rest.
const NAMED: usize = 20;

/// What the page shows.
pub struct Held {
    /// Some removed routes.
    pub page: HeldPage,
    /// What was searched for.
    pub search: String,
    /// Whether these are not the first.
    pub is_later: bool,
    /// What was just done.
    pub notice: Option<Notice>,
    /// What was not done, and why.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page.
#[must_use]
pub fn held_page(frame: &Frame, held: Held) -> String {
    frame.page(Section::Held, PURPOSE, || {
        let Held {
            page,
            search,
            is_later,
            notice,
            alert,
            now,
        } = held;
        let matching = page.matching;
        let list = if page.rows.is_empty() {
            view! { <Nothing search=search.clone() /> }.into_any()
        } else {
            view! { <Rows page search=search.clone() is_later now /> }.into_any()
        };
        let nothing_at_all = matching == 0 && search.is_empty();
        view! {
            <Done notice return_to=HELD_PATH />
            {alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })}
            <section class="held" aria-label="Held mail">
                {(!nothing_at_all).then(|| view! { <Toolbar search matching /> })}
                {list}
            </section>
        }
        .into_any()
    })
}

/// The page that says why the list could not be shown.
#[must_use]
pub fn failed_page(frame: &Frame, why: &str) -> String {
    frame.page(Section::Held, PURPOSE, || {
        view! {
            <section class="panel panel-failed" role="alert">
                <h2>"The list could not be read"</h2>
                <p>{why.to_owned()}</p>
                <a class="button" href=HELD_PATH>"Try again"</a>
            </section>
        }
        .into_any()
    })
}

/// What is said of a release.
#[must_use]
pub fn released(count: u64) -> String {
    let routes = match count {
        1 => "1 removed route".to_owned(),
        count => format!("{} removed routes", grouped(count)),
    };
    format!(
        "Released {routes}. Postfix tries this mail again when its time comes; \u{201c}postqueue \
         -f\u{201d} hurries it."
    )
}

#[component]
fn Toolbar(search: String, matching: u64) -> impl IntoView {
    let count = match matching {
        1 => "1 removed route".to_owned(),
        count => format!("{} removed routes", grouped(count)),
    };
    view! {
        <div class="toolbar">
            <form class="search" role="search" method="get" action=HELD_PATH>
                <Icon name=IconName::Search />
                <input type="search" name="search" value=search aria-label="Search held mail"
                    placeholder="Search" autocomplete="off" />
                <button type="submit" class="button">"Search"</button>
            </form>
            <p class="count">{count}</p>
        </div>
    }
}

#[component]
fn Nothing(search: String) -> impl IntoView {
    let content = if search.is_empty() {
        view! {
            <p class="none-title">"No mail is held"</p>
            <p>
                "When a route is deleted, mail that is still queued for it, and new mail for the same \
                 names, waits for 5 days, so that it is not delivered past its smart host."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="none-title">{format!("No removed route matches \u{201c}{search}\u{201d}")}</p>
            <p><a href=HELD_PATH>"Clear the search"</a></p>
        }
        .into_any()
    };
    view! { <div class="panel held-none">{content}</div> }
}

#[component]
fn Rows(page: HeldPage, search: String, is_later: bool, now: Timestamp) -> impl IntoView {
    let next = page
        .rows
        .last()
        .filter(|_| page.has_next)
        .map(|row| next_href(&search, &row.value.pattern));
    let first = is_later.then(|| list_href(&search));
    let locked = why_not(Permission::EditRouting).is_some();
    view! {
        <ul class="steps">
            {page.rows.into_iter().map(|row| view! { <Row row now /> }).collect_view()}
        </ul>
        <div class="held-foot">
            <form id="selection" method="get" action=RELEASE_PATH>
                <button type="submit" class="button" disabled=locked aria-describedby=locked.then_some(WHY_NOT)>
                    "Release ticked"
                </button>
                <WhyNot permission=Permission::EditRouting />
            </form>
            <nav aria-label="Pages">
                {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
                {next.map(|href| view! { <a class="button" href=href>"Next page"</a> })}
            </nav>
        </div>
    }
}

#[component]
fn Row(row: Stored<Tombstone>, now: Timestamp) -> impl IntoView {
    let held = row.value;
    let id = row.id.0;
    let name = name(&held.pattern);
    let locked = why_not(Permission::EditRouting).is_some();
    let by = if held.removed_by == By::LOCAL {
        String::new()
    } else {
        format!(" by {}", held.removed_by)
    };
    let removed = view! {
        "Removed "
        <Time now at=held.removed_at />
        {format!("{by}, held until ")}
    };
    view! {
        <li class="step">
            <input type="checkbox" name="row" value=id form="selection" autocomplete="off" disabled=locked
                aria-label=format!("Select {name}") />
            <div class="step-body">
                <p>
                    <span class="name">{name.clone()}</span>
                    " "
                    {scope(held.pattern.scope).map(|words| view! { <span class="badge">{words}</span> })}
                    " "
                    <span class="badge">"removed, holding queued mail"</span>
                </p>
                <p class="step-advice">
                    {removed}
                    <Time now at=held.until />
                </p>
                <p>
                    <a href=explain::href(&example(&held.pattern))>"Where will mail go?"</a>
                </p>
            </div>
            {if locked {
                view! {
                    <button type="button" class="button" disabled aria-describedby=WHY_NOT
                        aria-label=format!("Release {name}")>
                        "Release"
                    </button>
                }
                .into_any()
            } else {
                view! {
                    <a class="button" href=format!("{RELEASE_PATH}?row={id}") aria-label=format!("Release {name}")>
                        "Release"
                    </a>
                }
                .into_any()
            }}
        </li>
    }
}

/// A moment as people say it, with the exact one beside it.
#[component]
fn Time(now: Timestamp, at: Timestamp) -> impl IntoView {
    let exact = at.to_string();
    let readable = exact.replace('T', " ").replace('Z', " UTC");
    view! {
        <time datetime=exact title=readable.clone()>
            {format!("{readable} ({})", age(now, at))}
        </time>
    }
}

/// A name in every form that people meet.
fn name(pattern: &Pattern) -> String {
    let dot = if pattern.scope == Scope::Subdomains {
        "."
    } else {
        ""
    };
    match pattern.domain.to_unicode() {
        Some(unicode) => format!("{dot}{unicode} ({pattern})"),
        None => pattern.to_string(),
    }
}

fn scope(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Domain => None,
        Scope::Subdomains => Some("subdomains only"),
        Scope::Both => Some("and subdomains"),
    }
}

/// A domain that the pattern covers.
fn example(pattern: &Pattern) -> String {
    match pattern.scope {
        Scope::Subdomains => format!("any.{}", pattern.domain),
        Scope::Domain | Scope::Both => pattern.domain.to_string(),
    }
}

fn list_href(search: &str) -> String {
    if search.is_empty() {
        HELD_PATH.to_owned()
    } else {
        format!(
            "{HELD_PATH}?search={}",
            utf8_percent_encode(search, NON_ALPHANUMERIC)
        )
    }
}

/// The rows after this one.
fn next_href(search: &str, after: &Pattern) -> String {
    let search = utf8_percent_encode(search, NON_ALPHANUMERIC);
    let (domain, scope) = (&after.domain, after.scope);
    format!("{HELD_PATH}?search={search}&after={domain}&scope={scope}")
}

/// The question before these are released.
#[must_use]
pub fn release_page(frame: &Frame, rows: &[Stored<Tombstone>]) -> String {
    frame.page(Section::Held, "", || {
        let question = match rows {
            [row] => format!("Release mail for {}?", name(&row.value.pattern)),
            rows => format!("Release mail for {} removed routes?", rows.len()),
        };
        let ids = rows.iter().map(|row| ("row", row.id.0.to_string())).collect();
        let names = (rows.len() > 1).then(|| named(rows));
        view! {
            <section class="panel" aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <div>
                    <p class="dialog-question">{question}</p>
                    {names}
                </div>
                <p class="dialog-note">
                    "At Postfix\u{2019}s next attempt, the next rule that matches decides where it goes; if \
                     there is none, it goes to the domain\u{2019}s own mail servers."
                </p>
                <form class="form-buttons" method="post" action=RELEASE_PATH>
                    <HiddenFields pairs=ids />
                    <a class="button" href=HELD_PATH>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"OK"</button>
                </form>
            </section>
        }
        .into_any()
    })
}

fn named(rows: &[Stored<Tombstone>]) -> impl IntoView + use<> {
    let names: Vec<_> = rows
        .iter()
        .take(NAMED)
        .map(|row| (name(&row.value.pattern), scope(row.value.pattern.scope)))
        .collect();
    let rest = rows.len().saturating_sub(NAMED);
    view! {
        <ul class="dialog-list">
            {names
                .into_iter()
                .map(|(name, scope)| {
                    view! {
                        <li>
                            <span class="name">{name}</span>
                            " "
                            {scope.map(|words| view! { <span class="badge">{words}</span> })}
                        </li>
                    }
                })
                .collect_view()}
            {(rest > 0).then(|| view! { <li>{format!("and {rest} more")}</li> })}
        </ul>
    }
}
