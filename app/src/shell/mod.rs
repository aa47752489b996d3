//! What stands around every page: the document, the navigation, the colour scheme.

mod document;
mod header;
mod layout;
#[cfg(feature = "ssr")]
mod problems;
mod theme;
mod title;
mod visitor;

pub use document::document;
#[cfg(feature = "ssr")]
pub(crate) use document::{Head, styles};
pub(crate) use header::DomainsHeader;
pub(crate) use layout::{Layout, Section};
#[cfg(feature = "ssr")]
pub use problems::Problems;
#[cfg(feature = "ssr")]
pub(crate) use problems::ProblemsLine;
pub use theme::{THEME_COOKIE, THEME_PATH, Theme, theme_cookie};
pub use visitor::Visitor;
pub(crate) use visitor::why_not;
