//! What stands around every page: the document, the navigation, the colour scheme.

#[cfg(feature = "ssr")]
mod document;
mod header;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod problems;
#[cfg(feature = "ssr")]
mod theme;
mod visitor;

#[cfg(feature = "ssr")]
pub use document::{Content, document};
#[cfg(feature = "ssr")]
pub(crate) use document::{Head, styles};
pub(crate) use header::DomainsHeader;
#[cfg(feature = "ssr")]
pub(crate) use layout::{Layout, Mark as Logo, Section};
#[cfg(feature = "ssr")]
pub use problems::Problems;
#[cfg(feature = "ssr")]
pub(crate) use problems::ProblemsLine;
#[cfg(feature = "ssr")]
pub use theme::{THEME_COOKIE, THEME_PATH, Theme, theme_cookie};
pub use visitor::Visitor;
pub(crate) use visitor::why_not;
