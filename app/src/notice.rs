//! How the page says what happened.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::dom;
use crate::icon::{Icon, IconName};
use crate::session::SessionWatch;
use crate::wire::Notice;

/// The path to which the form of a toast is posted without JavaScript.
pub(crate) const UNDO_PATH: &str = "/activity/undo";

/// Says what was just done, politely, until it is dismissed or something else is done; with a button
/// that takes it back.
#[component]
pub(crate) fn Toast(
    /// What to say.
    notice: RwSignal<Option<Notice>>,
    /// Where to say why it could not be taken back.
    alert: RwSignal<Option<String>>,
    /// Where a browser without JavaScript goes once it was taken back.
    #[prop(into)]
    return_to: Signal<String>,
    /// Reads anew what the page shows.
    reload: Callback<()>,
) -> impl IntoView {
    let session = SessionWatch::current();
    let undo = move |change| {
        alert.set(None);
        spawn_local(async move {
            match session.asking(|| api::undo(change)).await {
                Ok(undone) => notice.set(Some(undone)),
                Err(error) => {
                    notice.set(None);
                    alert.set(Some(error.message()));
                }
            }
            reload.run(());
        });
    };
    view! {
        <div class="toast-place" role="status">
            {move || {
                notice
                    .get()
                    .map(|said| {
                        let has_notes = !said.notes.is_empty();
                        let undo = said
                            .undo
                            .map(|change| {
                                view! {
                                    <form
                                        method="post"
                                        action=UNDO_PATH
                                        on:submit=move |event| {
                                            event.prevent_default();
                                            undo(change);
                                        }
                                    >
                                        <input type="hidden" name="change" value=change />
                                        <input type="hidden" name="return_to" value=return_to.get_untracked() />
                                        <button type="submit" class="button button-quiet">
                                            "Undo"
                                        </button>
                                    </form>
                                }
                            });
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
                                {undo}
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
