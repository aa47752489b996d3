//! Everything that speaks to the mail world.

pub mod probe;
