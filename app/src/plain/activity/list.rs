//! The list of changes, newest first.

use leptos::prelude::*;
use store::{Action, Change, HistoryPage, ObjectKind, Timestamp};

use super::lines::lines_link;
use super::parts::{Alert, Details, Done, Made};
use super::{
    ACTIVITY_EXPORT_PATH, ACTIVITY_PATH, AS_IT_WAS_PATH, COMMAND_LINE, Filters, UNDO_PATH,
};
use crate::operations::needed_to_undo;
use crate::plain::Frame;
use crate::shell::{Section, why_not};

const PURPOSE: &str = "Every change: who made it, when, from where, and what it was before. Each can be \
                       undone as long as nothing has changed since that stands in the way.";

/// What the page shows.
pub struct Activity {
    /// Some changes.
    pub page: HistoryPage,
    /// What is filtered.
    pub filters: Filters,
    /// The names of those who may sign in now.
    pub people: Vec<String>,
    /// The act that has just taken a change back.
    pub undone: Option<i64>,
    /// The act that has just brought back what was at a moment.
    pub restored: Option<i64>,
    /// Whether a password stayed as it is.
    pub password_stays: bool,
    /// What was not done, and why.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page.
#[must_use]
pub fn activity_page(frame: &Frame, activity: Activity) -> String {
    frame.page(Section::Activity, PURPOSE, || {
        let Activity {
            page,
            filters,
            people,
            undone,
            restored,
            password_stays,
            alert,
            now,
        } = activity;
        let done = undone
            .map(|act| ("Undone.", act))
            .or(restored.map(|act| ("Restored.", act)));
        let done = done.map(|(what, act)| {
            let stays = if password_stays {
                " Passwords stay as they are now."
            } else {
                ""
            };
            view! {
                {format!("{what}{stays} ")}
                <a href=undo_href(act, false)>"Undo"</a>
            }
            .into_any()
        });
        view! {
            <Done done />
            <Alert alert />
            <FilterForm filters=filters.clone() people />
            <section class="held activity" aria-label="Activity">
                <Entries page filters now />
            </section>
        }
        .into_any()
    })
}

/// Where a change, or the whole act to which it belongs, is taken back.
pub(super) fn undo_href(change: i64, only: bool) -> String {
    let only = if only { "&only=1" } else { "" };
    format!("{UNDO_PATH}?change={change}{only}")
}

#[component]
fn FilterForm(filters: Filters, people: Vec<String>) -> impl IntoView {
    let people = std::iter::once(COMMAND_LINE.to_owned()).chain(people);
    let export = filters.href(ACTIVITY_EXPORT_PATH, None);
    let kinds = ObjectKind::ALL.map(|kind| {
        let selected = filters.kind == kind.as_str();
        view! { <option value=kind.as_str() selected=selected>{capitalised(kind.label())}</option> }
    });
    let clear = filters
        .are_set()
        .then(|| view! { <a class="button button-quiet" href=ACTIVITY_PATH>"Clear"</a> });
    view! {
        <form class="panel form activity-filter" role="search" method="get" action=ACTIVITY_PATH>
            <div class="form-fields">
                <FilterField
                    name="person"
                    label="Person"
                    value=filters.person.clone()
                    placeholder=""
                    list="people"
                />
                <datalist id="people">
                    {people.map(|name| view! { <option value=name></option> }).collect_view()}
                </datalist>
                <FilterField
                    name="object"
                    label="Object"
                    value=filters.object.clone()
                    placeholder="example*"
                />
                <div class="field">
                    <label for="kind">"Kind"</label>
                    <select id="kind" name="kind" autocomplete="off">
                        <option value="">"All"</option>
                        {kinds.into_iter().collect_view()}
                    </select>
                </div>
                <FilterField
                    name="from"
                    label="From (UTC)"
                    value=filters.from.clone()
                    placeholder="2026-01-31 23:59"
                />
                <FilterField
                    name="until"
                    label="Before (UTC)"
                    value=filters.until.clone()
                    placeholder="2026-02-01"
                />
            </div>
            <div class="form-buttons">
                <button type="submit" class="button">"Filter"</button>
                {clear}
                <a class="button button-quiet" href=export>"Export"</a>
                <a class="button button-quiet" href=AS_IT_WAS_PATH>"As it was at\u{2026}"</a>
            </div>
        </form>
    }
}

#[component]
fn FilterField(
    name: &'static str,
    label: &'static str,
    value: String,
    placeholder: &'static str,
    /// The id of what may be chosen.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                type="text"
                id=name
                name=name
                value=value
                placeholder=placeholder
                list=list
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
            />
        </div>
    }
}

#[component]
fn Entries(page: HistoryPage, filters: Filters, now: Timestamp) -> impl IntoView {
    if page.entries.is_empty() {
        let words = if filters.are_set() {
            view! {
                <p class="none-title">"No change matches"</p>
                <p><a href=ACTIVITY_PATH>"Show all activity"</a></p>
            }
            .into_any()
        } else {
            view! {
                <p class="none-title">"Nothing has been changed yet"</p>
                <p>"Every change will stand here, with who made it and what it was before."</p>
            }
            .into_any()
        };
        return view! { <div class="panel held-none">{words}</div> }.into_any();
    }
    let newer = page.entries.first().filter(|_| page.has_newer);
    let newer = newer.map(|entry| filters.href(ACTIVITY_PATH, Some(("after", entry.id))));
    let older = page.entries.last().filter(|_| page.has_older);
    let older = older.map(|entry| filters.href(ACTIVITY_PATH, Some(("before", entry.id))));
    let undone = page.undone;
    view! {
        <ol class="steps">
            {page
                .entries
                .into_iter()
                .map(|entry| {
                    let undone = undone.get(&entry.id).copied();
                    view! { <Entry entry undone now /> }
                })
                .collect_view()}
        </ol>
        <nav class="held-foot" aria-label="Pages">
            {newer.map(|href| view! { <a class="button" href=href>"Newer"</a> })}
            {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
        </nav>
    }
    .into_any()
}

#[component]
fn Entry(entry: Change, undone: Option<i64>, now: Timestamp) -> impl IntoView {
    let title = entry.title();
    let together = (entry.act != entry.id)
        .then(|| view! { " " <span class="badge">{format!("with {}", entry.act)}</span> });
    let undone =
        undone.map(|by| view! { " " <span class="badge">{format!("undone by {by}")}</span> });
    let before = is_about_mail(entry.kind).then(|| {
        let href = format!("{AS_IT_WAS_PATH}?after={}", entry.act - 1);
        view! { <p><a href=href>"As it was before this"</a></p> }
    });
    view! {
        <li class="step" id=format!("entry-{}", entry.id)>
            <div class="step-body">
                <p>
                    <span class="step-title">{title.clone()}</span>
                    {together}
                    {undone}
                </p>
                <Details details=entry.details() />
                <Made change=entry.clone() now />
                {lines_link(&entry)}
                {before}
            </div>
            {undo_button(&entry, &title)}
        </li>
    }
}

/// Whether "as it was" shows such objects.
const fn is_about_mail(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Route
            | ObjectKind::ManagedDomain
            | ObjectKind::DefaultRouting
            | ObjectKind::SmartHost
            | ObjectKind::Tombstone
    )
}

/// Whether it changed anything that could be put back: of secrets nothing is kept.
fn can_ever_be_undone(entry: &Change) -> bool {
    match entry.kind {
        ObjectKind::SignIn | ObjectKind::History => false,
        ObjectKind::User => !entry.is_of_secrets_only() && entry.action() != Action::Deleted,
        _ => true,
    }
}

/// What leads to the question, or says why not.
fn undo_button(entry: &Change, title: &str) -> AnyView {
    if !can_ever_be_undone(entry) {
        return ().into_any();
    }
    let label = format!("Undo: {title}, entry {}", entry.id);
    match why_not(needed_to_undo(entry.kind)) {
        None => view! {
            <a class="button" href=undo_href(entry.id, false) aria-label=label>"Undo"</a>
        }
        .into_any(),
        Some(why) => view! {
            <button type="button" class="button" disabled title=why aria-label=label>"Undo"</button>
        }
        .into_any(),
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
