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
pub mod shell;
pub mod wire;

use leptos::prelude::*;
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::path;

use list::ListPage;
use listing::Listing;
use pages::{DefaultRoutingPage, NotFoundPage};
use shell::{Layout, Section};

/// The console: every page inside its layout.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Layout section=Section::Domains>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=First />
                    <Route path=path!("/smtp") view=First />
                    <Route path=path!("/smtp/domains") view=First />
                    <Route
                        path=path!("/smtp/domains/smart-hosts")
                        view=|| view! { <ListPage listing=Listing::SmartHosts /> }
                    />
                    <Route
                        path=path!("/smtp/domains/managed-domains")
                        view=|| view! { <ListPage listing=Listing::ManagedDomains /> }
                    />
                    <Route path=path!("/smtp/domains/default-domain-routing") view=DefaultRoutingPage />
                </Routes>
            </Layout>
        </Router>
    }
}

/// The addresses above the pages lead to the first thing a person comes for.
#[component]
fn First() -> impl IntoView {
    view! { <Redirect path=Listing::SmartHosts.path() /> }
}

/// Marks the document as alive, so that a test can wait for it instead of for time.
pub fn mark_alive() {
    if let Some(html) = document().document_element() {
        // Fails only for a name that is no attribute name.
        let _ = html.set_attribute("data-alive", "true");
    }
}
