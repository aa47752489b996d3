//! What an import would do, before it is done.

use leptos::prelude::*;
use store::{ImportMode, Preview};

use super::about::{AgainForm, CancelForm};
use super::rows::ShownRows;
use super::{About, IMPORT_COMMIT_PATH, Shown, import_href, page};
use crate::listing::{Listing, grouped};
use crate::panel::HiddenFields;
use crate::plain::Frame;

/// What an import would do.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The file.
    pub about: About,
    /// What it would do.
    pub preview: Preview,
    /// Which check has said so, so that only what was seen is done.
    pub check: u64,
    /// What is shown of it.
    pub shown: Shown,
    /// What was not done, and why.
    pub alert: Option<String>,
}

/// The page.
#[must_use]
pub fn checked_page(frame: &Frame, checked: Checked) -> String {
    let path = import_href(&checked.about.id);
    page(frame, checked.about.listing, &path, false, || {
        let Checked {
            about,
            preview,
            check,
            shown,
            alert,
        } = checked;
        let id = about.id.clone();
        view! {
            {alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })}
            <section class="panel import-question" aria-labelledby="import-file">
                <h2 id="import-file">{about.title()}</h2>
                <p>{about.how()}</p>
                <p class="dialog-question">{question(about.listing, &preview)}</p>
                <CommitForm about=about.clone() preview check />
                <details>
                    <summary>"Read it otherwise"</summary>
                    <AgainForm about />
                </details>
            </section>
            <ShownRows id preview shown />
        }
        .into_any()
    })
}

/// Whether anything would be done.
const fn is_idle(preview: &Preview) -> bool {
    preview.added == 0 && preview.changed == 0 && preview.removed == 0
}

/// What is asked: "Add 5 routes, change 1 and remove 2? 3 lines are left out."
fn question(listing: Listing, preview: &Preview) -> String {
    let counts = [
        ("add", preview.added),
        ("change", preview.changed),
        ("remove", preview.removed),
    ];
    let mut parts: Vec<_> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(verb, count)| format!("{verb} {}", listing.count(count)))
        .collect();
    let last = parts.pop();
    let what = match last {
        None => format!(
            "Nothing would change: {} already there.",
            are(listing, preview.same)
        ),
        Some(last) => {
            let all = if parts.is_empty() {
                last
            } else {
                format!("{} and {last}", parts.join(", "))
            };
            let mut letters = all.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).chain(['?']).collect()
        }
    };
    match preview.refused {
        0 => what,
        1 => format!("{what} 1 line is left out."),
        refused => format!("{what} {} lines are left out.", grouped(refused)),
    }
}

fn are(listing: Listing, count: u64) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", listing.count(count))
}

#[component]
fn CommitForm(about: About, preview: Preview, check: u64) -> impl IntoView {
    let idle = is_idle(&preview);
    let pairs = vec![("id", about.id.clone()), ("check", check.to_string())];
    let skip = (about.mode == ImportMode::Replace && preview.refused > 0 && !idle).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="skip_refused" value="1" required />
                <span>"Remove also what the refused lines may have named"</span>
            </label>
        }
    });
    view! {
        <form id="commit" method="post" action=IMPORT_COMMIT_PATH>
            <HiddenFields pairs />
            {skip}
        </form>
        <div class="form-buttons">
            <button type="submit" form="commit" class="button button-primary" disabled=idle
                aria-describedby=idle.then_some("import-file")>"Import"</button>
            <CancelForm id=about.id />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_all_that_is_done() {
        let preview = |added, changed, removed, same, refused| Preview {
            added,
            changed,
            removed,
            same,
            refused,
            ..Preview::default()
        };
        for (preview, words) in [
            (preview(1, 0, 0, 9, 0), "Add 1 route?"),
            (
                preview(0, 2, 1, 0, 1),
                "Change 2 routes and remove 1 route? 1 line is left out.",
            ),
            (
                preview(1_000, 2, 3, 0, 4_000),
                "Add 1,000 routes, change 2 routes and remove 3 routes? 4,000 lines are left out.",
            ),
            (
                preview(0, 0, 0, 1, 0),
                "Nothing would change: 1 route is already there.",
            ),
        ] {
            assert_eq!(question(Listing::SmartHosts, &preview), words);
        }
    }
}
