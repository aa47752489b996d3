//! The chain: each entry carries a hash over itself and over the hash of the one before it.
//!
//! So no entry can be altered, and none taken out, without all later hashes being others. Whoever can
//! write the whole file can make all of them anew; against that helps a [`Head`] that was noted
//! elsewhere.

use std::{fmt, str::FromStr};

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

/// Begins what is hashed, so that a hash of ours is never the hash of anything else.
const CONTEXT: &[u8] = b"smart-hosts history entry 1\0";

/// A SHA-256 hash. Displays as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub(crate) [u8; 32]);

impl Hash {
    /// What stands before the first entry.
    pub(crate) const NONE: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = HashError;

    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let mut hash = [0; 32];
        if text.len() != 2 * hash.len() {
            return Err(HashError);
        }
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(HashError);
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).map_err(|_| HashError)?;
        }
        Ok(Self(hash))
    }
}

/// A text that is no hash, or no [`Head`]. Displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Write the number of an entry, a colon and its hash of 64 hexadecimal digits.")]
pub struct HashError;

/// An entry and its hash. Noted outside the database, it shows later whether everything up to this
/// entry is still as it was. Displays as `ID:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The entry; 0 if there is none.
    pub id: i64,
    /// Its hash.
    pub hash: Hash,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.hash)
    }
}

impl FromStr for Head {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let (id, hash) = text.trim().split_once(':').ok_or(HashError)?;
        Ok(Self {
            id: id.parse().map_err(|_| HashError)?,
            hash: hash.parse()?,
        })
    }
}

/// Everything that an entry says, as it is stored.
pub(crate) struct Fields<'a> {
    pub(crate) id: i64,
    pub(crate) act: i64,
    pub(crate) at: i64,
    pub(crate) actor: &'a [u8],
    pub(crate) origin: &'a [u8],
    pub(crate) undoes: Option<i64>,
    pub(crate) kind: &'a [u8],
    pub(crate) object: i64,
    pub(crate) name: &'a [u8],
    pub(crate) before: Option<&'a [u8]>,
    pub(crate) after: Option<&'a [u8]>,
}

impl Fields<'_> {
    /// The hash of the entry that follows the one with the hash `previous`.
    ///
    /// Numbers take eight bytes, most significant first; before each text stands its length, before
    /// what may be missing whether it is there. So two different entries never read the same.
    pub(crate) fn hash(&self, previous: Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(CONTEXT);
        hasher.update(previous.0);
        let number = |hasher: &mut Sha256, number: i64| hasher.update(number.to_be_bytes());
        let text = |hasher: &mut Sha256, text: &[u8]| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        };
        number(&mut hasher, self.id);
        number(&mut hasher, self.act);
        number(&mut hasher, self.at);
        text(&mut hasher, self.actor);
        text(&mut hasher, self.origin);
        hasher.update([u8::from(self.undoes.is_some())]);
        number(&mut hasher, self.undoes.unwrap_or_default());
        text(&mut hasher, self.kind);
        number(&mut hasher, self.object);
        text(&mut hasher, self.name);
        for state in [self.before, self.after] {
            hasher.update([u8::from(state.is_some())]);
            text(&mut hasher, state.unwrap_or_default());
        }
        Hash(hasher.finalize().into())
    }
}

/// Where the chain begins: the last entry that was removed for its age, and when it was made.
pub(crate) struct Start {
    pub(crate) removed: i64,
    pub(crate) at: i64,
    pub(crate) hash: Hash,
}

/// Where the chain begins.
pub(crate) fn start(tx: &Transaction<'_>) -> Result<Start, Error> {
    let sql = "SELECT removed, at, hash FROM chain";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Start {
            removed: row.get(0)?,
            at: row.get(1)?,
            hash: Hash(row.get(2)?),
        })
    };
    tx.prepare_cached(sql)?
        .query_row([], read)
        .map_err(|error| Error::Corrupt {
            table: "chain",
            id: None,
            detail: error.to_string(),
        })
}

/// The hash of the last entry; that of [`start`] if there is none.
pub(crate) fn head(tx: &Transaction<'_>) -> Result<Hash, Error> {
    let sql = "SELECT hash FROM changes ORDER BY id DESC LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => match row.get(0) {
            Ok(hash) => Ok(Hash(hash)),
            // It stays found: what follows a hash that is none does not verify either.
            Err(_) => Ok(Hash::NONE),
        },
        None => start(tx).map(|start| start.hash),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENTRY: Fields<'_> = Fields {
        id: 1,
        act: 1,
        at: 0,
        actor: b"anna",
        origin: b"this machine",
        undoes: None,
        kind: b"route",
        object: 1,
        name: b"example.com",
        before: None,
        after: Some(b"{}"),
    };

    #[test]
    fn a_hash_is_known() {
        // Computed once by other means (Python's hashlib): whoever changes the encoding breaks every chain.
        assert_eq!(
            ENTRY.hash(Hash::NONE).to_string(),
            "e775dbdf0485a252796456ed11576d00d4df9ec07ce337b6d56dd6e63aa1987a"
        );
    }

    #[test]
    fn every_field_counts() {
        let hash = ENTRY.hash(Hash::NONE);
        let others = [
            Fields { id: 2, ..ENTRY },
            Fields { act: 0, ..ENTRY },
            Fields { at: 1, ..ENTRY },
            Fields {
                actor: b"ann",
                origin: b"athis machine",
                ..ENTRY
            },
            Fields {
                origin: b"192.0.2.1",
                ..ENTRY
            },
            Fields {
                undoes: Some(0),
                ..ENTRY
            },
            Fields {
                kind: b"routes",
                ..ENTRY
            },
            Fields { object: 2, ..ENTRY },
            Fields {
                name: b"example.org",
                ..ENTRY
            },
            Fields {
                before: Some(b""),
                ..ENTRY
            },
            Fields {
                before: Some(b"{}"),
                after: None,
                ..ENTRY
            },
            Fields {
                after: Some(b"[]"),
                ..ENTRY
            },
        ];
        for other in others {
            assert_ne!(other.hash(Hash::NONE), hash);
        }
        assert_ne!(ENTRY.hash(hash), hash);
    }

    proptest! {
        #[test]
        fn a_head_reads_what_it_displays(id in 0..i64::MAX, hash in any::<[u8; 32]>()) {
            let head = Head { id, hash: Hash(hash) };
            prop_assert_eq!(head.to_string().parse(), Ok(head));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = text.parse::<Head>();
        }
    }
}
