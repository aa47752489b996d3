//! Sessions that are over are forgotten.

use std::time::Duration;

use store::{Store, Timestamp};
use tokio::time::MissedTickBehavior;

use crate::http::lapse;

/// How often. Whether a session is over is looked at whenever it is used; this only tidies up.
const EVERY: Duration = Duration::from_mins(10);

/// Forgets the sessions that have ended, or were not used for `idle`, now and then every so often. Does
/// not return.
pub(crate) async fn run(store: Store, now: fn() -> Timestamp, idle: Duration) {
    let mut ticks = tokio::time::interval(EVERY);
    // After the machine has slept, once is enough.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match store.forget_sessions(lapse(now(), idle)).await {
            Ok(0) => {}
            Ok(sessions) => tracing::debug!(sessions, "sessions that are over were forgotten"),
            // It is tried again.
            Err(error) => tracing::warn!(%error, "sessions could not be forgotten"),
        }
    }
}
