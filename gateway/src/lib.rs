//! Everything that speaks to the mail world.

pub mod explain;
pub mod lookup;
pub mod postfix;
pub mod probe;
