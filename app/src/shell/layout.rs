//! The layout of every page: bar, side navigation, content.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::theme::ThemeSwitch;
use super::title::KeepTitle;
use crate::icon::{Icon, IconName};
use crate::listing::Listing;

/// Bar, side navigation and content.
///
/// The navigation is a popover: on a phone it opens from the menu button without any script, on a
/// wide screen the style sheet keeps it beside the content.
#[component]
pub(crate) fn Layout(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <KeepTitle />
        <a class="skip" href="#content" rel="external">
            "Skip to content"
        </a>
        <header class="bar">
            <button
                type="button"
                class="icon-button menu-button"
                popovertarget="navigation"
                aria-label="Menu"
            >
                <Icon name=IconName::Menu />
            </button>
            <a class="brand" href="/">
                <Mark />
                "Smart Hosts"
            </a>
            <ThemeSwitch />
        </header>
        <nav id="navigation" class="side" aria-label="Main" popover="auto" on:click=|_| close_menu()>
            <h2 class="side-group">"SMTP"</h2>
            <ul>
                <li>
                    <a class="side-link" href=Listing::SmartHosts.path() aria-current="true">
                        "Domains"
                    </a>
                </li>
            </ul>
        </nav>
        <main id="content" tabindex="-1">
            {children()}
        </main>
    }
}

/// Closes the menu of a phone after a link in it was followed inside the page.
fn close_menu() {
    if let Some(menu) = document()
        .get_element_by_id("navigation")
        .and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // It throws where the menu is not open, as on a wide screen.
        let _ = menu.hide_popover();
    }
}

/// The product's mark: mail that takes the way it is told.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <rect width="24" height="24" rx="6" />
            <path d="M5 8.5h5.5c3 0 2 7 5 7H19m-2.6-2.7 2.7 2.7-2.7 2.7M15 8.5h4" />
        </svg>
    }
}
