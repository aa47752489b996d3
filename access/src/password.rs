//! Passwords of people: what one may be, how it is kept, and how it is compared.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};

use crate::AccountName;

/// Memory in KiB, passes and lanes: the OWASP Password Storage Cheat Sheet's choice for Argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// A password that can be guessed in fewer attempts than this is too easy: it, or something close to
/// it, is in the lists that are tried first.
const GUESSES: u64 = 100_000_000;

/// The estimate takes long for long texts, and more than this cannot make one easier.
const ESTIMATED: usize = 100;

/// A password that somebody may have.
pub struct NewPassword(SecretString);

/// Why a text may not be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// It is too short.
    Short,
    /// It is too long.
    Long,
    /// It is among the first that are guessed.
    Common,
}

/// The operating system gave no random bytes, or there was no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashError;

/// What came of comparing a password with its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is another one, or the hash cannot be read.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, but its hash was made with other parameters than those of today.
    Outdated,
}

impl NewPassword {
    /// The fewest characters.
    pub const MIN: usize = 12;
    /// The most bytes.
    pub const MAX_BYTES: usize = 1024;

    /// Takes a text as the password of this account. There are no rules about kinds of characters.
    ///
    /// # Errors
    /// [`PasswordError`] says what is wrong and what would be right.
    pub fn parse(text: SecretString, of: &AccountName) -> Result<Self, PasswordError> {
        let typed = text.expose_secret();
        if typed.len() > Self::MAX_BYTES {
            return Err(PasswordError::Long);
        }
        if typed.chars().count() < Self::MIN {
            return Err(PasswordError::Short);
        }
        let end = typed
            .char_indices()
            .nth(ESTIMATED)
            .map_or(typed.len(), |(end, _)| end);
        let name = of.as_str();
        let known = [
            name,
            name.split('@').next().unwrap_or(name),
            "smart hosts",
            "smarthosts",
        ];
        if zxcvbn::zxcvbn(&typed[..end], &known).guesses() < GUESSES {
            return Err(PasswordError::Common);
        }
        Ok(Self(text))
    }

    /// The hash to keep: Argon2id with a salt of its own, in the PHC string format. Takes some tens of
    /// milliseconds and 19 MiB.
    ///
    /// # Errors
    /// [`HashError`] if there are no random bytes or no memory.
    pub fn hash(&self) -> Result<String, HashError> {
        hash(self.0.expose_secret())
    }
}

/// A hash of today's making, with which a hash can be brought up to date once its password is known.
fn hash(password: &str) -> Result<String, HashError> {
    let hasher = hasher().ok_or(HashError)?;
    let hash = hasher.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| HashError)
}

impl Verdict {
    /// The hash to keep instead of an outdated one.
    #[must_use]
    pub fn renewed(self, password: &SecretString) -> Option<String> {
        (self == Self::Outdated)
            .then(|| hash(password.expose_secret()).ok())
            .flatten()
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Compares a password with a hash. Takes as long as making one.
#[must_use]
pub fn verify_password(password: &SecretString, hash: &str) -> Verdict {
    let (Some(hasher), Ok(kept)) = (hasher(), PasswordHash::new(hash)) else {
        return Verdict::Wrong;
    };
    let typed = password.expose_secret();
    // What is longer can be nobody's.
    if typed.len() > NewPassword::MAX_BYTES
        || hasher.verify_password(typed.as_bytes(), &kept).is_err()
    {
        return Verdict::Wrong;
    }
    if is_of_today(&kept) {
        Verdict::Right
    } else {
        Verdict::Outdated
    }
}

fn is_of_today(kept: &PasswordHash) -> bool {
    let (memory, passes, lanes) = COST;
    kept.algorithm.as_str() == "argon2id"
        && kept.version == Some(Version::V0x13.into())
        && Params::try_from(kept).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (memory, passes, lanes)
        })
}

/// Takes as long as [`verify_password`] for a name that nobody has, so that nobody learns by the time
/// which names there are.
pub fn verify_nobody(password: &SecretString) {
    // The hash of 32 random bytes that nobody knows.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c21hcnQgaG9zdHMgLi4u$\
                          Zm9yIG5hbWVzIHRoYXQgbm9ib2R5IGhhcyAuLi4uLi4";
    let _ = verify_password(password, NOBODY);
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword([REDACTED])")
    }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => write!(
                f,
                "A password has at least {} characters. Three or four words that do not belong \
                 together make a good one.",
                NewPassword::MIN
            ),
            Self::Long => write!(
                f,
                "A password has at most {} bytes; this one is longer.",
                NewPassword::MAX_BYTES
            ),
            Self::Common => f.write_str(
                "This password is too easy to guess: it is among the common ones, or made of a name, \
                 a row of keys or a date. Take three or four words that do not belong together.",
            ),
        }
    }
}

impl std::error::Error for PasswordError {}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "The password could not be hashed: the system gave no random bytes or no memory.",
        )
    }
}

impl std::error::Error for HashError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn anna() -> AccountName {
        AccountName::parse("anna.schmidt@example.com").unwrap()
    }

    fn parse(text: &str) -> Result<NewPassword, PasswordError> {
        NewPassword::parse(text.into(), &anna())
    }

    #[test]
    fn easy_passwords_are_refused_with_what_would_be_right() {
        for (text, error) in [
            ("", PasswordError::Short),
            ("eleven char", PasswordError::Short),
            // Twelve bytes, six characters.
            ("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}", PasswordError::Short),
            ("password1234", PasswordError::Common),
            ("qwertyuiop12", PasswordError::Common),
            ("aaaaaaaaaaaa", PasswordError::Common),
            ("123456789012", PasswordError::Common),
            ("anna.schmidt", PasswordError::Common),
            ("anna.schmidt1", PasswordError::Common),
            ("smart hosts1", PasswordError::Common),
            (&"a".repeat(1025), PasswordError::Long),
        ] {
            assert_eq!(parse(text).unwrap_err(), error, "{text}");
        }
        assert!(PasswordError::Short.to_string().contains("at least 12"));
    }

    #[test]
    fn there_are_no_rules_about_kinds_of_characters() {
        for text in [
            "correct horse battery staple",
            "vier ganz andere \u{d6}rter",
            "tk3Pq9vLm2Xz",
            &"anything long is good ".repeat(46),
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_hash_fits_its_password_only() {
        let text = "correct horse battery staple";
        let hash = parse(text).unwrap().hash().unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(
            hash,
            parse(text).unwrap().hash().unwrap(),
            "a salt of its own"
        );
        assert_eq!(verify_password(&text.into(), &hash), Verdict::Right);
        assert_eq!(verify_password(&"another".into(), &hash), Verdict::Wrong);
        assert_eq!(verify_password(&"".into(), &hash), Verdict::Wrong);
        for hash in ["", "x", "$argon2id$v=19$", &hash[..60]] {
            assert_eq!(verify_password(&text.into(), hash), Verdict::Wrong);
        }
    }

    #[test]
    fn a_hash_of_other_parameters_is_renewed() {
        let params = Params::new(8, 1, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let password: SecretString = "correct horse battery staple".into();
        let hash = old.hash_password(password.expose_secret().as_bytes());
        let verdict = verify_password(&password, &hash.unwrap().to_string());
        assert_eq!(verdict, Verdict::Outdated);
        let renewed = verdict.renewed(&password).unwrap();
        assert_eq!(verify_password(&password, &renewed), Verdict::Right);
        assert_eq!(Verdict::Right.renewed(&password), None);
    }

    #[test]
    fn nobody_takes_as_much_work_as_somebody() {
        let kept = "$argon2id$v=19$m=19456,t=2,p=1$c21hcnQgaG9zdHMgLi4u$\
                    Zm9yIG5hbWVzIHRoYXQgbm9ib2R5IGhhcyAuLi4uLi4";
        let kept = PasswordHash::new(kept).unwrap();
        assert!(is_of_today(&kept));
        assert_eq!(kept.hash.unwrap().as_ref().len(), 32);
        verify_nobody(&"anything".into());
    }

    #[test]
    fn no_password_is_shown() {
        let password = parse("correct horse battery staple").unwrap();
        assert_eq!(format!("{password:?}"), "NewPassword([REDACTED])");
    }
}
