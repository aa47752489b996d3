//! The colour scheme: the system's unless the person chose one.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::icon::{Icon, IconName};

/// The cookie that remembers the choice.
pub const THEME_COOKIE: &str = "theme";

/// The path to which a choice is posted when there is no JavaScript.
pub const THEME_PATH: &str = "/theme";

/// A colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The text names no colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTheme;

impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(text: &str) -> Result<Self, UnknownTheme> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == text)
            .ok_or(UnknownTheme)
    }
}

impl Theme {
    /// Every scheme, in the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// The scheme's name in the cookie and on the document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "System colours",
            Self::Light => "Light colours",
            Self::Dark => "Dark colours",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::System => IconName::System,
            Self::Light => IconName::Light,
            Self::Dark => IconName::Dark,
        }
    }

    /// The scheme of this page: on the server the request's, in the browser the document's.
    fn current() -> Self {
        if cfg!(feature = "hydrate") {
            document()
                .document_element()
                .and_then(|html| html.get_attribute("data-theme"))
                .and_then(|name| name.parse().ok())
                .unwrap_or_default()
        } else {
            use_context::<Self>().unwrap_or_default()
        }
    }
}

/// The switch between the schemes.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let current = RwSignal::new(Theme::current());
    let location = use_location();
    let here = move || {
        format!(
            "{}{}",
            location.pathname.get(),
            prefixed(&location.search.get())
        )
    };
    let choose = move |theme: Theme| {
        current.set(theme);
        if let Some(html) = document().document_element() {
            // Fails only for a name that is no attribute name.
            let _ = html.set_attribute("data-theme", theme.name());
        }
        remember(theme);
    };
    view! {
        <form class="theme" method="post" action=THEME_PATH aria-label="Colours">
            <input type="hidden" name="return_to" value=here />
            {Theme::ALL
                .map(|theme| {
                    view! {
                        <button
                            type="submit"
                            class="icon-button"
                            name="theme"
                            value=theme.name()
                            aria-label=theme.label()
                            title=theme.label()
                            aria-pressed=move || (current.get() == theme).to_string()
                            on:click=move |event| {
                                event.prevent_default();
                                choose(theme);
                            }
                        >
                            <Icon name=theme.icon() />
                        </button>
                    }
                })
                .into_iter()
                .collect_view()}
        </form>
    }
}

fn prefixed(search: &str) -> String {
    if search.is_empty() {
        String::new()
    } else {
        format!("?{}", search.trim_start_matches('?'))
    }
}

/// Writes the cookie that the server reads for the next page.
fn remember(theme: Theme) {
    use wasm_bindgen::JsCast;
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        let cookie = theme_cookie(theme);
        // Refused only where cookies are switched off: then the choice lasts for this page.
        let _ = document.set_cookie(&cookie);
    }
}

/// The `Set-Cookie` value that keeps a choice for a year.
#[must_use]
pub fn theme_cookie(theme: Theme) -> String {
    format!(
        "{THEME_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Strict",
        theme.name()
    )
}
