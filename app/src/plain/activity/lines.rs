//! The lines of an entry that stands for many rows.

use access::Permission;
use leptos::prelude::*;
use store::{Change, LinesPage, PageSize, Timestamp};

use super::list::undo_href;
use super::parts::{Details, Made};
use super::{ACTIVITY_PATH, LINES_PATH};
use crate::listing::grouped;
use crate::plain::Frame;
use crate::shell::{Section, why_not};

const PURPOSE: &str = "Every row that was changed at once. Undo takes back all of them, or one.";

/// The address of the lines of an entry, after one of them.
#[must_use]
pub fn lines_href(entry: i64, after: Option<i64>) -> String {
    let after = after.map_or_else(String::new, |after| format!("&after={after}"));
    format!("{LINES_PATH}?entry={entry}{after}")
}

/// The page; `after` is the line after which it begins, if it is not the first one.
#[must_use]
pub fn lines_page(frame: &Frame, page: LinesPage, after: Option<i64>, now: Timestamp) -> String {
    frame.subpage(Section::Activity, "Lines", PURPOSE, || {
        let LinesPage {
            entry,
            lines,
            has_next,
        } = page;
        let id = entry.id;
        let size = i64::try_from(PageSize::default().get()).unwrap_or(i64::MAX);
        let previous = after.map(|after| lines_href(id, Some(after.saturating_sub(size))));
        let next = lines.last().filter(|_| has_next);
        let next = next.map(|line| lines_href(id, Some(line.id)));
        let may_undo = why_not(Permission::EditRouting).is_none();
        let undo = may_undo.then(|| {
            view! { <a class="button" href=undo_href(id, false)>"Undo all"</a> }
        });
        let lines = lines
            .into_iter()
            .map(|line| view! { <Line line may_undo /> });
        view! {
            <section class="panel" aria-labelledby="entry">
                <h2 id="entry">{entry.title()}</h2>
                <Made change=entry now />
                <div class="form-buttons">
                    {undo}
                    <a class="button button-quiet" href=ACTIVITY_PATH>"Back"</a>
                </div>
            </section>
            <section class="held activity" aria-label="Lines">
                <ol class="steps">{lines.collect_view()}</ol>
                <nav class="held-foot" aria-label="Pages">
                    {previous.map(|href| view! { <a class="button" href=href>"Previous page"</a> })}
                    {next.map(|href| view! { <a class="button" href=href>"Next page"</a> })}
                </nav>
            </section>
        }
        .into_any()
    })
}

#[component]
fn Line(line: Change, may_undo: bool) -> impl IntoView {
    let title = line.title();
    let number = format!("entry {}", line.id);
    let label = format!("Undo: {title}, {number}");
    let undo = may_undo.then(|| {
        view! { <a class="button" href=undo_href(line.id, true) aria-label=label>"Undo"</a> }
    });
    view! {
        <li class="step" id=format!("entry-{}", line.id)>
            <div class="step-body">
                <p>
                    <span class="step-title">{title}</span>
                    " "
                    <span class="also">{number}</span>
                </p>
                <Details details=line.details() />
            </div>
            {undo}
        </li>
    }
}

/// Leads to the lines of an entry, if it has any.
pub(super) fn lines_link(entry: &Change) -> Option<impl IntoView + use<>> {
    let batch = entry.batch()?;
    let count = batch.added + batch.changed + batch.removed;
    let words = format!("Show its {} lines", grouped(count));
    let href = lines_href(entry.id, None);
    Some(view! { <p><a href=href>{words}</a></p> })
}
