//! The colour scheme: the system's unless the person chose one.

use std::str::FromStr;

use leptos::prelude::*;

use crate::address::Here;
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
}

/// The switch between the schemes.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let current = use_context::<Theme>().unwrap_or_default();
    let here = use_context::<Here>().map(|Here(here)| here);
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
                            aria-pressed=(current == theme).to_string()
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

/// The `Set-Cookie` value that keeps a choice for a year.
#[must_use]
pub fn theme_cookie(theme: Theme) -> String {
    format!(
        "{THEME_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Strict",
        theme.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_itself_keeps_a_choice_as_the_server_does() {
        let cookie = theme_cookie(Theme::Dark).replace("=dark;", "=${chosen.value};");
        assert!(include_str!("frame.js").contains(&cookie), "{cookie}");
    }
}
