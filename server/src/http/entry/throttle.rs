//! Guessing is made slow: after some failures each further try must wait, longer and longer.
//!
//! Failures count for the account from one address, and for the address; so nobody can lock somebody
//! else out from elsewhere. In a browser in which the person has signed in before, only what is typed
//! wrong there counts. In memory, and bounded: whoever fills it makes it forget the oldest.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use access::Digest;
use store::Timestamp;

use super::{later, milliseconds};

/// What failures are counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A name, as it was typed, from one network.
    Account(Digest, Network),
    /// Anything from one network.
    Network(Network),
    /// A browser that is known for the account.
    Device(Digest),
    /// Codes of somebody whose password is known to whoever tries.
    Code(i64),
    /// A name, from anywhere. Nobody waits for it: it is only told at the next sign-in.
    Name(Digest),
}

/// Addresses that one party has: an IPv4 address, or the 64 bits of an IPv6 one that tell networks
/// apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Network(u64);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u32::from(address).into()),
            // Global addresses begin with another bit than small numbers do.
            IpAddr::V6(address) => {
                Self(u64::try_from(u128::from(address) >> 64).unwrap_or_default())
            }
        }
    }
}

impl Key {
    /// Failures that cost nothing: people mistype.
    fn free(self) -> u32 {
        match self {
            Self::Account(..) | Self::Device(_) | Self::Code(_) => 3,
            // Behind one address there may be a whole office.
            Self::Network(_) => 10,
            Self::Name(_) => u32::MAX,
        }
    }

    /// How long failures are remembered.
    fn remembered(self) -> Duration {
        match self {
            // Until the next sign-in, if there is one.
            Self::Name(_) => Duration::from_hours(90 * 24),
            _ => Duration::from_hours(1),
        }
    }

    fn longest(self) -> Duration {
        match self {
            Self::Account(..) | Self::Code(_) => Duration::from_mins(15),
            Self::Network(_) | Self::Device(_) => Duration::from_mins(1),
            Self::Name(_) => Duration::ZERO,
        }
    }

    /// How long to wait after so many failures.
    fn delay(self, failures: u32) -> Duration {
        let beyond = failures.saturating_sub(self.free());
        if beyond == 0 {
            return Duration::ZERO;
        }
        let doubled = Duration::from_secs(1).saturating_mul(1 << beyond.saturating_sub(1).min(20));
        doubled.min(self.longest())
    }
}

/// It was tried too often: wait this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Wait(pub(in crate::http) Duration);

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
}

/// How many counts there are at most.
const MOST: usize = 20_000;

/// The counts.
#[derive(Default)]
pub(super) struct Throttle(Mutex<HashMap<Key, Count>>);

impl Throttle {
    /// Begins a try, which counts as a failure until it is forgiven: those that are made at the same
    /// time cannot outrun the count. Returns the failures before it, of the first key.
    pub(super) fn begin(&self, keys: &[Key], now: Timestamp) -> Result<u32, Wait> {
        let mut counts = self.counts();
        let wait = keys.iter().filter_map(|key| {
            let count = counts.get(key).filter(|count| is_fresh(*key, count, now))?;
            let until = later(count.last, key.delay(count.failures));
            // A clock that was put back makes nobody wait longer than the delay.
            let longest = milliseconds(key.delay(count.failures));
            let wait = until.0.saturating_sub(now.0).min(longest);
            u64::try_from(wait).ok().filter(|wait| *wait > 0)
        });
        if let Some(wait) = wait.max() {
            return Err(Wait(Duration::from_millis(wait)));
        }
        let mut before = 0;
        for (position, key) in keys.iter().enumerate() {
            let count = counts.entry(*key).or_insert(Count {
                failures: 0,
                last: now,
            });
            if !is_fresh(*key, count, now) {
                count.failures = 0;
            }
            if position == 0 {
                before = count.failures;
            }
            count.failures = count.failures.saturating_add(1);
            count.last = now;
        }
        if counts.len() > MOST {
            make_room(&mut counts, now);
        }
        Ok(before)
    }

    /// Takes back what a try counted that was none: it was right. What others did from the same network,
    /// or with the same name, stays.
    pub(super) fn forgive(&self, keys: &[Key]) {
        let mut counts = self.counts();
        for key in keys {
            match key {
                Key::Network(_) | Key::Name(_) => {
                    if let Some(count) = counts.get_mut(key) {
                        count.failures = count.failures.saturating_sub(1);
                    }
                }
                _ => drop(counts.remove(key)),
            }
        }
    }

    /// Begins anew to count for this key.
    pub(super) fn forget(&self, key: Key) {
        self.counts().remove(&key);
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(key: Key, count: &Count, now: Timestamp) -> bool {
    later(count.last, key.remembered()) > now
}

/// Forgets what is old, or else the older half.
fn make_room(counts: &mut HashMap<Key, Count>, now: Timestamp) {
    counts.retain(|key, count| is_fresh(*key, count, now));
    if counts.len() > MOST {
        let mut times: Vec<_> = counts.values().map(|count| count.last).collect();
        let (_, middle, _) = times.select_nth_unstable(MOST / 2);
        let middle = *middle;
        counts.retain(|_, count| count.last > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn each_failure_makes_the_next_try_wait_longer() {
        let throttle = Throttle::default();
        let key = [Key::Account([1; 32], network("192.0.2.1"))];
        for before in 0..4 {
            assert_eq!(throttle.begin(&key, Timestamp(0)), Ok(before));
        }
        let mut now = 0;
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            let wait = Duration::from_secs(seconds);
            assert_eq!(throttle.begin(&key, Timestamp(now)), Err(Wait(wait)));
            now += i64::try_from(seconds).unwrap() * 1000;
            assert!(throttle.begin(&key, Timestamp(now - 1)).is_err());
            assert!(throttle.begin(&key, Timestamp(now)).is_ok(), "{seconds}");
        }
        // An hour later it is forgotten.
        assert_eq!(throttle.begin(&key, Timestamp(now + 3_600_000)), Ok(0));
    }

    #[test]
    fn nobody_locks_somebody_else_out() {
        let throttle = Throttle::default();
        let from = |text| {
            [
                Key::Account([1; 32], network(text)),
                Key::Network(network(text)),
            ]
        };
        for _ in 0..4 {
            throttle.begin(&from("192.0.2.66"), Timestamp(0)).unwrap();
        }
        assert!(throttle.begin(&from("192.0.2.66"), Timestamp(0)).is_err());
        assert_eq!(throttle.begin(&from("192.0.2.1"), Timestamp(0)), Ok(0));
        // Nor from the same address in a browser that is known.
        assert_eq!(throttle.begin(&[Key::Device([7; 32])], Timestamp(0)), Ok(0));
    }

    #[test]
    fn one_network_tries_all_names_at_one_pace() {
        let throttle = Throttle::default();
        let here = network("2001:db8::1");
        assert_eq!(here, network("2001:db8::ffff:1"));
        assert_ne!(here, network("2001:db8:0:1::1"));
        let mut refused = 0;
        for name in 0..40 {
            let keys = [Key::Account([name; 32], here), Key::Network(here)];
            refused += u32::from(throttle.begin(&keys, Timestamp(0)).is_err());
        }
        assert_eq!(refused, 29);
    }

    #[test]
    fn what_was_right_is_forgiven_but_not_what_others_did() {
        let throttle = Throttle::default();
        let here = network("192.0.2.1");
        for name in 0..11 {
            let keys = [Key::Account([name; 32], here), Key::Network(here)];
            throttle.begin(&keys, Timestamp(0)).unwrap();
            if name > 8 {
                throttle.forgive(&keys);
            }
        }
        assert_eq!(throttle.begin(&[Key::Network(here)], Timestamp(0)), Ok(9));
        assert_eq!(
            throttle.begin(&[Key::Account([10; 32], here)], Timestamp(0)),
            Ok(0)
        );
    }

    #[test]
    fn failures_for_a_name_are_counted_from_anywhere_and_slow_nobody_down() {
        let throttle = Throttle::default();
        for n in 0..40 {
            let from = network(&format!("192.0.2.{n}"));
            let keys = [Key::Name([1; 32]), Key::Account([1; 32], from)];
            assert_eq!(throttle.begin(&keys, Timestamp(0)), Ok(n));
        }
        let name = [Key::Name([1; 32])];
        // Much later, and though one of them was right.
        throttle.forgive(&name);
        assert_eq!(throttle.begin(&name, Timestamp(30 * 86_400_000)), Ok(39));
        throttle.forget(name[0]);
        assert_eq!(throttle.begin(&name, Timestamp(30 * 86_400_000)), Ok(0));
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let throttle = Throttle::default();
        for n in 0..60_000_u32 {
            let mut name = [0; 32];
            name[..4].copy_from_slice(&n.to_le_bytes());
            let key = [Key::Account(name, network("192.0.2.1"))];
            throttle.begin(&key, Timestamp(n.into())).unwrap();
        }
        assert!(throttle.counts().len() <= MOST);
    }
}
