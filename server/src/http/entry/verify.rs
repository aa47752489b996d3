//! Comparing what somebody shows with what is kept.

use std::sync::Arc;

use access::{
    AccountName, Digest, NewPassword, Verdict, digest, recovery_key, verify_nobody, verify_password,
};
use app::error::AppError;
use secrecy::{ExposeSecret, SecretString};
use store::{Credentials, Factor, RowId, StoredSeed, Version};
use tokio::task::spawn_blocking;

use super::throttle::Key;
use super::{Device, Entry, Wait};

/// Somebody who has shown the right password.
#[derive(Clone, Debug)]
pub(in crate::http) struct Known {
    pub(in crate::http) name: AccountName,
    pub(in crate::http) person: RowId,
    /// The change that set the password that was shown.
    pub(in crate::http) password_set: Version,
    /// Whether a second factor is needed, too.
    pub(in crate::http) needs_code: bool,
    /// How often it went wrong with this name since the last sign-in, from anywhere.
    pub(in crate::http) failures_before: u32,
    /// What counts failures of this try.
    pub(super) keys: Vec<Key>,
}

/// Why somebody is not let in.
#[derive(Debug)]
pub(in crate::http) enum Refused {
    /// Name, password or code are not right; which of them is nobody's business.
    Wrong,
    /// It was tried too often.
    Wait(Wait),
    /// It cannot be found out now.
    Store(store::Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Entry {
    /// Compares a password. The answer, and the time until it comes, are the same for a name that
    /// nobody has, a wrong password, and an account that is disabled.
    pub(in crate::http) async fn password(
        &self,
        name: &str,
        password: SecretString,
        from: &Device,
    ) -> Result<Known, Refused> {
        let account = AccountName::parse(name).ok();
        let found = match &account {
            Some(account) => self.store.credentials(account).await?,
            None => None,
        };
        let keys = self.keys(name, found.as_ref(), from).await?;
        let failures_before = self.begin(&keys, name, from)?;
        let Some(found) = self.compared(found, password).await? else {
            tracing::warn!(
                name = %loggable(name),
                address = %from.address,
                failures_before,
                "a sign-in was refused"
            );
            return Err(Refused::Wrong);
        };
        Ok(Known {
            needs_code: !matches!(found.seed, StoredSeed::None),
            name: found.person.name,
            person: found.person.id,
            password_set: found.password_set,
            failures_before,
            keys,
        })
    }

    /// Compares a code of the second factor, or a recovery code, and says which it is. Whether it was
    /// used before is found out when it is used up.
    pub(in crate::http) async fn code(
        &self,
        known: Known,
        code: &SecretString,
        from: &Device,
    ) -> Result<(Known, Factor), Refused> {
        let found = self.store.credentials(&known.name).await?;
        let found = found.filter(|found| found.person.id == known.person);
        let mut keys = match self.device_of(found.as_ref(), from).await? {
            Some(device) => vec![name_key(known.name.as_str()), device],
            // Whoever knows the password may try from many addresses.
            None => vec![name_key(known.name.as_str()), Key::Code(known.person.0)],
        };
        let failures = self.begin(&keys, known.name.as_str(), from)?;
        let factor = found.as_ref().and_then(|found| self.factor(found, code));
        let Some(factor) = factor else {
            tracing::warn!(person = %known.name, address = %from.address, "a code was refused");
            return Err(Refused::Wrong);
        };
        keys.extend(&known.keys);
        let known = Known {
            keys,
            // Those before the password was right are among them, unless the server was restarted.
            failures_before: known.failures_before.max(failures),
            ..known
        };
        Ok((known, factor))
    }

    fn factor(&self, found: &Credentials, code: &SecretString) -> Option<Factor> {
        if let Some(code) = recovery_key(code) {
            return Some(Factor::Recovery(code));
        }
        let StoredSeed::Set { seed, last_step } = &found.seed else {
            return None;
        };
        let seed = access::Seed::from_bytes(seed).ok()?;
        let now = (self.now)().since_epoch().as_secs();
        let step = seed.check(code.expose_secret(), now, Some(*last_step))?;
        Some(Factor::Code { step })
    }

    /// Somebody whose password was compared before, in another request.
    pub(in crate::http) fn known_before(
        name: AccountName,
        person: RowId,
        password_set: Version,
        failures_before: u32,
    ) -> Known {
        Known {
            name,
            person,
            password_set,
            needs_code: true,
            failures_before,
            keys: Vec::new(),
        }
    }

    /// The hash of a new password.
    pub(in crate::http) async fn hash(&self, password: NewPassword) -> Result<String, AppError> {
        let turn = Arc::clone(&self.hashing).acquire_owned().await.ok();
        let hashing = spawn_blocking(move || {
            let _turn = turn;
            password.hash()
        });
        match hashing.await {
            Ok(Ok(hash)) => Ok(hash),
            Ok(Err(error)) => {
                tracing::error!(%error, "a password could not be hashed");
                Err(AppError::Internal)
            }
            Err(_) => Err(AppError::Internal),
        }
    }

    /// Takes back what a right password counted, where nothing else is to come of it.
    pub(in crate::http) fn forgive(&self, known: &Known) {
        self.throttle.forgive(&known.keys);
    }

    async fn keys(
        &self,
        name: &str,
        found: Option<&Credentials>,
        from: &Device,
    ) -> Result<Vec<Key>, store::Error> {
        if let Some(device) = self.device_of(found, from).await? {
            return Ok(vec![name_key(name), device]);
        }
        let network = from.address.into();
        let account = Key::Account(name_digest(name), network);
        Ok(vec![name_key(name), account, Key::Network(network)])
    }

    async fn device_of(
        &self,
        found: Option<&Credentials>,
        from: &Device,
    ) -> Result<Option<Key>, store::Error> {
        let Some(device) = from.key() else {
            return Ok(None);
        };
        // Asked for nobody, too, so that it takes no other time.
        let person = found.map_or(RowId(0), |found| found.person.id);
        let known = self.store.knows_device(person, device).await?;
        Ok(known.then_some(Key::Device(device)))
    }

    fn begin(&self, keys: &[Key], name: &str, from: &Device) -> Result<u32, Refused> {
        self.throttle.begin(keys, (self.now)()).map_err(|wait| {
            tracing::warn!(
                name = %loggable(name),
                address = %from.address,
                wait_seconds = wait.0.as_secs() + 1,
                "a sign-in was put off"
            );
            Refused::Wait(wait)
        })
    }

    /// The person, if this is the password of somebody who may sign in.
    async fn compared(
        &self,
        found: Option<Credentials>,
        password: SecretString,
    ) -> Result<Option<Credentials>, store::Error> {
        // Never closed, so an error is none that can come.
        let turn = Arc::clone(&self.hashing).acquire_owned().await.ok();
        let comparing = spawn_blocking(move || {
            let _turn = turn;
            let Some(found) = found else {
                verify_nobody(&password);
                return None;
            };
            let verdict = verify_password(&password, found.password_hash.expose_secret());
            let right = verdict != Verdict::Wrong && !found.person.disabled;
            right.then(|| {
                let renewed = verdict.renewed(&password);
                (found, renewed)
            })
        });
        let Some((found, renewed)) = comparing.await.unwrap_or_default() else {
            return Ok(None);
        };
        if let Some(renewed) = renewed {
            let (id, old) = (found.person.id, found.password_hash.clone());
            self.store.renew_hash(id, old, renewed).await?;
        }
        Ok(Some(found))
    }
}

fn name_digest(name: &str) -> Digest {
    digest(&name.trim().to_ascii_lowercase())
}

/// What counts failures with this name, from anywhere.
pub(super) fn name_key(name: &str) -> Key {
    Key::Name(name_digest(name))
}

/// A name as it may stand in a log: somebody may have typed anything there, even a password.
fn loggable(name: &str) -> String {
    match AccountName::parse(name) {
        Ok(name) => name.to_string(),
        Err(_) => "(no account name)".to_owned(),
    }
}
