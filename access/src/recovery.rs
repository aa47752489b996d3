//! Recovery codes: for whoever has lost the device with the second factor.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::token::{Digest, digest};

/// Letters and digits that cannot be taken for one another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// 100 bits: nobody guesses one, so a plain hash keeps it.
const LETTERS: usize = 20;
const GROUP: usize = 5;

/// A code that can be used once instead of one from the device.
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// How many somebody gets at a time.
    pub const SET: usize = 10;

    /// Makes one.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut random = [0; LETTERS];
        getrandom::fill(&mut random)?;
        let mut code = String::with_capacity(LETTERS + LETTERS / GROUP);
        for (position, byte) in random.into_iter().enumerate() {
            if position > 0 && position % GROUP == 0 {
                code.push('-');
            }
            code.push(char::from(ALPHABET[usize::from(byte % 32)]));
        }
        Ok(Self(code.into()))
    }

    /// Makes as many as somebody gets.
    ///
    /// # Errors
    /// As for [`RecoveryCode::new`].
    pub fn set() -> Result<Vec<Self>, getrandom::Error> {
        (0..Self::SET).map(|_| Self::new()).collect()
    }

    /// The code, in groups of five letters, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest(&bare(self.expose()))
    }
}

/// What would be kept of a recovery code that somebody types, with or without its dashes; nothing for
/// what is none.
#[must_use]
pub fn recovery_key(typed: &SecretString) -> Option<Digest> {
    let typed = bare(typed.expose_secret());
    let is_code = typed.len() == LETTERS && typed.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| digest(&typed))
}

fn bare(code: &str) -> String {
    let letters = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    letters
        .take(LETTERS + 1)
        .collect::<String>()
        .to_ascii_lowercase()
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_differ_and_are_read_however_they_are_typed() {
        let codes = RecoveryCode::set().unwrap();
        assert_eq!(codes.len(), 10);
        for (position, code) in codes.iter().enumerate() {
            assert_eq!(code.expose().len(), 23, "{}", code.expose());
            let others = codes.iter().skip(position + 1);
            assert!(others.clone().all(|other| other.digest() != code.digest()));
            for typed in [
                code.expose().to_owned(),
                code.expose().to_uppercase(),
                code.expose().replace('-', ""),
                format!(" {} ", code.expose().replace('-', " ")),
            ] {
                assert_eq!(recovery_key(&typed.into()), Some(code.digest()));
            }
        }
        assert_eq!(format!("{:?}", codes[0]), "RecoveryCode([REDACTED])");
    }

    #[test]
    fn a_code_of_the_device_is_no_recovery_code() {
        for typed in ["", "123456", "i1lo0-aaaaa-aaaaa-aaaaa", &"a".repeat(21)] {
            assert_eq!(recovery_key(&typed.into()), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn anything_may_be_typed(text in "\\PC{0,60}") {
            let _ = recovery_key(&text.into());
        }
    }
}
