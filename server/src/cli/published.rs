//! Whether the look-up service knows what a command has changed.

use std::time::Duration;

use gateway::lookup::published::{Published, wait};
use store::Store;

use super::output;

/// How long a command waits for the look-up service.
const PATIENCE: Duration = Duration::from_millis(500);

/// Waits until the look-up service knows the last change, and says on standard error if it does not.
/// Where none runs nothing is said.
pub(super) async fn wait_for_it(store: &Store) {
    let (Some(folder), Ok(latest)) = (store.path().parent(), store.latest().await) else {
        return;
    };
    match wait(folder, latest, PATIENCE).await {
        Ok(Published::NotYet) => output::note("Saved; not yet published to Postfix."),
        Ok(Published::Yes | Published::NobodyAnswers) => {}
        Err(error) => tracing::warn!(%error, "what is published to Postfix cannot be read"),
    }
}
