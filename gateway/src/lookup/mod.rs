//! The look-up service: what Postfix asks before it moves a message, and what it is answered.
//!
//! Postfix asks over a unix socket, in the protocol of `socketmap_table(5)`. Answers come from an
//! [`Index`] in memory, which [follows](follow) the store, so they cost microseconds and go on while
//! the database is busy, locked or gone.
//!
//! Two rules stand above all others. An answer comes at once or not at all, for a server that is
//! silent holds up Postfix's queue manager, and with it all mail. And what is not known for certain is
//! answered with TEMP, for then the mail waits; "not found" would send it elsewhere for good.

mod answer;
pub mod counters;
pub mod follow;
mod index;
pub mod netstring;
pub mod published;
pub mod server;
mod settings;
pub mod socket;
#[cfg(test)]
mod testing;

pub use answer::{Map, Reply, answer};
pub use index::{Found, Index, Reload, Transport, Tried};
pub use settings::{AllSettings, Settings};
