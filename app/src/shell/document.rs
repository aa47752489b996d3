//! The HTML document around the app; written by the server only.

use leptos::config::LeptosOptions;
use leptos::prelude::*;

use super::title::{TITLE_END, title};
use super::{Layout, ProblemsLine, Section, Theme, Visitor};
use crate::App;

/// The whole document of the page at `path`, with the colour scheme that the request asks for already on it, so that no
/// page flashes in the wrong colours.
#[must_use]
pub fn document(options: LeptosOptions, path: &str) -> impl IntoView + use<> {
    let theme = use_context::<Theme>().unwrap_or_default();
    let title = title(path);
    let visitor = use_context::<Visitor>();
    let role = visitor.as_ref().map(|visitor| visitor.role.as_str());
    let person = visitor.map(|visitor| visitor.name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name() data-person=person data-role=role>
            <Head styles=styles(&options) title>
                <AutoReload options=options.clone() />
                <Scripts options />
            </Head>
            <body>
                <Layout section=Section::Domains>
                    <App />
                </Layout>
                <ProblemsLine problems=use_context() />
            </body>
        </html>
    }
}

/// What is alive of the frame.
const FRAME: &str = include_str!("frame.js");

/// What tells the living page of changes that others make.
const CHANGES: &str = include_str!("changes.js");

/// What brings the page to life: the script, the module that it loads, and the call that starts it.
///
/// As leptos' `HydrationScripts` does it, which however announces the script without the answer's
/// nonce, so that the policy forbids it.
#[component]
fn Scripts(options: LeptosOptions) -> impl IntoView {
    let LeptosOptions {
        site_pkg_dir,
        output_name,
        ..
    } = options;
    // cargo-leptos, which sets the variable, gives the module another name than wasm-bindgen.
    let ending = option_env!("LEPTOS_OUTPUT_NAME").map_or("_bg", |_| "");
    let script = format!("/{site_pkg_dir}/{output_name}.js");
    let module = format!("/{site_pkg_dir}/{output_name}{ending}.wasm");
    let start = format!(
        "import({script:?}).then((page) => page.default({{ module_or_path: {module:?} }}).then(() => \
         page.hydrate()));\n{FRAME}\n{CHANGES}"
    );
    let nonce = use_nonce();
    view! {
        <link rel="modulepreload" href=script nonce=nonce.clone() />
        <link rel="preload" href=module r#as="fetch" type="application/wasm" crossorigin="" />
        <script type="module" nonce=nonce>
            {start}
        </script>
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
