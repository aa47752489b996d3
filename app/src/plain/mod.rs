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
pub mod import;
mod mark;
pub mod people;
pub mod route;
pub mod scripts;
pub mod secrets;
pub mod sign_in;
pub mod smart_hosts;
pub mod test;

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos::tachys::view::Position;

use self::mark::{Mark, MarkAs};
use self::scripts::{Needed, Scripts};
use crate::address::Here;
use crate::shell::{Head, Layout, Logo, Problems, ProblemsLine, Section, Theme, Visitor, styles};

/// What stands where the rest of a page that is sent piece by piece is to follow. From the private
/// use area, so that it is nobody's text.
const REST: char = '\u{e000}';

/// A browser without scripts looks again, as long as something is at work.
const LOOK_AGAIN: &str = "<meta http-equiv=\"refresh\" content=\"1\">";

/// Where a page stands, and what is said of it.
struct Place<'a> {
    section: Section,
    /// The address to which the switch of the colours leads back.
    path: &'a str,
    /// The pages above it, with their paths.
    above: Vec<(&'a str, &'a str)>,
    title: &'a str,
    purpose: &'static str,
    /// Whether it shows how far something has come.
    is_at_work: bool,
}

/// What differs from document to document in the frame.
pub(crate) struct Parts {
    /// What the head has besides.
    pub(crate) head: AnyView,
    /// What stands in the frame.
    pub(crate) content: AnyView,
    /// What follows the frame, if anything.
    pub(crate) end: Option<AnyView>,
}

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
        let place = Place {
            section,
            path: section.path(),
            above: Vec::new(),
            title: section.name(),
            purpose,
            is_at_work: false,
        };
        self.at(&place, content)
    }

    /// A page below that of a section, with a title of its own.
    fn subpage(
        &self,
        section: Section,
        title: &str,
        purpose: &'static str,
        content: impl FnOnce() -> AnyView,
    ) -> String {
        let place = Place {
            section,
            path: section.path(),
            above: match section {
                Section::Nowhere => Vec::new(),
                section => vec![(section.name(), section.path())],
            },
            title,
            purpose,
            is_at_work: false,
        };
        self.at(&place, content)
    }

    /// The page at a place.
    fn at(&self, place: &Place<'_>, content: impl FnOnce() -> AnyView) -> String {
        let section = place.section;
        self.document(place.path, section, place.title, || {
            let needed = Needed::default();
            provide_context(needed.clone());
            let content = content();
            let scripts = needed.view(&self.scripts);
            let again = place
                .is_at_work
                .then(|| view! { <noscript inner_html=LOOK_AGAIN></noscript> });
            let above = place.above.iter().map(|(name, path)| {
                view! {
                    <li>
                        <a href=(*path).to_owned()>{(*name).to_owned()}</a>
                    </li>
                }
            });
            let above = above.collect_view();
            let title = place.title.to_owned();
            let purpose = place.purpose;
            let content = view! {
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
            };
            Parts {
                head: (scripts, again).into_any(),
                content: content.into_any(),
                end: None,
            }
        })
    }

    /// A whole document in the frame. `here` is the address to which the switch of the colours leads back.
    pub(crate) fn document(
        &self,
        here: &str,
        section: Section,
        title: &str,
        parts: impl FnOnce() -> Parts,
    ) -> String {
        drawn(ROOM, || {
            provide_context(self.theme);
            provide_context(Here(here.to_owned()));
            if let Some(visitor) = &self.visitor {
                provide_context(visitor.clone());
            }
            let Parts { head, content, end } = parts();
            let person = self.visitor.as_ref().map(|visitor| visitor.name.clone());
            let role = self.visitor.as_ref().map(|visitor| visitor.role.as_str());
            let theme = self.theme.name();
            let head = view! {
                <Head styles=styles(&self.options) title=title.to_owned()>
                    {head}
                </Head>
            };
            let page = view! {
                <!DOCTYPE html>
                <html lang="en" data-theme=theme data-person=person data-role=role>
                    {head}
                    <body>
                        <Layout section>{content}</Layout>
                        {end}
                        <ProblemsLine problems=self.problems />
                    </body>
                </html>
            };
            page.into_any()
        })
    }

    /// A page for whoever is not signed in: no way leads from it but its own.
    fn bare(&self, title: &'static str, content: impl FnOnce() -> AnyView) -> String {
        piece(|| {
            let needed = Needed::default();
            provide_context(needed.clone());
            let content = content();
            let scripts = needed.view(&self.scripts);
            let head = view! {
                <Head styles=styles(&self.options) title>
                    {scripts}
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
            page.into_any()
        })
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

/// Bytes for which a page has room at first: enough for a list of 50 rows, which else would be copied
/// each time that it outgrows its room.
const ROOM: usize = 120 * 1024;

/// A piece of a page.
fn piece(view: impl FnOnce() -> AnyView) -> String {
    drawn(0, view)
}

/// A view as text that has room for so many bytes at first.
fn drawn(room: usize, view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let mut html = String::with_capacity(room);
    owner.with(|| {
        let mut position = Position::FirstChild;
        view().to_html_with_buf(&mut html, &mut position, true, false, Vec::new());
    });
    owner.cleanup();
    html
}
