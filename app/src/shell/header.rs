//! The head of the pages under SMTP, Domains: where you are, and the tabs.

use leptos::prelude::*;

use crate::list_state::ListState;
use crate::listing::Listing;
use crate::pages::{DEFAULT_ROUTING_PATH, DEFAULT_ROUTING_TITLE};

/// Breadcrumb, tabs, heading and one sentence of what the page is for.
#[component]
pub(crate) fn DomainsHeader(
    /// The page's name: its heading and its tab.
    title: &'static str,
    /// One sentence.
    purpose: &'static str,
) -> impl IntoView {
    let tabs = [
        (
            Listing::ManagedDomains.title(),
            ListState::default().href(Listing::ManagedDomains.path()),
        ),
        (DEFAULT_ROUTING_TITLE, DEFAULT_ROUTING_PATH.to_owned()),
        (
            Listing::SmartHosts.title(),
            ListState::default().href(Listing::SmartHosts.path()),
        ),
    ];
    view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol>
                    <li>"SMTP"</li>
                    <li>"Domains"</li>
                    <li aria-current="page">{title}</li>
                </ol>
            </nav>
            <nav class="tabs" aria-label="Domains">
                {tabs
                    .map(|(name, href)| {
                        let current = (name == title).then_some("page");
                        view! {
                            <a href=href aria-current=current>
                                {name}
                            </a>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </nav>
            <h1>{title}</h1>
            <p class="purpose">{purpose}</p>
        </div>
    }
}
