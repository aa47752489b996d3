//! What was just done, with the button that takes it back.

use leptos::prelude::*;

use crate::notice::UNDO_PATH;
use crate::panel::HiddenFields;
use crate::wire::Notice;

/// Says what was just done; where that can be taken back, with a button for it.
#[component]
pub(super) fn Done(
    /// What to say.
    notice: Option<Notice>,
    /// The page to which the browser goes once it was taken back.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    notice.map(|notice| {
        let Notice {
            done, notes, undo, ..
        } = notice;
        let has_notes = !notes.is_empty();
        let notes = notes
            .into_iter()
            .map(|note| view! { <p class="toast-note">{note}</p> })
            .collect_view();
        let undo = undo.map(|change| {
            let pairs = vec![("change", change.to_string()), ("return_to", return_to)];
            view! {
                <form method="post" action=UNDO_PATH>
                    <HiddenFields pairs />
                    <button type="submit" class="button button-quiet">"Undo"</button>
                </form>
            }
        });
        view! {
            <div class="toast held-done" class:toast-notes=has_notes role="status">
                <div>
                    <p>{done}</p>
                    {notes}
                </div>
                {undo}
            </div>
        }
    })
}
