//! The HTML document around the app; written by the server only.

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::shell::Theme;

/// The whole document, with the colour scheme that the request asks for already on it, so that no
/// page flashes in the wrong colours.
#[must_use]
pub fn document(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default();
    let styles = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="stylesheet" href=styles />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
