//! The one place that reads the clock; everywhere else time comes in as a parameter.

use std::time::{SystemTime, UNIX_EPOCH};

use store::Timestamp;

/// So many days earlier.
#[must_use]
pub fn days_before(now: Timestamp, days: u32) -> Timestamp {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    Timestamp(now.0.saturating_sub(i64::from(days) * DAY_MS))
}

/// The present moment.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place from which time comes"
)]
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
