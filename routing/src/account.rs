//! Sender authentication: the user name and password with which the gateway signs in.

mod password;
#[cfg(test)]
mod tests;
mod user_name;

pub use password::{Password, PasswordError};
pub use user_name::{UserName, UserNameError};

/// The user name and password with which the gateway signs in to a smart host (RFC 4954).
///
/// `Debug` shows the user name only.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user name.
    pub user: UserName,
    /// The password.
    pub password: Password,
}
