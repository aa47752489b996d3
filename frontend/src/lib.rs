//! The WebAssembly entry: brings the page that the server sent to life.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page and marks the document, so that a test can wait for it.
#[wasm_bindgen]
pub fn hydrate() {
    let content = leptos::prelude::document().get_element_by_id(app::CONTENT);
    if let Some(content) = content.and_then(|content| content.dyn_into().ok()) {
        leptos::mount::hydrate_from(content, app::App).forget();
        app::mark_alive();
    }
}
