//! What has become of the rows of a page since they were saved.

use routing::NextHop;
use store::{Asked, By, RowId, Stored, TestOutcome, Tested, Timestamp, Version};

use super::Backend;
use super::list::Listed;
use super::publication::Publication;
use crate::error::AppError;
use crate::plain::age::{age, times};
use crate::wire::{Fact, Row};

/// Adds to each row what is known of it: whether Postfix is answered by it, how often it asked, and
/// how the last connection test went.
pub(super) async fn add<T: Listed>(
    backend: &Backend,
    stored: &[Stored<T>],
    rows: &mut [Row],
) -> Result<(), AppError> {
    let ids: Vec<RowId> = stored.iter().map(|row| row.id).collect();
    let versions: Vec<Version> = stored.iter().map(|row| row.version).collect();
    let hops: Vec<NextHop> = stored
        .iter()
        .filter_map(|row| row.value.first_hop().cloned())
        .collect();
    let known = backend.store.known(ids, versions, hops).await?;
    let published = backend.published().await;
    let now = (backend.now)();
    for (stored, row) in stored.iter().zip(rows) {
        let state = State {
            published: published.publication_of(stored.version),
            asked: known.asked.get(&stored.id).copied(),
            changed: known.changed.get(&stored.version).copied(),
        };
        // One that is disabled is not asked for.
        let is_told = row.enabled || state.published == Publication::NotYet;
        let tested = stored
            .value
            .first_hop()
            .and_then(|hop| known.tests.get(hop));
        row.facts = state
            .fact(now)
            .filter(|_| is_told)
            .into_iter()
            .chain(tested.map(|tested| test_fact(tested, T::HAS_SETTINGS, now)))
            .collect();
    }
    Ok(())
}

/// What is said of a row for this long after somebody else has changed it.
const JUST_NOW: i64 = 60_000;

/// Who else has just changed a row, for whoever sees it change.
pub(super) async fn changed_by_another<T: Listed>(
    backend: &Backend,
    id: RowId,
) -> Result<Option<Fact>, AppError> {
    let Some(change) = backend.store.last_change::<T>(id).await? else {
        return Ok(None);
    };
    let age = (backend.now)().0 - change.at.0;
    if age > JUST_NOW || change.actor == backend.who.name {
        return Ok(None);
    }
    let text = match change.actor.as_str() {
        By::LOCAL => "Changed on the command line".to_owned(),
        actor => format!("Changed by {actor}"),
    };
    Ok(Some(Fact {
        text,
        warning: false,
    }))
}

/// How far a row has come.
struct State {
    /// Whether Postfix is answered by it.
    published: Publication,
    asked: Option<Asked>,
    /// When it was last changed; nothing if that is too long ago to be known.
    changed: Option<Timestamp>,
}

impl State {
    fn fact(&self, now: Timestamp) -> Option<Fact> {
        let warning = |text: String| {
            let warning = true;
            Some(Fact { text, warning })
        };
        let text = match (self.published, self.asked) {
            (Publication::NotYet, _) => return warning("Saved, not yet published".to_owned()),
            // Postfix did ask, so it is waiting for an answer, and so is its mail.
            (Publication::NobodyAnswers, Some(Asked { last_at, .. })) => {
                let last = age(now, last_at);
                return warning(format!(
                    "Saved; nobody answers Postfix, which last asked {last}"
                ));
            }
            // There may be no Postfix yet.
            (Publication::NobodyAnswers | Publication::Unknown, None) => return None,
            (Publication::Yes, None) => "Published, not asked for yet".to_owned(),
            (state, Some(Asked { count, last_at })) => {
                let (times, last) = (times(count), age(now, last_at));
                if self.changed.is_none_or(|changed| last_at >= changed) {
                    format!("Asked for {times}, last {last}")
                } else {
                    // That was for what it said before.
                    let saved = match state {
                        Publication::Yes => "Published",
                        _ => "Saved",
                    };
                    format!("{saved}, not asked for since; before, last {last}")
                }
            }
        };
        Some(Fact {
            text,
            warning: false,
        })
    }
}

/// `has_settings` says whether the settings of the host count for the row's mail.
fn test_fact(tested: &Tested, has_settings: bool, now: Timestamp) -> Fact {
    let result = match tested.outcome {
        TestOutcome::Ok => "passed",
        TestOutcome::Warning => "passed with a warning",
        TestOutcome::Failure => "failed",
    };
    let old = if tested.stored || !has_settings {
        ""
    } else {
        " with other settings"
    };
    Fact {
        text: format!("Test{old} {result} {}", age(now, tested.at)),
        warning: tested.outcome == TestOutcome::Failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn fact(published: Publication, asked: Option<(u64, i64)>, changed: i64) -> (String, bool) {
        let state = State {
            published,
            asked: asked.map(|(count, ago)| Asked {
                count,
                last_at: Timestamp(NOW.0 - ago),
            }),
            changed: Some(Timestamp(NOW.0 - changed)),
        };
        let fact = state.fact(NOW);
        fact.map(|fact| (fact.text, fact.warning))
            .unwrap_or_default()
    }

    #[test]
    fn a_row_says_how_far_it_has_come() {
        use Publication::{NobodyAnswers, NotYet, Unknown, Yes};
        let minute = 60_000;
        let nobody = "Saved; nobody answers Postfix, which last asked";
        for (published, asked, said, warning) in [
            (NobodyAnswers, None, String::new(), false),
            (Unknown, None, String::new(), false),
            (
                NotYet,
                Some((3, 0)),
                "Saved, not yet published".to_owned(),
                true,
            ),
            (Yes, None, "Published, not asked for yet".to_owned(), false),
            (
                Yes,
                Some((1, minute)),
                "Asked for once, last 1 min ago".to_owned(),
                false,
            ),
            (
                Yes,
                Some((1234, 0)),
                "Asked for 1,234 times, last just now".to_owned(),
                false,
            ),
            (
                Yes,
                Some((2, 3 * minute)),
                "Published, not asked for since; before, last 3 min ago".to_owned(),
                false,
            ),
            // Nobody answers now, but somebody did: before the last change, or after it.
            (
                NobodyAnswers,
                Some((2, 3 * minute)),
                format!("{nobody} 3 min ago"),
                true,
            ),
            (
                NobodyAnswers,
                Some((2, minute)),
                format!("{nobody} 1 min ago"),
                true,
            ),
            (
                Unknown,
                Some((2, 3 * minute)),
                "Saved, not asked for since; before, last 3 min ago".to_owned(),
                false,
            ),
        ] {
            assert_eq!(fact(published, asked, 2 * minute), (said, warning));
        }
    }

    #[test]
    fn a_test_that_failed_is_to_be_seen_to() {
        let tested = |outcome, stored, has_settings| {
            let tested = Tested {
                at: NOW,
                outcome,
                verdict: "It ended.".to_owned(),
                stored,
            };
            let fact = test_fact(&tested, has_settings, NOW);
            (fact.text, fact.warning)
        };
        assert_eq!(
            tested(TestOutcome::Ok, true, true),
            ("Test passed just now".to_owned(), false)
        );
        assert_eq!(
            tested(TestOutcome::Failure, false, true),
            ("Test with other settings failed just now".to_owned(), true)
        );
        assert_eq!(
            tested(TestOutcome::Ok, false, false),
            ("Test passed just now".to_owned(), false)
        );
    }
}
