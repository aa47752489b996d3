//! Where mail for an address goes: the console's answer, what DNS says, and what Postfix is told.

use std::time::Duration;

use gateway::explain::{Explanation, Subject, explain, look_up, names};
use gateway::postfix::{Check, Host, Outcome, Settings, Wanted, ask};
use gateway::probe::Names;
use routing::Own;
use store::{Store, Timestamp};

/// How long DNS and Postfix, which are asked at the same time, may take: whoever asked is waiting.
pub(crate) const PATIENCE: Duration = Duration::from_millis(4500);

/// Explains what becomes of mail for an address.
///
/// # Errors
/// If the database cannot be read. What DNS and Postfix do not tell is said in the explanation.
pub(crate) async fn explained(
    store: &Store,
    subject: &Subject,
    at: Timestamp,
    names_by: Names,
    own: &Own,
    postfix: Settings,
) -> Result<Explanation, store::Error> {
    let about = store.about(names(subject)).await?;
    let (mut explanation, wanted) = explain(subject, about, at);
    let dns = look_up(&mut explanation, names_by, own, PATIENCE);
    let ((), checks) = tokio::join!(dns, told(postfix, wanted));
    explanation.postfix = checks;
    Ok(explanation)
}

/// What Postfix is told. Its programs are waited for on a thread of their own.
async fn told(settings: Settings, wanted: Wanted) -> Option<Vec<Check>> {
    let asking = tokio::task::spawn_blocking(move || ask(&Host, &settings, &wanted, PATIENCE));
    asking.await.unwrap_or_else(|error| {
        tracing::error!(%error, "Postfix could not be asked");
        Some(vec![Check {
            name: "postfix".to_owned(),
            outcome: Outcome::Unknown,
            found: "Postfix could not be asked; the log says why.".to_owned(),
            fix: None,
        }])
    })
}
