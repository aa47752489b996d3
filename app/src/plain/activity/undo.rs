//! The question before a change is taken back.

use leptos::prelude::*;
use store::{Act, Change, Timestamp};

use super::list::undo_href;
use super::parts::{Alert, Details, Made};
use super::{ACTIVITY_PATH, UNDO_PATH};
use crate::listing::grouped;
use crate::operations::PASSWORDS_STAY;
use crate::panel::HiddenFields;
use crate::plain::Frame;
use crate::shell::Section;

/// Changes that the question names before it counts the rest.
const NAMED: usize = 20;

/// What the question is about.
pub struct Undo {
    /// The act.
    pub act: Act,
    /// The change that was chosen.
    pub change: Change,
    /// Only this change is meant.
    pub only: bool,
    /// Whether a password would stay as it is.
    pub password_stays: bool,
    /// Why it cannot be undone, if it cannot.
    pub why_not: Option<String>,
    /// The present moment.
    pub now: Timestamp,
}

/// The page.
#[must_use]
pub fn undo_page(frame: &Frame, undo: Undo) -> String {
    frame.subpage(Section::Activity, "Undo", "", || {
        let Undo {
            act,
            change,
            only,
            password_stays,
            why_not,
            now,
        } = undo;
        let alone = only || act.count == 1;
        let question = if alone {
            format!("Undo \u{201c}{}\u{201d}?", change.title())
        } else {
            format!(
                "Undo all {} changes that were made together?",
                grouped(act.count)
            )
        };
        let rest = act.count.saturating_sub(NAMED as u64);
        let what = if alone {
            view! { <Details details=change.details() /> }.into_any()
        } else {
            let titles = act.entries.iter().take(NAMED).map(Change::title);
            view! {
                <ul class="dialog-list">
                    {titles.map(|title| view! { <li>{title}</li> }).collect_view()}
                    {(rest > 0).then(|| view! { <li>{format!("and {} more", grouped(rest))}</li> })}
                </ul>
            }
            .into_any()
        };
        let mut pairs = vec![("change", change.id.to_string())];
        if only {
            pairs.push(("only", "1".to_owned()));
        }
        let other = (act.count > 1).then(|| {
            let words = if only {
                "Undo all that was changed together"
            } else {
                "Undo only this one"
            };
            view! { <p><a href=undo_href(change.id, !only)>{words}</a></p> }
        });
        let can = why_not.is_none();
        let ok = can
            .then(|| view! { <button type="submit" class="button button-primary">"OK"</button> });
        view! {
            <Alert alert=why_not />
            <section class="panel" aria-labelledby="confirmation">
                <h2 id="confirmation">"Confirmation"</h2>
                <div>
                    <p class="dialog-question">{question}</p>
                    {what}
                    <Made change=change.clone() now />
                </div>
                {(can && password_stays).then(|| view! { <p class="dialog-note">{PASSWORDS_STAY}</p> })}
                {other}
                <form class="form-buttons" method="post" action=UNDO_PATH>
                    <HiddenFields pairs />
                    <a class="button" href=ACTIVITY_PATH>{if can { "Cancel" } else { "Back" }}</a>
                    {ok}
                </form>
            </section>
        }
        .into_any()
    })
}
