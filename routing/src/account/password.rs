//! Passwords.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// A password for signing in to a smart host: 1 to 1024 bytes of UTF-8 without control characters.
/// Colons and spaces are part of it, and nothing is trimmed.
///
/// It is wiped from memory when it goes. Nothing shows it: `Debug` says `[REDACTED]`, and it neither
/// displays nor serialises. Whoever needs it says so with [`Password::expose`].
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The most bytes of UTF-8 that a password may have: enough for the tokens that some services
    /// give out, and short enough for one AUTH command (12,288 bytes, RFC 4954 section 4) in base64.
    pub const MAX_BYTES: usize = 1024;

    /// Checks what was typed.
    ///
    /// # Errors
    /// [`PasswordError`] says what is wrong, as a sentence without any part of the password.
    pub fn parse(typed: impl Into<SecretString>) -> Result<Self, PasswordError> {
        let secret = typed.into();
        let text = secret.expose_secret();
        if text.is_empty() {
            return Err(PasswordError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if text.contains(char::is_control) {
            return Err(PasswordError::ControlCharacter);
        }
        Ok(Self(secret))
    }

    /// The password itself, for sealing it or for sending it to the smart host; for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// Why a text cannot be a password. Displays as a sentence, which has no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing at all.
    #[error("Type the password that belongs to the user name.")]
    Empty,
    /// A control character: a line break, a tab, NUL.
    #[error(
        "The password has a control character in it, such as a line break or a tab. Check what was \
         pasted."
    )]
    ControlCharacter,
    /// Too long.
    #[error(
        "The password is too long. At most {} bytes are possible.",
        Password::MAX_BYTES
    )]
    TooLong,
}
