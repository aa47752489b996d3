//! The layout of every page: bar, side navigation, content.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::theme::ThemeSwitch;
use super::title::KeepTitle;
use crate::icon::{Icon, IconName};
use crate::listing::Listing;

/// A part of the console that the side navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Where mail for which domain goes.
    Domains,
    /// How the gateway signs in to smart hosts, and what it demands of their encryption.
    SmartHostSettings,
    /// What decides about the mail for an address.
    Explain,
    /// The connection test.
    Test,
    /// Mail that waits because its route was removed.
    Held,
    /// Whether Postfix obeys.
    Gateway,
    /// Who changed what, and taking it back.
    Activity,
}

impl Section {
    const ALL: [Self; 7] = [
        Self::Domains,
        Self::SmartHostSettings,
        Self::Explain,
        Self::Test,
        Self::Held,
        Self::Gateway,
        Self::Activity,
    ];

    /// Its name in the navigation.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Domains => "Domains",
            Self::SmartHostSettings => "Smart host settings",
            Self::Explain => "Where will mail go?",
            Self::Test => "Test connection",
            Self::Held => "Held mail",
            Self::Gateway => "Gateway health",
            Self::Activity => "Activity",
        }
    }

    /// Where it begins.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Domains => Listing::SmartHosts.path(),
            Self::SmartHostSettings => "/smtp/smart-host-settings",
            Self::Explain => "/smtp/explain",
            Self::Test => "/smtp/test",
            Self::Held => "/smtp/held",
            Self::Gateway => "/smtp/gateway",
            Self::Activity => "/activity",
        }
    }

    /// Whether its pages come to life in the browser. A link to one that does not leads out of the
    /// living page, and so does every link out of it.
    fn is_alive(self) -> bool {
        self == Self::Domains
    }
}

/// Bar, side navigation and content.
///
/// The navigation is a popover: on a phone it opens from the menu button without any script, on a
/// wide screen the style sheet keeps it beside the content.
#[component]
pub(crate) fn Layout(
    /// The part of the console that the page belongs to.
    section: Section,
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
            <a class="brand" href=Section::Domains.path()>
                <Mark />
                "Smart Hosts"
            </a>
            <ThemeSwitch />
        </header>
        <nav id="navigation" class="side" aria-label="Main" popover="auto" on:click=|_| close_menu()>
            <h2 class="side-group">"SMTP"</h2>
            <ul>
                {Section::ALL
                    .map(|each| {
                        view! {
                            <li>
                                <a
                                    class="side-link"
                                    href=each.path()
                                    rel=(!each.is_alive()).then_some("external")
                                    aria-current=(each == section).then_some("true")
                                >
                                    {each.name()}
                                </a>
                            </li>
                        }
                    })
                    .into_iter()
                    .collect_view()}
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
