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
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};

use list::ListPage;
use listing::Listing;
use pages::{DEFAULT_ROUTING_PATH, DefaultRoutingPage, NotFoundPage};
use session::{SignInDialog, provide_session_watch};
use shell::KeepTitle;

/// The content of the pages that come to life.
#[component]
pub fn App() -> impl IntoView {
    provide_session_watch();
    view! {
        <Router>
            <KeepTitle />
            <CurrentPage />
        </Router>
        <SignInDialog />
    }
}

/// The page at the present path.
///
/// The router's own table of routes is made for paths with parameters, and nested: it would be a
/// tenth of what the browser downloads.
#[component]
fn CurrentPage() -> impl IntoView {
    let path = use_location().pathname;
    let browser = use_context::<BrowserUrl>();
    Effect::new(move || {
        path.track();
        // The address changes once the page has.
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
    });
    move || {
        let path = path.get();
        let listing = Listing::ALL
            .into_iter()
            .find(|listing| listing.path() == path);
        match listing {
            Some(listing) => view! { <ListPage listing /> }.into_any(),
            None if path == DEFAULT_ROUTING_PATH => view! { <DefaultRoutingPage /> }.into_any(),
            None => view! { <NotFoundPage /> }.into_any(),
        }
    }
}

/// The id of the element in which [`App`] stands.
pub const CONTENT: &str = "content";

/// Marks the document as alive, so that a test can wait for it instead of for time.
pub fn mark_alive() {
    if let Some(html) = document().document_element() {
        // Fails only for a name that is no attribute name.
        let _ = html.set_attribute("data-alive", "true");
    }
}
