//! The icons, drawn on a grid of 16 by 16 with strokes of 1.5. Every page carries each drawing once, and
//! shows it wherever it is wanted.

use leptos::prelude::*;

use crate::html::Html;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    /// Sorted, smallest first.
    Ascending,
    /// A cross that closes.
    Close,
    /// The dark scheme.
    #[cfg(feature = "ssr")]
    Dark,
    /// A bin.
    Delete,
    /// Sorted, largest first.
    Descending,
    /// A pencil.
    Edit,
    /// An arrow out of a tray.
    Export,
    /// A question: what decides?
    Explain,
    /// To the first page.
    First,
    /// A tick.
    #[cfg(feature = "ssr")]
    Good,
    /// An arrow into a tray.
    Import,
    /// To the last page.
    Last,
    /// The light scheme.
    #[cfg(feature = "ssr")]
    Light,
    /// Three lines.
    #[cfg(feature = "ssr")]
    Menu,
    /// To the next page.
    Next,
    /// To the previous page.
    Previous,
    /// A magnifying glass.
    Search,
    /// A dash.
    #[cfg(feature = "ssr")]
    Skipped,
    /// The scheme of the system.
    #[cfg(feature = "ssr")]
    System,
    /// A plug: is there a connection?
    Test,
    /// Can be sorted.
    Unsorted,
    /// A triangle with an exclamation mark.
    #[cfg(feature = "ssr")]
    Warning,
}

impl IconName {
    #[cfg(feature = "ssr")]
    const ALL: [Self; 22] = [
        Self::Ascending,
        Self::Close,
        Self::Dark,
        Self::Delete,
        Self::Descending,
        Self::Edit,
        Self::Export,
        Self::Explain,
        Self::First,
        Self::Good,
        Self::Import,
        Self::Last,
        Self::Light,
        Self::Menu,
        Self::Next,
        Self::Previous,
        Self::Search,
        Self::Skipped,
        Self::System,
        Self::Test,
        Self::Unsorted,
        Self::Warning,
    ];

    /// Where in the document the drawing is.
    fn href(self) -> &'static str {
        match self {
            Self::Ascending => "#icon-ascending",
            Self::Close => "#icon-close",
            #[cfg(feature = "ssr")]
            Self::Dark => "#icon-dark",
            Self::Delete => "#icon-delete",
            Self::Descending => "#icon-descending",
            Self::Edit => "#icon-edit",
            Self::Export => "#icon-export",
            Self::Explain => "#icon-explain",
            Self::First => "#icon-first",
            #[cfg(feature = "ssr")]
            Self::Good => "#icon-good",
            Self::Import => "#icon-import",
            Self::Last => "#icon-last",
            #[cfg(feature = "ssr")]
            Self::Light => "#icon-light",
            #[cfg(feature = "ssr")]
            Self::Menu => "#icon-menu",
            Self::Next => "#icon-next",
            Self::Previous => "#icon-previous",
            Self::Search => "#icon-search",
            #[cfg(feature = "ssr")]
            Self::Skipped => "#icon-skipped",
            #[cfg(feature = "ssr")]
            Self::System => "#icon-system",
            Self::Test => "#icon-test",
            Self::Unsorted => "#icon-unsorted",
            #[cfg(feature = "ssr")]
            Self::Warning => "#icon-warning",
        }
    }

    /// Writes it, as [`Icon`] shows it.
    pub(crate) fn write(self, html: &mut Html) {
        html.raw("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"")
            .raw(self.href())
            .raw("\"></use></svg>");
    }

    #[cfg(feature = "ssr")]
    fn path(self) -> &'static str {
        match self {
            Self::Ascending => "M4.5 9.5 8 6l3.5 3.5",
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Dark => "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z",
            Self::Delete => "M2.5 4.5h11M6 4.5v-2h4v2m-6 0 .6 9h6.8l.6-9M6.8 7v4m2.4-4v4",
            Self::Descending => "M4.5 6.5 8 10l3.5-3.5",
            Self::Edit => {
                "m10.2 3.3 2.5 2.5M3 13l.6-3 7-7a1 1 0 0 1 1.4 0l1 1a1 1 0 0 1 0 1.4l-7 7L3 13Z"
            }
            Self::Export => "M8 10V2.5m0 0L5 5.5m3-3 3 3M2.5 9.5v4h11v-4",
            Self::Explain => {
                "M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1v.4m0 2v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0"
            }
            Self::First => "M4 3.5v9m8-9L7.5 8l4.5 4.5",
            Self::Good => "m3 8.5 3.2 3.2L13 5",
            Self::Import => "M8 2.5V10m0 0L5 7m3 3 3-3M2.5 9.5v4h11v-4",
            Self::Last => "M12 3.5v9m-8-9L8.5 8 4 12.5",
            Self::Light => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1m0 11v1M1.5 8h1m11 0h1M3.4 \
                 3.4l.7.7m7.8 7.8.7.7m0-9.2-.7.7m-7.8 7.8-.7.7"
            }
            Self::Menu => "M2.5 4h11m-11 4h11m-11 4h11",
            Self::Next => "m6 3.5 4.5 4.5L6 12.5",
            Self::Previous => "M10 3.5 5.5 8l4.5 4.5",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2",
            Self::Skipped => "M4 8h8",
            Self::System => "M2 3h12v8H2V3Zm4 10.5h4M8 11v2.5",
            Self::Test => "M6 2v3m4-3v3M4 5h8v2.5a4 4 0 0 1-8 0V5Zm4 6.5V14",
            Self::Unsorted => "M5 6.2 8 3.2l3 3M5 9.8l3 3 3-3",
            Self::Warning => "M8 2.5 14.2 13H1.8L8 2.5Zm0 4v3m0 1.6v.4",
        }
    }
}

/// An icon beside or inside something that has a name already; it is hidden from screen readers.
#[component]
pub(crate) fn Icon(
    /// Which icon.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=name.href()></use>
        </svg>
    }
}

/// The drawings of all icons, for every page on which there are any.
#[cfg(feature = "ssr")]
#[component]
pub(crate) fn Drawings() -> impl IntoView {
    use std::sync::LazyLock;

    static DRAWINGS: LazyLock<String> = LazyLock::new(|| {
        let mut html = Html::default();
        for icon in IconName::ALL {
            html.raw("<symbol viewBox=\"0 0 16 16\" id=\"")
                .raw(&icon.href()[1..])
                .raw("\"><path d=\"")
                .raw(icon.path())
                .raw("\"></path></symbol>");
        }
        html.into_text()
    });
    view! { <svg class="drawings" aria-hidden="true" inner_html=DRAWINGS.as_str()></svg> }
}
