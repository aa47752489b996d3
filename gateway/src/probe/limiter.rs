//! How often connections may be tested.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time over which tests are counted.
const WINDOW: Duration = Duration::from_mins(1);

/// Keeps the connection test from being used to search a network: at most so many at once, and so
/// many begun within a minute. Clones count together.
#[derive(Clone, Debug)]
pub struct Limiter(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    at_once: usize,
    a_minute: usize,
    running: usize,
    /// When tests began, the oldest first; at most `a_minute`.
    begun: VecDeque<Instant>,
}

/// Why no test may begin now. Displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// As many run as may.
    #[error("{at_once} connection tests are running already. Wait for one to end.")]
    TooManyAtOnce {
        /// How many may.
        at_once: usize,
    },
    /// As many began within the last minute as may.
    #[error(
        "{a_minute} connection tests began within the last minute. Try again in {} s.",
        seconds(*.wait)
    )]
    TooManyAMinute {
        /// How many may.
        a_minute: usize,
        /// How long until the next one may.
        wait: Duration,
    },
}

/// Whole seconds, rounded up: who waits that long has waited long enough.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Leave for one test. It runs until this is dropped.
#[derive(Debug)]
pub struct Permit(Limiter);

impl Limiter {
    /// Allows `at_once` tests at the same time and `a_minute` within any minute.
    #[must_use]
    pub fn new(at_once: NonZeroUsize, a_minute: NonZeroUsize) -> Self {
        Self(Arc::new(Mutex::new(State {
            at_once: at_once.get(),
            a_minute: a_minute.get(),
            running: 0,
            begun: VecDeque::new(),
        })))
    }

    /// Leave for a test that begins at `now`.
    ///
    /// # Errors
    /// [`Refused`]; a refused test does not count.
    pub fn begin(&self, now: Instant) -> Result<Permit, Refused> {
        let mut state = self.state();
        let old = |began: &Instant| now.saturating_duration_since(*began) >= WINDOW;
        while state.begun.front().is_some_and(old) {
            state.begun.pop_front();
        }
        if state.running >= state.at_once {
            return Err(Refused::TooManyAtOnce {
                at_once: state.at_once,
            });
        }
        if let Some(oldest) = state.begun.front()
            && state.begun.len() >= state.a_minute
        {
            return Err(Refused::TooManyAMinute {
                a_minute: state.a_minute,
                wait: WINDOW.saturating_sub(now.saturating_duration_since(*oldest)),
            });
        }
        state.running += 1;
        state.begun.push_back(now);
        Ok(Permit(self.clone()))
    }

    /// Nothing here panics while it holds the lock; were it so, the numbers would still be sound.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running = state.running.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(at_once: usize, a_minute: usize) -> Limiter {
        Limiter::new(
            NonZeroUsize::new(at_once).unwrap(),
            NonZeroUsize::new(a_minute).unwrap(),
        )
    }

    #[test]
    fn so_many_at_once_and_no_more() {
        let limiter = limiter(2, 100);
        let now = Instant::now();
        let first = limiter.begin(now).unwrap();
        let _second = limiter.clone().begin(now).unwrap();
        let refused = limiter.begin(now).unwrap_err();
        assert_eq!(refused, Refused::TooManyAtOnce { at_once: 2 });
        drop(first);
        limiter.begin(now).unwrap();
    }

    #[test]
    fn so_many_a_minute_and_no_more() {
        let limiter = limiter(9, 2);
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        drop(limiter.begin(now).unwrap());
        drop(limiter.begin(later(20)).unwrap());
        let refused = limiter.begin(later(30)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "2 connection tests began within the last minute. Try again in 30 s."
        );
        // A refusal does not count: the next may begin as soon as the first is a minute old.
        drop(limiter.begin(later(60)).unwrap());
        assert!(limiter.begin(later(61)).is_err());
        drop(limiter.begin(later(80)).unwrap());
    }

    #[test]
    fn a_clock_that_goes_back_does_no_harm() {
        let limiter = limiter(9, 1);
        let now = Instant::now();
        drop(limiter.begin(now + Duration::from_mins(5)).unwrap());
        let refused = limiter.begin(now).unwrap_err();
        assert_eq!(
            refused,
            Refused::TooManyAMinute {
                a_minute: 1,
                wait: WINDOW
            }
        );
    }
}
