//! Random tokens, and how they are kept.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

/// What is kept of a token: its SHA-256. Who reads it cannot use it.
pub type Digest = [u8; 32];

/// 256 random bits in URL-safe base64, told once and never kept.
pub struct Token(SecretString);

impl Token {
    /// Makes one.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(random).into()))
    }

    /// The token, for whom it is meant for.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest(self.expose())
    }
}

/// What would be kept of a token that somebody shows.
#[must_use]
pub fn digest(token: &str) -> Digest {
    Sha256::digest(token.as_bytes()).into()
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_another_and_its_digest_is_found_again() {
        let (one, two) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(one.expose(), two.expose());
        assert_eq!(one.expose().len(), 43);
        assert_eq!(one.digest(), digest(one.expose()));
        assert_ne!(one.digest(), two.digest());
        assert_eq!(format!("{one:?}"), "Token([REDACTED])");
    }
}
