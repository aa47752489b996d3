//! The history is kept for a limited time, where somebody has said for how long.

use std::time::Duration;

use store::{By, Store, Timestamp};
use tokio::time::MissedTickBehavior;

use crate::clock;

/// How often old entries are looked for.
pub(crate) const EVERY: Duration = Duration::from_hours(1);

/// Removes the entries that are older than so many days, now and then every so often. Does not return.
pub(crate) async fn run(store: Store, now: fn() -> Timestamp, keep_days: u32, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    // After the machine has slept, once is enough.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = now();
        let by = By::new("smart-hosts", now);
        let before = clock::days_before(now, keep_days);
        match store.prune_history(&by, before).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, keep_days, "old history removed"),
            // Nothing is lost: it is tried again.
            Err(error) => tracing::warn!(%error, "old history could not be removed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use routing::Input;
    use store::{By, HistoryQuery, Store, Timestamp};

    const DAY: i64 = 24 * 60 * 60 * 1000;

    #[tokio::test]
    async fn what_is_too_old_goes_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smart-hosts.db");
        let store = Store::open(&path).await.unwrap();
        for (domain, day) in [("a.example", 0), ("b.example", 1), ("c.example", 2)] {
            let input = Input {
                domain: domain.to_owned(),
                relay_host: "relay".to_owned(),
                relay_port: "25".to_owned(),
                ..Input::default()
            };
            let by = By::new("anna", Timestamp(day * DAY));
            store.add(&by, input.route().unwrap()).await.unwrap();
        }
        let now = || Timestamp(3 * DAY);
        let task = tokio::spawn(super::run(store.clone(), now, 2, super::EVERY));
        while store.change(1).await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
        task.abort();
        let page = store.history(HistoryQuery::default()).await.unwrap();
        let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
        assert_eq!(ids, [4, 3, 2], "the last one says that others were removed");
    }
}
