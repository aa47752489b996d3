//! Finding the tools that a build or a test needs, and installing those that are missing.

pub(crate) mod browser;
pub(crate) mod debian;
pub(crate) mod rustup;
pub(crate) mod wasm;
