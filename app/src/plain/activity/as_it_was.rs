//! As it was at a moment: the difference from now, and bringing it back.

use access::Permission;
use leptos::prelude::*;
use store::{Counts, Difference, DifferencePage, ObjectKey, Timestamp};

use super::parts::{Alert, Details, readable};
use super::{ACTIVITY_PATH, AS_IT_WAS_PATH, RESTORE_PATH};
use crate::listing::grouped;
use crate::operations::PASSWORDS_STAY;
use crate::panel::{HiddenFields, WHY_NOT, WhyNot};
use crate::plain::Frame;
use crate::shell::{Section, why_not};

const PURPOSE: &str =
    "Choose a moment to see what is otherwise now, and bring back all of it or some.";

/// What the page shows.
pub struct AsItWas {
    /// The moment, as it was typed.
    pub at: String,
    /// The difference, once a moment has been chosen.
    pub shown: Option<Shown>,
    /// What was not done, and why.
    pub alert: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The difference from a moment.
pub struct Shown {
    /// Some of it.
    pub page: DifferencePage,
    /// Whether these are not the first.
    pub is_later: bool,
}

/// The page.
#[must_use]
pub fn as_it_was_page(frame: &Frame, as_it_was: AsItWas) -> String {
    frame.subpage(Section::Activity, "As it was at", PURPOSE, || {
        let AsItWas {
            at,
            shown,
            alert,
            now,
        } = as_it_was;
        view! {
            <Alert alert />
            <form class="panel form" method="get" action=AS_IT_WAS_PATH>
                <div class="form-fields">
                    <div class="field">
                        <label for="at">"Moment (UTC)"</label>
                        <input
                            type="text"
                            id="at"
                            name="at"
                            value=at
                            placeholder=readable(now).trim_end_matches(" UTC").to_owned()
                            autocomplete="off"
                            spellcheck="false"
                        />
                    </div>
                </div>
                <div class="form-buttons">
                    <button type="submit" class="button button-primary">"Show"</button>
                    <a class="button button-quiet" href=ACTIVITY_PATH>"Choose from the activity"</a>
                </div>
            </form>
            {shown.map(|shown| view! { <Differences shown /> })}
        }
        .into_any()
    })
}

#[component]
fn Differences(shown: Shown) -> impl IntoView {
    let Shown { page, is_later } = shown;
    let (change, latest) = (page.change, page.latest.0);
    let counts = words(page.counts);
    if page.counts.all() == 0 {
        return view! {
            <div class="panel held-none">
                <p class="none-title">"Nothing is otherwise"</p>
                <p>{format!("Everything is as it was after entry {change}.")}</p>
            </div>
        }
        .into_any();
    }
    let here = format!("{AS_IT_WAS_PATH}?after={change}");
    let next = page.rows.last().filter(|_| page.has_next).map(|row| {
        let ObjectKey { kind, id } = row.key;
        format!("{here}&beyond={}:{id}", kind.as_str())
    });
    let first = is_later.then(|| here.clone());
    let locked = why_not(Permission::EditSmartHosts).is_some();
    view! {
        <section class="held activity" aria-label="Difference">
            <div class="toolbar">
                <p class="count">{format!("Since entry {change}: {counts}")}</p>
            </div>
            <ol class="steps">
                {page.rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}
            </ol>
            <div class="held-foot">
                <form id="selection" class="form-buttons" method="get" action=RESTORE_PATH>
                    <HiddenFields pairs=vec![
                        ("after", change.to_string()),
                        ("seen", latest.to_string()),
                    ] />
                    <button type="submit" class="button" disabled=locked
                        aria-describedby=locked.then_some(WHY_NOT)>
                        "Restore ticked"
                    </button>
                    <button type="submit" class="button" name="all" value="1" disabled=locked
                        aria-describedby=locked.then_some(WHY_NOT)>
                        "Restore all"
                    </button>
                    {locked.then(|| view! {
                        <p class="form-hint">"Restoring may bring back settings of smart hosts."</p>
                    })}
                    <WhyNot permission=Permission::EditSmartHosts />
                </form>
                <nav aria-label="Pages">
                    {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
                    {next.map(|href| view! { <a class="button" href=href>"Next page"</a> })}
                </nav>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Row(row: Difference) -> impl IntoView {
    let title = row.title();
    let key = format!("{}:{}", row.key.kind.as_str(), row.key.id);
    view! {
        <li class="step">
            <input
                type="checkbox"
                name="object"
                value=key
                form="selection"
                autocomplete="off"
                aria-label=format!("Select {}", row.name)
            />
            <div class="step-body">
                <p class="step-title">{title}</p>
                <Details details=row.details() />
            </div>
        </li>
    }
}

/// Counts in words: "2 added, 1 changed, 3 deleted".
fn words(counts: Counts) -> String {
    format!(
        "{} added, {} changed, {} deleted",
        grouped(counts.added),
        grouped(counts.changed),
        grouped(counts.removed)
    )
}

/// The question before it is brought back: everything, if no objects are named.
#[must_use]
pub fn restore_page(frame: &Frame, page: &DifferencePage, objects: &[String]) -> String {
    frame.subpage(Section::Activity, "Restore", "", || {
        let question = match objects.len() {
            0 => format!("Restore everything as it was after entry {}?", page.change),
            1 => format!("Restore 1 object as it was after entry {}?", page.change),
            count => format!("Restore {count} objects as they were after entry {}?", page.change),
        };
        let counts = objects.is_empty().then(|| {
            view! { <p class="dialog-note">{format!("Since then: {}.", words(page.counts))}</p> }
        });
        let mut pairs = vec![
            ("after", page.change.to_string()),
            ("seen", page.latest.0.to_string()),
        ];
        if objects.is_empty() {
            pairs.push(("all", "1".to_owned()));
        }
        pairs.extend(objects.iter().map(|object| ("object", object.clone())));
        view! {
            <section class="panel" aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <p class="dialog-question">{question}</p>
                {counts}
                <p class="dialog-note">
                    "What was added since goes, what was deleted comes back, what was changed is what it \
                     was; all at once or not at all. It can be undone. "
                    {PASSWORDS_STAY}
                </p>
                <form class="form-buttons" method="post" action=RESTORE_PATH>
                    <HiddenFields pairs />
                    <a class="button" href=format!("{AS_IT_WAS_PATH}?after={}", page.change)>"Cancel"</a>
                    <button type="submit" class="button button-danger-solid">"OK"</button>
                </form>
            </section>
        }
        .into_any()
    })
}
