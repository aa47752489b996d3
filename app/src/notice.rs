//! How the page says what happened.

use leptos::prelude::*;

use crate::dom;
use crate::icon::{Icon, IconName};
use crate::wire::Notice;

/// Says what was just done, politely, until it is dismissed or something else is done.
#[component]
pub(crate) fn Toast(
    /// What to say.
    notice: RwSignal<Option<Notice>>,
) -> impl IntoView {
    view! {
        <div class="toast-place" role="status">
            {move || {
                notice
                    .get()
                    .map(|said| {
                        let has_notes = !said.notes.is_empty();
                        view! {
                            <div class="toast" class:toast-notes=has_notes>
                                <div>
                                    <p>
                                        {said.done}
                                        {said
                                            .link
                                            .map(|link| {
                                                view! {
                                                    " "
                                                    <a href=link.href rel="external">
                                                        {link.text}
                                                    </a>
                                                }
                                            })}
                                    </p>
                                    {said
                                        .notes
                                        .into_iter()
                                        .map(|note| view! { <p class="toast-note">{note}</p> })
                                        .collect_view()}
                                </div>
                                <button
                                    type="button"
                                    class="icon-button script-only"
                                    aria-label="Dismiss"
                                    on:click=move |_| {
                                        notice.set(None);
                                        dom::focus_content_soon();
                                    }
                                >
                                    <Icon name=IconName::Close />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// Says what went wrong with the page as a whole; what is wrong with a field stands beside it.
#[component]
pub(crate) fn AlertBanner(
    /// What to say.
    alert: RwSignal<Option<String>>,
    /// What else went wrong, with what can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="alert-place" role="alert">
            {children.map(|children| children())}
            {move || {
                alert
                    .get()
                    .map(|message| {
                        view! {
                            <div class="alert">
                                <p>{message}</p>
                                <button
                                    type="button"
                                    class="icon-button script-only"
                                    aria-label="Dismiss"
                                    on:click=move |_| {
                                        alert.set(None);
                                        dom::focus_content_soon();
                                    }
                                >
                                    <Icon name=IconName::Close />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
