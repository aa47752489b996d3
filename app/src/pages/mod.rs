//! The pages that are not lists.

mod default_routing;
#[cfg(feature = "ssr")]
mod failed;
#[cfg(feature = "ssr")]
mod not_found;

#[cfg(feature = "ssr")]
pub(crate) use default_routing::DEFAULT_ROUTING_PURPOSE;
pub(crate) use default_routing::{DEFAULT_ROUTING_PATH, DEFAULT_ROUTING_TITLE, DefaultRoutingPage};
#[cfg(feature = "ssr")]
pub(crate) use failed::FailedPage;
#[cfg(feature = "ssr")]
pub(crate) use not_found::NotFoundPage;
