//! The `smart-hosts` program: the web console's server and its command line.
//!
//! [`router`] builds the whole service from a [`Backend`], so that a test can call it without a
//! port; [`cli`] reads the command line and does what it asks.

pub mod cli;
pub mod clock;
pub mod data_dir;
pub mod doctor;
mod expected;
mod expiry;
mod explain;
mod export;
pub mod http;
pub mod log;
mod lookup;
pub mod own;
mod retention;
mod tested;

pub use app::operations::Backend;
pub use http::router;
