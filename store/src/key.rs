//! The key that seals passwords, and sealing.
//!
//! Here, because the store is what opens the data folder: the key must be of the very database whose
//! passwords it seals, whoever opens it (the console, a command, the look-up service), and a password
//! is sealed and unsealed inside the transaction that writes or reads it. A copy of the database alone
//! gives no password away.

mod ring;
mod rotate;
#[cfg(test)]
mod tests;

pub use rotate::Rotated;

pub(crate) use ring::KeyRing;

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use routing::{NextHop, Password, UserName};
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};

use crate::{
    Error, OpenError, RowId,
    owner::{folder_of, give_to_owner_of_folder},
};

/// What tells keys apart.
pub(crate) type Fingerprint = [u8; 32];

/// The first byte of a sealed password: how the rest is to be read.
const FORM: u8 = 1;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The key that seals the passwords of one database: 256 random bits.
pub(crate) struct SealingKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey([REDACTED])")
    }
}

impl SealingKey {
    /// The key of a database; makes it if there is none.
    pub(crate) fn of(database: &Path) -> Result<Self, OpenError> {
        let path = database.with_extension("key");
        let failed = |source| OpenError::File {
            path: path.clone(),
            source,
        };
        if !path.try_exists().map_err(failed)? {
            make(&path).map_err(failed)?;
        }
        Self::read(&path)
    }

    /// The key in a file.
    fn read(path: &Path) -> Result<Self, OpenError> {
        refuse_if_others_may_read(path)?;
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = match text {
            Err(error) if error.kind() == ErrorKind::InvalidData => None,
            text => Some(text.map_err(|source| OpenError::File {
                path: path.to_owned(),
                source,
            })?),
        };
        let key = text.as_ref().and_then(|text| key_of(text));
        key.map(Self).ok_or_else(|| OpenError::KeyDamaged {
            path: path.to_owned(),
        })
    }

    /// The key as its file holds it.
    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * KEY_BYTES + 1));
        for byte in self.0.iter() {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        text.push('\n');
        text
    }

    /// A new key.
    fn random() -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *key)?;
        Ok(Self(key))
    }

    /// What tells it from others and gives nothing of it away: SHA-256 of 256 random bits.
    fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(b"smart-hosts sealing key\0");
        hash.update(self.0.as_slice());
        hash.finalize().into()
    }

    /// Seals a password for one user name at one smart host.
    pub(crate) fn seal(
        &self,
        password: &Password,
        of: &NextHop,
        user: &UserName,
    ) -> Result<Vec<u8>, Error> {
        self.seal_bytes(password.expose().as_bytes(), &bound_to(of, user))
    }

    /// Opens a sealed password; `None` if it was sealed with another key, for another user name or
    /// smart host, or was damaged.
    pub(crate) fn unseal(&self, sealed: &[u8], of: &NextHop, user: &UserName) -> Option<Password> {
        let opened = self.unseal_bytes(sealed, &bound_to(of, user))?;
        let text = str::from_utf8(&opened).ok()?;
        Password::parse(text.to_owned()).ok()
    }

    /// Seals a secret, bound to what it is for (XChaCha20-Poly1305): the form, a nonce of 24 bytes, then
    /// as many bytes as the secret has, and 16.
    pub(crate) fn seal_bytes(&self, secret: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| Error::Seal(error.to_string()))?;
        let payload = Payload {
            msg: secret,
            aad: bound_to,
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|error| Error::Seal(error.to_string()))?;
        Ok([&[FORM][..], &nonce, &sealed].concat())
    }

    /// Opens what was sealed with this key for just this purpose; else nothing.
    pub(crate) fn unseal_bytes(
        &self,
        sealed: &[u8],
        bound_to: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (&form, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_BYTES>()?;
        if form != FORM {
            return None;
        }
        let payload = Payload {
            msg: text,
            aad: bound_to,
        };
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        opened.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

/// What the sealed seed of a second factor is bound to: the account.
pub(crate) fn bound_to_person(person: RowId) -> Vec<u8> {
    format!("second factor\0{person}").into_bytes()
}

/// What a sealed password is bound to: whoever can write to the database cannot have it sent to a
/// host or as a user of their own. Neither a host nor a user name has a NUL in it.
fn bound_to(of: &NextHop, user: &UserName) -> Vec<u8> {
    format!("smart host password\0{}\0{}\0{user}", of.host, of.port).into_bytes()
}

fn key_of(text: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let digits = text.trim_end().as_bytes();
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
    }
    Some(key)
}

/// Makes a key file that is there as a whole or not at all, and never replaces another: of two
/// programs that start at once, both use the key of the first.
fn make(path: &Path) -> io::Result<()> {
    let text = SealingKey::random().map_err(io::Error::from)?.text();
    let draft = draft_beside(path)?;
    let written = write_new(&draft, &text).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    fs::remove_file(&draft)?;
    written?;
    keep_name(path)
}

/// Has the name of a file, too, survive a power cut: what is sealed with a key that is lost is lost.
fn keep_name(path: &Path) -> io::Result<()> {
    fs::File::open(folder_of(path))?.sync_all()
}

/// A name for the file while it is written, which no other program uses.
fn draft_beside(path: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::from)?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}", u64::from_le_bytes(random)));
    Ok(name.into())
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    give_to_owner_of_folder(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn refuse_if_others_may_read(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path).map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })?;
    let mode = found.permissions().mode() & 0o7777;
    let to_others = mode & 0o077;
    if to_others > 0 {
        return Err(OpenError::KeyExposed {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_may_read(_: &Path) -> Result<(), OpenError> {
    Ok(())
}
