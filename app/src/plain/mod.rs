//! Pages that are whole as the server sends them, and load no module into the browser.
//!
//! They ask and show; nothing in them changes under the hand, so a form and its answer are enough.
//! The parts that are alive need not carry them.

pub mod account;
pub mod activity;
pub(crate) mod age;
pub mod change_many;
mod command;
mod done;
pub mod explain;
pub mod form;
pub mod gateway;
pub mod held;
mod mark;
pub mod people;
pub mod route;
pub mod secrets;
pub mod sign_in;
pub mod smart_hosts;
pub mod test;

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;

use self::mark::{Mark, MarkAs};
use self::secrets::{HasSecrets, Scripts};
use crate::shell::{Head, Layout, Logo, Problems, ProblemsLine, Section, Theme, Visitor, styles};

/// What stands where the rest of a page that is sent piece by piece is to follow. From the private
/// use area, so that it is nobody's text.
const REST: char = '\u{e000}';

/// The frame of a page: what every page of the server's has in common.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where the site's files are.
    pub options: LeptosOptions,
    /// The colour scheme that the request asks for.
    pub theme: Theme,
    /// What every page says of Postfix, if anything.
    pub problems: Option<Problems>,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// What the answer says of scripts.
    pub scripts: Scripts,
}

impl Frame {
    /// The page of a section.
    fn page(
        &self,
        section: Section,
        purpose: &'static str,
        content: impl FnOnce() -> AnyView,
    ) -> String {
        self.whole(section, None, purpose, content)
    }

    /// A page below that of a section, with a title of its own.
    fn subpage(
        &self,
        section: Section,
        title: &str,
        purpose: &'static str,
        content: impl FnOnce() -> AnyView,
    ) -> String {
        self.whole(section, Some(title), purpose, content)
    }

    fn whole(
        &self,
        section: Section,
        subtitle: Option<&str>,
        purpose: &'static str,
        content: impl FnOnce() -> AnyView,
    ) -> String {
        let owner = Owner::new();
        let html = owner.with(|| {
            provide_context(self.theme);
            if let Some(visitor) = &self.visitor {
                provide_context(visitor.clone());
            }
            let person = self.visitor.as_ref().map(|visitor| visitor.name.clone());
            let role = self.visitor.as_ref().map(|visitor| visitor.role.as_str());
            // The switch of the colours leads back to where it stands.
            provide_context(RequestUrl::new(section.path()));
            let title = subtitle.unwrap_or(section.name()).to_owned();
            let theme = self.theme.name();
            let secrets = HasSecrets::default();
            provide_context(secrets.clone());
            let content = content();
            let script = secrets.script(&self.scripts);
            let head = view! {
                <Head styles=styles(&self.options) title=title.clone()>
                    {script}
                </Head>
            };
            let is_below = subtitle.is_some() && section != Section::Nowhere;
            let above = is_below.then(|| {
                view! {
                    <li>
                        <a href=section.path()>{section.name()}</a>
                    </li>
                }
            });
            let page = view! {
                <!DOCTYPE html>
                <html lang="en" data-theme=theme data-person=person data-role=role>
                    {head}
                    <body>
                        <Layout section>
                                <div class="page-head">
                                    <nav class="breadcrumb" aria-label="Breadcrumb">
                                        <ol>
                                            <li>{section.group()}</li>
                                            {above}
                                            <li aria-current="page">{title.clone()}</li>
                                        </ol>
                                    </nav>
                                    <h1>{title}</h1>
                                    {(!purpose.is_empty())
                                        .then(|| view! { <p class="purpose">{purpose}</p> })}
                                </div>
                                {content}
                        </Layout>
                        <ProblemsLine problems=self.problems />
                    </body>
                </html>
            };
            page.to_html()
        });
        owner.cleanup();
        html
    }

    /// A page for whoever is not signed in: no way leads from it but its own.
    fn bare(&self, title: &'static str, content: impl FnOnce() -> AnyView) -> String {
        let owner = Owner::new();
        let html = owner.with(|| {
            let secrets = HasSecrets::default();
            provide_context(secrets.clone());
            let content = content();
            let script = secrets.script(&self.scripts);
            let head = view! {
                <Head styles=styles(&self.options) title>
                    {script}
                </Head>
            };
            let page = view! {
                <!DOCTYPE html>
                <html lang="en" data-theme=self.theme.name()>
                    {head}
                    <body class="bare">
                        <main id="content">
                            <p class="brand"><Logo /> "Smart Hosts"</p>
                            <h1>{title}</h1>
                            {content}
                        </main>
                    </body>
                </html>
            };
            page.to_html()
        });
        owner.cleanup();
        html
    }

    /// A page in two parts, between which more can be sent.
    fn page_around(
        &self,
        section: Section,
        purpose: &'static str,
        content: impl FnOnce(char) -> AnyView,
    ) -> (String, String) {
        let page = self.page(section, purpose, || content(REST));
        match page.split_once(REST) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (page, String::new()),
        }
    }
}

/// A piece of a page.
fn piece(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| view().to_html());
    owner.cleanup();
    html
}
