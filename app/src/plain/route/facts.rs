//! How far a route has come: saved, published, asked for.

use leptos::prelude::*;
use routing::Route;
use store::{Action, Asked, By, Change, Timestamp};

use crate::operations::Publication;
use crate::plain::age::times;
use crate::plain::command::{Ago, Command};
use crate::plain::gateway::GATEWAY_PATH;

#[component]
pub(super) fn Facts(
    route: Route,
    change: Option<Change>,
    publication: Publication,
    asked: Option<Asked>,
    now: Timestamp,
) -> impl IntoView {
    let changed_at = change.as_ref().map(|change| change.at);
    let Route {
        pattern,
        comment,
        enabled,
        ..
    } = route;
    let comment = comment.to_string();
    view! {
        <dl class="facts">
            <dt>"Applies to"</dt>
            <dd>{pattern.scope.label()}</dd>
            <dt>"State"</dt>
            <dd>
                {if enabled { "Enabled" } else { "Disabled: it stays in the list and decides nothing" }}
            </dd>
            {(!comment.is_empty()).then(|| view! { <dt>"Comment"</dt> <dd>{comment}</dd> })}
            <dt>"Saved"</dt>
            <dd>{saved(change, now)}</dd>
            <dt>"Published"</dt>
            <dd>{published(publication)}</dd>
            <dt>"Seen by Postfix"</dt>
            <dd>{seen(asked, changed_at, now)}</dd>
        </dl>
    }
}

fn saved(change: Option<Change>, now: Timestamp) -> AnyView {
    let Some(change) = change else {
        return view! { "Longer ago than the log of changes reaches back" }.into_any();
    };
    let what = if change.action() == Action::Added {
        "added"
    } else {
        "changed"
    };
    let by = if change.actor == By::LOCAL {
        "on this machine".to_owned()
    } else {
        format!("by {}", change.actor)
    };
    view! { <Ago now at=change.at /> {format!(", {what} {by}")} }.into_any()
}

fn published(publication: Publication) -> AnyView {
    match publication {
        Publication::Yes => view! { "Yes: Postfix is answered as saved" }.into_any(),
        Publication::NotYet => view! {
            <span class="badge badge-warning">"Not yet"</span>
            " Postfix is still answered as before"
        }
        .into_any(),
        Publication::NobodyAnswers => view! {
            "No: no look-up service runs on this data folder, so nobody answers Postfix. See "
            <a href=GATEWAY_PATH>"Gateway health"</a>
        }
        .into_any(),
        Publication::Unknown => {
            view! { "It cannot be found out; the console\u{2019}s log says why" }.into_any()
        }
    }
}

/// Whether Postfix has asked since the last change. What came before was for another answer.
fn seen(asked: Option<Asked>, changed_at: Option<Timestamp>, now: Timestamp) -> AnyView {
    let Some(Asked { count, last_at }) = asked else {
        return view! { "Not asked for yet" }.into_any();
    };
    let times = times(count);
    if changed_at.is_none_or(|changed| last_at >= changed) {
        view! { {format!("Asked for {times} in all, last ")} <Ago now at=last_at /> }.into_any()
    } else {
        view! { {format!("Not since it was saved; before that {times}, last ")} <Ago now at=last_at /> }
            .into_any()
    }
}

/// When a change takes effect, as it was measured (docs/postfix.md, "What happens when").
#[component]
pub(super) fn Delays() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="delays">
            <h2 id="delays">"When Postfix follows a change"</h2>
            <ul class="delays">
                <li>
                    "A new message: at once. Where sender and recipient are those of the message before, \
                    within 30 s."
                </li>
                <li>
                    "A recipient that was refused a moment ago: when that SMTP process ends. To hurry:"
                    <Command line="sudo postfix reload" />
                </li>
                <li>
                    "Mail that waits in the queue: at its next attempt, in 5 to 67 minutes. To hurry:"
                    <Command line="sudo postqueue -f" />
                </li>
                <li>"A password or a TLS policy: with the next connection."</li>
            </ul>
        </section>
    }
}
