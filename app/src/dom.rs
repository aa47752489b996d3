//! The few things that are asked of the browser directly. On the server they do nothing.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What a person typed into a field before the page came to life, so that waking up loses nothing.
///
/// None on the server, and in the browser once the first page is alive.
pub(crate) fn typed_before_hydration(id: &str) -> Option<String> {
    if !hydrating() {
        return None;
    }
    let element = document().get_element_by_id(id)?;
    match element.dyn_into::<web_sys::HtmlInputElement>() {
        Ok(input) => Some(input.value()),
        Err(other) => other
            .dyn_into::<web_sys::HtmlSelectElement>()
            .ok()
            .map(|select| select.value()),
    }
}

/// Whether a person ticked a box before the page came to life.
///
/// False on the server, and in the browser once the first page is alive.
pub(crate) fn ticked_before_hydration(name: &str, value: &str) -> bool {
    let ticked = || {
        // Fails only for a selector that cannot be read.
        let boxes = format!("input[name='{name}'][value='{value}']:checked");
        document()
            .query_selector(&boxes)
            .is_ok_and(|found| found.is_some())
    };
    hydrating() && ticked()
}

fn hydrating() -> bool {
    Owner::current_shared_context()
        .is_some_and(|context| context.is_browser() && context.during_hydration())
}

/// Moves the focus to an element once the page has been redrawn.
pub(crate) fn focus_soon(id: String) {
    if cfg!(feature = "hydrate") {
        request_animation_frame(move || {
            if let Some(element) = document()
                .get_element_by_id(&id)
                .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
            {
                // An element that cannot take the focus leaves it where it is.
                let _ = element.focus();
            }
        });
    }
}

/// Moves the focus to the first of these elements that is there once the page has been redrawn.
pub(crate) fn focus_first_soon(ids: Vec<String>) {
    if cfg!(feature = "hydrate") {
        request_animation_frame(move || {
            if let Some(id) = ids
                .into_iter()
                .find(|id| document().get_element_by_id(id).is_some())
            {
                focus_soon(id);
            }
        });
    }
}

/// Brings an element into view once the page has been redrawn, moving as little as possible.
pub(crate) fn reveal_soon(id: String) {
    if cfg!(feature = "hydrate") {
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
}
