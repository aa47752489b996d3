//! The export dialog: which format, and whether all or what the search shows.

use leptos::prelude::*;
use routing::Format;

use super::footer::KeptState;
use super::model::ListModel;
use crate::dialog::Dialog;
use crate::dom;

/// The dialog before a list is downloaded.
#[component]
pub(super) fn ExportDialog(model: ListModel) -> impl IntoView {
    let open = Signal::derive(move || model.exporting.get());
    view! {
        <Dialog title="Export" open on_close=move || model.close_export()>
            {move || model.exporting.get().then(|| view! { <Choices model /> })}
        </Dialog>
    }
}

#[component]
fn Choices(model: ListModel) -> impl IntoView {
    let listing = model.listing;
    let plain = model.state.get_untracked().plain();
    let search = plain.search.clone();
    // They change under the open dialog when a search was still on its way.
    let total = move || listing.count(model.page.with(|page| page.total));
    let matching = move || listing.count(model.page.with(|page| page.matching));
    view! {
        <form
            id="export"
            method="get"
            action=listing.export_path()
            // Another page says why there is no file, and this one stays with what is typed into it.
            // Where there is a file, the browser closes that page again.
            target="_blank"
            // The answer is a download: the page stays, so the dialog is closed here.
            on:submit=move |_| set_timeout(move || model.close_export(), std::time::Duration::ZERO)
        >
            {if search.is_empty() {
                view! { <p class="dialog-question">{move || format!("Download {} as a file.", total())}</p> }.into_any()
            } else {
                view! {
                    <fieldset>
                        <legend>"Which"</legend>
                        <label class="choice">
                            <input type="radio" name="q" value="" checked />
                            <span>{move || format!("All {}", total())}</span>
                        </label>
                        <label class="choice">
                            <input type="radio" name="q" value=search.clone() />
                            <span>
                                {move || {
                                    let match_ = if model.page.with(|page| page.matching) == 1 {
                                        "matches"
                                    } else {
                                        "match"
                                    };
                                    format!("The {} that {match_} \u{201c}{search}\u{201d}", matching())
                                }}
                            </span>
                        </label>
                    </fieldset>
                }
                    .into_any()
            }}
            <fieldset>
                <legend>"Format"</legend>
                {listing
                    .file()
                    .formats()
                    .into_iter()
                    .map(|format| {
                        view! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="format"
                                    value=format.to_string()
                                    checked=format == Format::Text
                                />
                                <span>{format.label()}</span>
                                <span class="also">{listing.file().file_name(format)}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
        </form>
        <form
            id="cancel-export"
            method="get"
            action=listing.path()
            on:submit=move |event| {
                event.prevent_default();
                dom::once_shown(move || model.close_export());
            }
        >
            <KeptState model />
        </form>
        <div class="dialog-buttons">
            <button type="submit" form="cancel-export" class="button">
                "Cancel"
            </button>
            <button type="submit" form="export" class="button button-primary" autofocus>
                "OK"
            </button>
        </div>
    }
}
