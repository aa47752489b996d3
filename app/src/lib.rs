//! What the administrator sees and asks for: pages, components and server functions.
//!
//! Compiled twice: with `ssr` for the server, which renders whole pages, and with `hydrate` for the
//! browser, which brings them to life. Never both at once.

// The type of a view is as deep as the page it draws.
#![recursion_limit = "512"]
#![allow(
    unreachable_pub,
    clippy::must_use_candidate,
    reason = "the component macro writes public items, and the view macro uses what they return"
)]

mod address;
pub mod api;
mod codec;
mod dialog;
mod dom;
pub mod error;
#[cfg(feature = "ssr")]
pub mod forms;
mod html;
mod icon;
mod list;
pub mod list_state;
pub mod listing;
mod notice;
#[cfg(feature = "ssr")]
pub mod operations;
mod pages;
mod panel;
#[cfg(feature = "ssr")]
pub mod plain;
mod session;
pub mod shell;
pub mod wire;

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::tachys::{hydration::Cursor, view::PositionState};
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsCast;

use address::provide_address;
use list::ListPage;
use pages::DefaultRoutingPage;
use session::{SignInDialog, provide_session_watch};
use wire::First;

/// The content of a page that comes to life.
#[component]
pub fn App(
    /// What it is first drawn from.
    first: First,
) -> impl IntoView {
    provide_address();
    provide_session_watch();
    view! {
        {match first {
            First::List(listing, opening) => view! { <ListPage listing opening /> }.into_any(),
            First::DefaultRouting(opening) => view! { <DefaultRoutingPage opening /> }.into_any(),
        }}
        <SignInDialog />
    }
}

/// Brings the page that the server sent to life, from the data in its document, and marks the document as
/// alive, so that a test can wait for it.
///
/// As leptos' `hydrate_from` does it, but for what that has of resources, of which there are none.
#[cfg(feature = "hydrate")]
pub fn come_to_life() {
    let content = document().get_element_by_id(CONTENT);
    let first = document()
        .get_element_by_id(FIRST)
        .and_then(|first| serde_json::from_str(&first.text_content()?).ok());
    let (Some(content), Some(first)) = (content, first) else {
        return;
    };
    // Fails only if it is there already.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new_root(None);
    let page = owner.with(|| {
        let app = App(AppProps { first }).into_view();
        let cursor = Cursor::new(content.unchecked_into());
        app.hydrate::<true>(&cursor, &PositionState::default())
    });
    dom::note_awake();
    dom::keep_order();
    // They live as long as the document.
    std::mem::forget((owner, page));
    if let Some(html) = document().document_element() {
        // Fails only for a name that is no attribute name.
        let _ = html.set_attribute("data-alive", "true");
    }
}

/// The id of the element in which [`App`] stands.
pub const CONTENT: &str = "content";

/// The id of the element that holds what the page is first drawn from.
const FIRST: &str = "first";
