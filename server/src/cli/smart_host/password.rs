//! The password with which the gateway signs in to a smart host.

use routing::{NextHop, Password};

use super::super::password;
use super::{Failure, invalid};

/// Asks for a password, or reads it from standard input without the line break at its end.
///
/// # Errors
/// If there is no terminal to ask at, nothing can be read, or it can be no password.
pub(super) fn read(from_stdin: bool, user: &str, of: &NextHop) -> Result<Password, Failure> {
    let text = password::read(from_stdin, &format!("Password of {user} at {of}: "))?;
    Password::parse(text).map_err(invalid)
}
