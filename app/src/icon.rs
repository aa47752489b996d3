//! The icons, drawn on a grid of 16 by 16 with strokes of 1.5. Every page carries each drawing once, and
//! shows it wherever it is wanted.

use leptos::prelude::*;

use crate::html::Html;

macro_rules! icons {
    ($($(#[doc = $doc:literal])* $name:ident $href:literal $path:literal,)*) => {
        /// Which icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(
            not(feature = "ssr"),
            allow(dead_code, reason = "some stand only on what the server alone draws")
        )]
        pub(crate) enum IconName {
            $($(#[doc = $doc])* $name,)*
        }

        impl IconName {
            /// Where in the document the drawing is.
            const fn href(self) -> &'static str {
                match self {
                    $(Self::$name => $href,)*
                }
            }
        }

        /// Where in the document each drawing is, and its path.
        #[cfg(feature = "ssr")]
        const DRAWINGS: &[(&str, &str)] = &[$(($href, $path),)*];
    };
}

icons! {
    /// Sorted, smallest first.
    Ascending "#icon-ascending" "M4.5 9.5 8 6l3.5 3.5",
    /// A cross that closes.
    Close "#icon-close" "m4 4 8 8m0-8-8 8",
    /// The dark scheme.
    Dark "#icon-dark" "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z",
    /// A bin.
    Delete "#icon-delete" "M2.5 4.5h11M6 4.5v-2h4v2m-6 0 .6 9h6.8l.6-9M6.8 7v4m2.4-4v4",
    /// Sorted, largest first.
    Descending "#icon-descending" "M4.5 6.5 8 10l3.5-3.5",
    /// A pencil.
    Edit "#icon-edit" "m10.2 3.3 2.5 2.5M3 13l.6-3 7-7a1 1 0 0 1 1.4 0l1 1a1 1 0 0 1 0 1.4l-7 7L3 13Z",
    /// An arrow out of a tray.
    Export "#icon-export" "M8 10V2.5m0 0L5 5.5m3-3 3 3M2.5 9.5v4h11v-4",
    /// A question: what decides?
    Explain "#icon-explain" "M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1v.4m0 2v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
    /// To the first page.
    First "#icon-first" "M4 3.5v9m8-9L7.5 8l4.5 4.5",
    /// A tick.
    Good "#icon-good" "m3 8.5 3.2 3.2L13 5",
    /// An arrow into a tray.
    Import "#icon-import" "M8 2.5V10m0 0L5 7m3 3 3-3M2.5 9.5v4h11v-4",
    /// To the last page.
    Last "#icon-last" "M12 3.5v9m-8-9L8.5 8 4 12.5",
    /// The light scheme.
    Light "#icon-light" "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1m0 11v1M1.5 8h1m11 0h1M3.4 \
                 3.4l.7.7m7.8 7.8.7.7m0-9.2-.7.7m-7.8 7.8-.7.7",
    /// Three lines.
    Menu "#icon-menu" "M2.5 4h11m-11 4h11m-11 4h11",
    /// To the next page.
    Next "#icon-next" "m6 3.5 4.5 4.5L6 12.5",
    /// To the previous page.
    Previous "#icon-previous" "M10 3.5 5.5 8l4.5 4.5",
    /// A magnifying glass.
    Search "#icon-search" "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2",
    /// A dash.
    Skipped "#icon-skipped" "M4 8h8",
    /// The scheme of the system.
    System "#icon-system" "M2 3h12v8H2V3Zm4 10.5h4M8 11v2.5",
    /// A plug: is there a connection?
    Test "#icon-test" "M6 2v3m4-3v3M4 5h8v2.5a4 4 0 0 1-8 0V5Zm4 6.5V14",
    /// Can be sorted.
    Unsorted "#icon-unsorted" "M5 6.2 8 3.2l3 3M5 9.8l3 3 3-3",
    /// A triangle with an exclamation mark.
    Warning "#icon-warning" "M8 2.5 14.2 13H1.8L8 2.5Zm0 4v3m0 1.6v.4",
}

impl IconName {
    /// Writes it, as [`Icon`] shows it.
    pub(crate) fn write(self, html: &mut Html) {
        html.raw("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"")
            .raw(self.href())
            .raw("\"></use></svg>");
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

    static SYMBOLS: LazyLock<String> = LazyLock::new(|| {
        let mut html = Html::default();
        for (href, path) in DRAWINGS {
            html.raw("<symbol viewBox=\"0 0 16 16\" id=\"")
                .raw(&href[1..])
                .raw("\"><path d=\"")
                .raw(path)
                .raw("\"></path></symbol>");
        }
        html.into_text()
    });
    view! { <svg class="drawings" aria-hidden="true" inner_html=SYMBOLS.as_str()></svg> }
}
