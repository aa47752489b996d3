//! The mark before a line: good, bad or neither, in shape and in words as well as in colour.

use leptos::prelude::*;

use crate::icon::{Icon, IconName};

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkAs {
    /// As it should be.
    Good,
    /// Somebody should know.
    Warning,
    /// Not as it should be.
    Bad,
    /// Neither.
    Nothing,
}

impl MarkAs {
    /// The class of what it stands before.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "step-ok",
            Self::Warning => "step-warning",
            Self::Bad => "step-failure",
            Self::Nothing => "step-skipped",
        }
    }
}

/// A mark, with the word for whoever does not see it.
#[component]
pub(super) fn Mark(mark: MarkAs, word: &'static str) -> impl IntoView {
    let icon = match mark {
        MarkAs::Good => IconName::Good,
        MarkAs::Warning => IconName::Warning,
        MarkAs::Bad => IconName::Close,
        MarkAs::Nothing => IconName::Skipped,
    };
    view! {
        <span class="step-mark">
            <Icon name=icon />
            <span class="visually-hidden">{word}</span>
        </span>
    }
}
