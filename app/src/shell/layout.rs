//! The layout of every page: bar, side navigation, content.

use access::Permission;
use leptos::prelude::*;

use super::theme::ThemeSwitch;
use super::visitor::Visitor;
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
    /// Who may sign in.
    People,
    /// The account of whoever is signed in; the bar leads to it.
    Account,
    /// What belongs to none of them.
    Nowhere,
}

impl Section {
    /// What the side navigation lists under SMTP.
    const SMTP: [Self; 6] = [
        Self::Domains,
        Self::SmartHostSettings,
        Self::Explain,
        Self::Test,
        Self::Held,
        Self::Gateway,
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
            Self::People => "People",
            Self::Account => "Your account",
            Self::Nowhere => "",
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
            Self::People => "/people",
            Self::Account => "/account",
            Self::Nowhere => "/",
        }
    }

    /// The group of the navigation that it belongs to.
    pub(crate) fn group(self) -> &'static str {
        match self {
            Self::Activity | Self::People | Self::Account | Self::Nowhere => CONSOLE,
            _ => SMTP,
        }
    }
}

/// The groups of the navigation.
const SMTP: &str = "SMTP";
const CONSOLE: &str = "Console";

/// Bar, side navigation and content. The content comes to life, the rest of it is the server's alone: what
/// moves in it is a few lines of `frame.js`.
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
    let visitor = Visitor::current();
    let manages = visitor
        .as_ref()
        .is_some_and(|visitor| visitor.role.may(Permission::ManagePeople));
    view! {
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
            {visitor.map(|visitor| view! { <Signed visitor section /> })}
        </header>
        <nav id="navigation" class="side" aria-label="Main" popover="auto">
            <h2 class="side-group">{SMTP}</h2>
            <ul>
                {Section::SMTP
                    .map(|each| view! { <SideLink each here=section /> })
                    .into_iter()
                    .collect_view()}
            </ul>
            <h2 class="side-group">{CONSOLE}</h2>
            <ul>
                <SideLink each=Section::Activity here=section />
                {manages.then(|| view! { <SideLink each=Section::People here=section /> })}
            </ul>
        </nav>
        <main id=crate::CONTENT tabindex="-1">
            {children()}
        </main>
    }
}

/// A link of the side navigation.
#[component]
fn SideLink(each: Section, here: Section) -> impl IntoView {
    view! {
        <li>
            <a
                class="side-link"
                href=each.path()
                aria-current=(each == here).then_some("true")
            >
                {each.name()}
            </a>
        </li>
    }
}

/// Who is signed in, with the way to their account and out.
#[component]
fn Signed(visitor: Visitor, section: Section) -> impl IntoView {
    let label = format!("Your account, {} ({})", visitor.name, visitor.role.label());
    view! {
        <div class="signed">
            <a
                class="signed-name"
                href=Section::Account.path()
                aria-label=label
                title=visitor.role.label()
                aria-current=(section == Section::Account).then_some("true")
            >
                {visitor.name}
            </a>
            <form method="post" action="/sign-out">
                <button type="submit" class="button button-quiet">
                    "Sign out"
                </button>
            </form>
        </div>
    }
}

/// The product's mark: mail that takes the way it is told.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <rect width="24" height="24" rx="6" />
            <path d="M5 8.5h5.5c3 0 2 7 5 7H19m-2.6-2.7 2.7 2.7-2.7 2.7M15 8.5h4" />
        </svg>
    }
}
