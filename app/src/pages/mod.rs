//! The pages that are not lists.

mod default_routing;
mod not_found;

pub(crate) use default_routing::{DEFAULT_ROUTING_PATH, DefaultRoutingPage};
pub(crate) use not_found::NotFoundPage;
