//! Who may do what: roles and what each of them permits, names of accounts, and (with the feature
//! `secrets`, on the server only) passwords, second factors and tokens.
//!
//! Pure and total, like `routing`: no I/O but random bytes, no clock. Roles and names compile for the
//! browser, too, where a control that a role may not use is disabled by the same rule by which the
//! server refuses it.

mod account_name;
#[cfg(feature = "secrets")]
mod password;
#[cfg(feature = "secrets")]
mod recovery;
mod role;
#[cfg(feature = "secrets")]
mod second_factor;
#[cfg(feature = "secrets")]
mod token;

pub use account_name::{AccountName, AccountNameError};
#[cfg(feature = "secrets")]
pub use password::{
    HashError, NewPassword, PasswordError, Verdict, verify_nobody, verify_password,
};
#[cfg(feature = "secrets")]
pub use recovery::{RecoveryCode, recovery_key};
pub use role::{Permission, Role, UnknownRole};
#[cfg(feature = "secrets")]
pub use second_factor::{SECONDS_A_STEP, Seed, SeedError};
#[cfg(feature = "secrets")]
pub use token::{Digest, Token, digest};
