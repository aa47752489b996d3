//! What stands around every page: the document, the navigation, the colour scheme.

mod document;
mod header;
mod layout;
mod theme;
mod title;

pub use document::document;
#[cfg(feature = "ssr")]
pub(crate) use document::{Head, styles};
pub(crate) use header::DomainsHeader;
pub(crate) use layout::{Layout, Section};
pub use theme::{THEME_COOKIE, THEME_PATH, Theme, theme_cookie};
