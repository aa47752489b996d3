//! The icons. Their drawings stand in the style sheet, in `style/icons.css`.

use leptos::prelude::*;

use crate::html::Html;

macro_rules! icons {
    ($($(#[doc = $doc:literal])* $name:ident $class:literal,)*) => {
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
            /// The classes of an element that shows it.
            const fn class(self) -> &'static str {
                match self {
                    $(Self::$name => $class,)*
                }
            }
        }

        #[cfg(test)]
        const ALL: &[IconName] = &[$(IconName::$name,)*];
    };
}

icons! {
    /// Sorted, smallest first.
    Ascending "icon icon-ascending",
    /// A cross that closes.
    Close "icon icon-close",
    /// The dark scheme.
    Dark "icon icon-dark",
    /// A bin.
    Delete "icon icon-delete",
    /// Sorted, largest first.
    Descending "icon icon-descending",
    /// A pencil.
    Edit "icon icon-edit",
    /// An arrow out of a tray.
    Export "icon icon-export",
    /// A question: what decides?
    Explain "icon icon-explain",
    /// To the first page.
    First "icon icon-first",
    /// A tick.
    Good "icon icon-good",
    /// An arrow into a tray.
    Import "icon icon-import",
    /// To the last page.
    Last "icon icon-last",
    /// The light scheme.
    Light "icon icon-light",
    /// Three lines.
    Menu "icon icon-menu",
    /// To the next page.
    Next "icon icon-next",
    /// To the previous page.
    Previous "icon icon-previous",
    /// A magnifying glass.
    Search "icon icon-search",
    /// A dash.
    Skipped "icon icon-skipped",
    /// The scheme of the system.
    System "icon icon-system",
    /// A plug: is there a connection?
    Test "icon icon-test",
    /// Can be sorted.
    Unsorted "icon icon-unsorted",
    /// A triangle with an exclamation mark.
    Warning "icon icon-warning",
}

impl IconName {
    /// Writes it, as [`Icon`] shows it.
    pub(crate) fn write(self, html: &mut Html) {
        html.raw("<span class=\"")
            .raw(self.class())
            .raw("\"></span>");
    }
}

/// An icon beside or inside something that has a name already; screen readers have nothing to read in it.
#[component]
pub(crate) fn Icon(
    /// Which icon.
    name: IconName,
) -> impl IntoView {
    view! { <span class=name.class()></span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_shown_where_it_is_drawn() {
        let sheet = include_str!("../../style/icons.css");
        for (number, icon) in ALL.iter().enumerate() {
            let (_, name) = icon.class().split_once(" icon-").unwrap();
            let at = number * 20;
            let drawing = format!("<path id='{name}' transform='translate({at})' d='");
            let place = if at == 0 {
                "0".to_owned()
            } else {
                format!("-{at}px")
            };
            let rule = format!("\n.icon-{name} {{ mask-position: {place} 0 }}\n");
            assert!(sheet.contains(&drawing), "{name}");
            assert!(sheet.contains(&rule), "{name}");
        }
        let width = ALL.len() * 20;
        assert!(sheet.contains(&format!("/ {width}px 16px url(")));
        assert!(sheet.contains(&format!("viewBox='0 0 {width} 16'")));
        assert_eq!(sheet.matches("<path").count(), ALL.len());
        assert_eq!(sheet.matches("mask-position").count(), ALL.len());
    }
}
