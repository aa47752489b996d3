//! Removed routes hold queued mail for a limited time.

use std::time::Duration;

use store::{By, Store, Timestamp};
use tokio::time::MissedTickBehavior;

/// How often the clock is looked at: times are in days, so a minute more or less is nothing.
pub(crate) const EVERY: Duration = Duration::from_mins(1);

/// Releases what is held for removed routes when its time has come, now and then every so often. Does
/// not return.
pub(crate) async fn run(store: Store, now: fn() -> Timestamp, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    // After the machine has slept, once is enough.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let by = By::new("smart-hosts", now());
        match store.release_expired(&by).await {
            Ok(released) => {
                for row in released {
                    let held = row.value;
                    let scope = held.pattern.scope;
                    tracing::info!(domain = %held.pattern.domain, %scope, "held mail released");
                }
            }
            // Nothing is lost: it is tried again.
            Err(error) => tracing::warn!(%error, "held mail could not be released"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use routing::{Input, Route};
    use store::{By, HeldQuery, QueuedMail, Selection, Store, Timestamp};

    async fn deleted(store: &Store, domain: &str, hold: Duration) {
        let by = By::new("anna", Timestamp(0));
        let input = Input {
            domain: domain.to_owned(),
            relay_host: "relay".to_owned(),
            relay_port: "25".to_owned(),
            ..Input::default()
        };
        let added = store.add(&by, input.route().unwrap()).await.unwrap();
        let rows = Selection::Rows(vec![(added.row.id, added.row.version)]);
        let deleted = store.delete_with::<Route>(&by, rows, QueuedMail::Hold(hold));
        deleted.await.unwrap();
    }

    #[tokio::test]
    async fn what_is_over_is_released_and_what_is_not_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smart-hosts.db");
        let store = Store::open(&path).await.unwrap();
        deleted(&store, "over.example", Duration::from_secs(1)).await;
        deleted(&store, "not.example", Duration::from_secs(2)).await;
        let mut changed = store.changed();
        changed.mark_unchanged();
        let now = || Timestamp(1000);
        let task = tokio::spawn(super::run(store.clone(), now, super::EVERY));
        changed.changed().await.unwrap();
        task.abort();
        let held = store.held(HeldQuery::default()).await.unwrap().rows;
        let names: Vec<_> = held
            .iter()
            .map(|row| row.value.pattern.to_string())
            .collect();
        assert_eq!(names, ["not.example"]);
        let last = store.changes(0, 99).await.unwrap().pop().unwrap();
        assert_eq!(last.actor, "smart-hosts");
        assert_eq!(last.at, Timestamp(1000));
    }
}
