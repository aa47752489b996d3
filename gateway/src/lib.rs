//! Everything that speaks to the mail world.

pub mod postfix;
pub mod probe;
