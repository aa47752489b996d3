//! The address of a living page: what its query says, and how that changes without loading the page anew.
//!
//! A link to the same page with another query is followed in place; every other link is the browser's.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::dom;

/// Path and query for which the server draws a page.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub(crate) struct Here(pub(crate) String);

/// The query of the page's address, without its question mark.
#[derive(Clone, Copy)]
pub(crate) struct Address(RwSignal<String>);

impl Address {
    /// The address of this page, made by [`provide_address`].
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// What the query is now.
    pub(crate) fn query(self) -> String {
        self.0.get()
    }

    /// Goes to an address of this page, in place of the present one or beside it.
    pub(crate) fn go(self, href: &str, replace: bool) {
        if let Ok(history) = window().history() {
            // Fails only where addresses are changed a hundred times a second: then the last one stays.
            let _ = if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(href))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(href))
            };
        }
        self.read();
    }

    /// Takes over what the browser shows as the address.
    fn read(self) {
        let query = in_browser();
        if self.0.with_untracked(|now| *now != query) {
            self.0.set(query);
        }
    }

    /// Follows a link of the page to itself, unless somebody else does.
    fn follow(self, event: &ev::MouseEvent) {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if event.default_prevented() || event.button() != 0 || !plain {
            return;
        }
        let link = dom::target_in(event, "a[href]");
        let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok())
        else {
            return;
        };
        let location = window().location();
        let is_here =
            Ok(link.origin()) == location.origin() && Ok(link.pathname()) == location.pathname();
        if !is_here
            || !link.target().is_empty()
            || link.has_attribute("download")
            || link.rel() == "external"
        {
            return;
        }
        event.prevent_default();
        // Where it leads by then: a search may have begun.
        dom::once_shown(move || {
            // As a browser does it, the same place is not a place to go back to.
            let is_same = Ok(link.href()) == location.href();
            self.go(&link.href(), is_same);
            if link.hash().is_empty() && !link.has_attribute("data-noscroll") {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        });
    }
}

/// Reads the address, and follows it and the page's links from then on.
pub(crate) fn provide_address() {
    #[cfg(feature = "ssr")]
    let query = use_context::<Here>()
        .and_then(|Here(here)| Some(here.split_once('?')?.1.to_owned()))
        .unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    let query = in_browser();
    let address = Address(RwSignal::new(query));
    if cfg!(feature = "hydrate") {
        // For as long as there is a page.
        drop(window_event_listener(ev::popstate, move |_| address.read()));
        drop(window_event_listener(ev::click, move |event| {
            address.follow(&event);
        }));
    }
    provide_context(address);
}

fn in_browser() -> String {
    let search = window().location().search().unwrap_or_default();
    search.strip_prefix('?').unwrap_or_default().to_owned()
}
