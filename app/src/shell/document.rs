//! The HTML document around the app; written by the server only.

use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use super::Section;
use crate::error::AppError;
use crate::forms::FormPage;
use crate::pages::{FailedPage, NotFoundPage};
use crate::plain::{Frame, Parts};
use crate::wire::First;
use crate::{App, FIRST};

/// What follows the name of a page in the title of its document.
const TITLE_END: &str = " \u{2013} Smart Hosts console";

/// What the document shows.
#[derive(Debug)]
pub enum Content {
    /// A page that comes to life, and what it is first drawn from.
    Alive(FormPage, Box<First>),
    /// A page that could not be read, and why.
    Failed(FormPage, AppError),
    /// No page is there.
    Missing,
}

/// The whole document at an address, with the colour scheme that the request asks for already on it, so that no
/// page flashes in the wrong colours.
///
/// `here` is path and query of the address.
#[must_use]
pub fn document(frame: &Frame, here: &str, content: Content) -> String {
    let (section, title) = match &content {
        Content::Alive(page, _) | Content::Failed(page, _) => (Section::Domains, page.title()),
        Content::Missing => (Section::Nowhere, "Page not found"),
    };
    frame.document(here, section, title, || {
        let options = frame.options.clone();
        let (scripts, content, end) = match content {
            Content::Alive(_, first) => {
                let nonce = frame.scripts.announced();
                provide_context(nonce.clone());
                let scripts = view! { <Scripts options=options.clone() nonce /> };
                let data = data(&first);
                let data =
                    view! { <script type="application/json" id=FIRST inner_html=data></script> };
                let app = view! { <App first=*first /> };
                (Some(scripts), app.into_any(), Some(data.into_any()))
            }
            Content::Failed(page, error) => {
                let (why, here) = (error.message(), here.to_owned());
                (
                    None,
                    view! { <FailedPage page why here /> }.into_any(),
                    None,
                )
            }
            Content::Missing => (None, view! { <NotFoundPage /> }.into_any(), None),
        };
        let head = view! {
            <AutoReload options />
            {scripts}
        };
        Parts {
            head: head.into_any(),
            content,
            end,
        }
    })
}

/// The data of a page as JSON that no text in it can end early.
fn data(first: &First) -> String {
    // Fails only for maps with keys that are no text, of which there are none.
    serde_json::to_string(first)
        .unwrap_or_default()
        .replace('<', "\\u003c")
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
fn Scripts(options: LeptosOptions, nonce: Nonce) -> impl IntoView {
    let LeptosOptions {
        site_pkg_dir,
        output_name,
        ..
    } = options;
    // cargo-leptos, which sets the variable, gives the module another name than wasm-bindgen.
    let ending = option_env!("LEPTOS_OUTPUT_NAME").map_or("_bg", |_| "");
    let script = format!("/{site_pkg_dir}/{output_name}.js");
    let module = format!("/{site_pkg_dir}/{output_name}{ending}.wasm");
    // Compiled while the document is still being read, and started when all of it is there.
    let load = format!(
        "const consolePage = import({script:?}).then((page) => page.default({{ module_or_path: {module:?} }}).then(() => \
         page));\n// Whoever starts it is told of what goes wrong.\nconsolePage.catch(() => {{}});"
    );
    let start = format!("consolePage.then((page) => page.hydrate());\n{FRAME}\n{CHANGES}");
    view! {
        <link rel="modulepreload" href=script nonce=nonce.clone() />
        <link rel="preload" href=module r#as="fetch" type="application/wasm" crossorigin="" />
        <script nonce=nonce.clone()>{load}</script>
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
            {children.map(|children| children())}
            // After the scripts, which would wait for it.
            <link rel="stylesheet" href=styles />
        </head>
    }
}
