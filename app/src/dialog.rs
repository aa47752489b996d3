//! The one kind of dialog.

use leptos::html;
use leptos::prelude::*;

use crate::dom;

/// A modal dialog with a title.
///
/// From the server it comes as an open `<dialog>` on the page, whose buttons are plain forms; in a
/// living page it is modal: the rest of the page is inert, Escape closes it, and the focus returns to
/// where it was.
#[component]
pub(crate) fn Dialog(
    /// Its heading and accessible name.
    title: &'static str,
    /// Whether it is open.
    open: Signal<bool>,
    /// Called when the person closes it by Escape.
    on_close: impl Fn() + Copy + 'static,
    /// What it says and asks; redrawn by the caller whenever it opens.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = format!("dialog-{}", title.to_ascii_lowercase().replace(' ', "-"));
    let labelled_by = heading.clone();
    Effect::new(move || {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if dialog.matches(":modal").unwrap_or(false) == open {
            return;
        }
        // A dialog that came open from the server is not modal yet.
        dialog.close();
        if open {
            // Fails only for an element that is no longer in the page.
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            aria-labelledby=labelled_by
            open=open.get_untracked()
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                dom::once_shown(on_close);
            }
        >
            <h2 id=heading>{title}</h2>
            {children()}
        </dialog>
    }
}
