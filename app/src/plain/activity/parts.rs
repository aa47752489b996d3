//! What the pages of activity have in common.

use leptos::prelude::*;
use store::{By, Change, Detail, Timestamp};

use super::COMMAND_LINE;
use crate::plain::age::age;

/// What has changed, field by field: what it was and what it became.
#[component]
pub(in crate::plain) fn Details(details: Vec<Detail>) -> impl IntoView {
    let row = |detail: Detail| {
        let Detail {
            label,
            before,
            after,
        } = detail;
        let arrow = before.is_some() && after.is_some();
        view! {
            <div>
                <dt>{label}</dt>
                <dd>
                    {before
                        .map(|before| {
                            view! {
                                <del>
                                    {arrow.then(|| view! { <span class="visually-hidden">"before: "</span> })}
                                    {before}
                                </del>
                            }
                        })}
                    {arrow.then(|| view! { <span aria-hidden="true">" \u{2192} "</span> })}
                    {after
                        .map(|after| {
                            view! {
                                <ins>
                                    {arrow.then(|| view! { <span class="visually-hidden">"after: "</span> })}
                                    {after}
                                </ins>
                            }
                        })}
                </dd>
            </div>
        }
    };
    (!details.is_empty()).then(|| {
        view! { <dl class="changes">{details.into_iter().map(row).collect_view()}</dl> }
    })
}

/// Who, from where and when.
#[component]
pub(super) fn Made(change: Change, now: Timestamp) -> impl IntoView {
    let Change {
        id,
        at,
        actor,
        origin,
        ..
    } = change;
    let who = who(actor);
    view! {
        <p class="step-advice">
            {format!("{who}, from {origin}, ")}
            <Moment now at />
            {format!(", entry {id}")}
        </p>
    }
}

/// The author of a change.
fn who(actor: String) -> String {
    if actor == By::LOCAL {
        COMMAND_LINE.to_owned()
    } else {
        actor
    }
}

/// A moment as people say it, with the exact one beside it.
#[component]
pub(super) fn Moment(now: Timestamp, at: Timestamp) -> impl IntoView {
    let exact = at.to_string();
    let readable = readable(at);
    view! {
        <time datetime=exact title=readable.clone()>
            {format!("{readable} ({})", age(now, at))}
        </time>
    }
}

/// A moment as it is shown and typed.
pub(super) fn readable(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', " UTC")
}

/// What was just done.
#[component]
pub(super) fn Done(done: Option<AnyView>) -> impl IntoView {
    done.map(|done| view! { <div class="toast held-done" role="status"><p>{done}</p></div> })
}

/// Why something was not done.
#[component]
pub(super) fn Alert(alert: Option<String>) -> impl IntoView {
    alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })
}
