//! The `smart-hosts` program: the web console's server and its command line.
//!
//! [`router`] builds the whole service from a [`Console`], so that a test can call it without a
//! port; [`cli`] reads the command line and does what it asks.

pub mod cli;
pub mod clock;
pub mod data_dir;
pub mod doctor;
mod expected;
mod expiry;
mod explain;
mod export;
mod forgetting;
pub mod http;
mod import;
pub mod limits;
pub mod listen;
pub mod log;
mod lookup;
pub mod own;
mod retention;
mod searched;
mod tested;

pub use app::operations::{Backend, Cautions};
pub use http::{Console, Sessions, SetUpLink, router, service};
