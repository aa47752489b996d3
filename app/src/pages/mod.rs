//! The pages that are not lists.

mod default_routing;
mod not_found;

pub use default_routing::{DEFAULT_ROUTING_PATH, DefaultRoutingPage};
pub use not_found::NotFoundPage;
