//! Who may do what: roles and what each of them permits.
//!
//! Pure and total, like `routing`: no I/O, no clock. It compiles for the browser, too, where a control
//! that a role may not use is disabled by the same rule by which the server refuses it.

mod role;

pub use role::{Permission, Role, UnknownRole};
