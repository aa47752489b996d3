//! The WebAssembly entry: brings the page that the server sent to life.

use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page and marks the document, so that a test can wait for it.
#[wasm_bindgen]
pub fn hydrate() {
    app::come_to_life();
}
