//! Replacing the key that seals.

use std::fmt::Write;

use serde_json::json;

use super::{Fingerprint, SealingKey, ring};
use crate::{By, Error, Store, people, settings, smart_host};

/// What came of replacing the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Secrets that are sealed with the new key now.
    pub sealed: u64,
    /// Secrets that could not be read and stay so.
    pub unreadable: u64,
}

impl Store {
    /// Replaces the key that seals passwords and second factors, and seals them all anew. Other
    /// processes notice at their next look. Whenever this is broken off, either the old or the new key
    /// is good for all.
    ///
    /// # Errors
    /// [`Error::Seal`] without random bytes; [`Error::Database`] if the key's file cannot be written.
    pub async fn rotate_key(&self, by: &By) -> Result<Rotated, Error> {
        let ring = self.key.clone();
        let (rotated, key) = self
            .write_by(by, move |tx, by| {
                ring.settle(tx)?;
                let old = ring.of(tx)?;
                let new = SealingKey::random().map_err(|error| Error::Seal(error.to_string()))?;
                ring.write_next(&new)
                    .map_err(|error| Error::Database(error.into()))?;
                let hosts = smart_host::reseal(tx, &old, &new)?;
                let seeds = people::reseal(tx, &old, &new)?;
                ring::record(tx, new.fingerprint())?;
                let (before, after) = (old.fingerprint(), new.fingerprint());
                settings::record(
                    tx,
                    by,
                    &json!({ "sealing_key": short(before) }),
                    &json!({ "sealing_key": short(after) }),
                )?;
                let rotated = Rotated {
                    sealed: hosts.0 + seeds.0,
                    unreadable: hosts.1 + seeds.1,
                };
                Ok((rotated, new))
            })
            .await?;
        self.key.learn(key);
        let ring = self.key.clone();
        let settled = self.write(move |tx| ring.settle(tx).map(drop)).await;
        if let Err(error) = settled {
            // The new key counts, from its own file; the next start moves it.
            tracing::warn!(%error, "the new sealing key could not be moved to its place yet");
        }
        Ok(rotated)
    }
}

/// Enough of a fingerprint to tell keys apart in the history.
fn short(fingerprint: Fingerprint) -> String {
    let mut text = String::with_capacity(16);
    for byte in &fingerprint[..8] {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
