//! Seeds of second factors between the page that shows one and the code that proves that it arrived.
//! In memory only: they are worth nothing until then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use access::Seed;
use store::{SessionKey, Timestamp};

use super::{EnterError, earlier};

/// How long somebody may take to set a device up.
const PATIENCE: Duration = Duration::from_mins(30);
/// More than so many do not set one up at the same time.
const MOST: usize = 1000;

#[derive(Default)]
pub(super) struct Seeds(Mutex<HashMap<SessionKey, (Seed, Timestamp)>>);

impl Seeds {
    /// The seed that this session was shown, or a new one.
    pub(super) fn of(&self, session: SessionKey, now: Timestamp) -> Result<Seed, EnterError> {
        let mut seeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = earlier(now, PATIENCE);
        seeds.retain(|_, (_, shown)| *shown > oldest);
        if let Some((seed, _)) = seeds.get(&session) {
            return Ok(seed.clone());
        }
        if seeds.len() >= MOST
            && let Some(first) = seeds
                .iter()
                .min_by_key(|(_, (_, shown))| *shown)
                .map(|(session, _)| *session)
        {
            seeds.remove(&first);
        }
        let seed = Seed::new().map_err(|error| EnterError::Random(error.to_string()))?;
        seeds.insert(session, (seed.clone(), now));
        Ok(seed)
    }

    pub(super) fn forget(&self, session: SessionKey) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_stays_until_it_is_set_up_or_forgotten() {
        let (seeds, one, two) = (Seeds::default(), SessionKey([1; 32]), SessionKey([2; 32]));
        let at = |session, now| seeds.of(session, Timestamp(now)).unwrap().expose().to_vec();
        let first = at(one, 0);
        assert_eq!(at(one, 60_000), first);
        assert_ne!(at(two, 60_000), first);
        assert_ne!(at(one, 30 * 60_000), first);
        let second = at(one, 30 * 60_000);
        seeds.forget(one);
        assert_ne!(at(one, 30 * 60_000), second);
    }
}
