//! The HTML document around the app; written by the server only.

use leptos::config::LeptosOptions;
use leptos::prelude::*;

use crate::App;
use crate::shell::title::{TITLE_END, title};
use crate::shell::{Theme, Visitor};

/// The whole document of the page at `path`, with the colour scheme that the request asks for already on it, so that no
/// page flashes in the wrong colours.
#[must_use]
pub fn document(options: LeptosOptions, path: &str) -> impl IntoView + use<> {
    let theme = use_context::<Theme>().unwrap_or_default();
    let title = title(path);
    let visitor = use_context::<Visitor>();
    let role = visitor.as_ref().map(|visitor| visitor.role.as_str());
    let person = visitor.map(|visitor| visitor.name);
    // Behind all that comes to life, so that the browser's part of the view need not know of it.
    #[cfg(feature = "ssr")]
    let line = view! { <super::ProblemsLine problems=use_context() /> };
    #[cfg(not(feature = "ssr"))]
    let line = ();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name() data-person=person data-role=role>
            <Head styles=styles(&options) title>
                <AutoReload options=options.clone() />
                <HydrationScripts options />
            </Head>
            <body>
                <App />
                {line}
            </body>
        </html>
    }
}

/// The path of the style sheet.
pub(crate) fn styles(options: &LeptosOptions) -> String {
    format!("/{}/{}.css", options.site_pkg_dir, options.output_name)
}

/// The head of every document.
#[component]
pub(crate) fn Head(
    /// The path of the style sheet.
    styles: String,
    /// The page's name.
    #[prop(into)]
    title: String,
    /// What brings the page to life, if anything.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    // Text as such would be followed by a marker, which is text itself in a title.
    let title = (title + TITLE_END)
        .replace('&', "&amp;")
        .replace('<', "&lt;");
    view! {
        <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title inner_html=title></title>
            <meta name="color-scheme" content="light dark" />
            <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
            <link rel="stylesheet" href=styles />
            {children.map(|children| children())}
        </head>
    }
}
