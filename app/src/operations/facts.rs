//! What has become of the rows of a page since they were saved.

use routing::NextHop;
use store::{Asked, RowId, Stored, TestOutcome, Tested, Timestamp, Version};

use super::Backend;
use super::list::Listed;
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
    let asked = backend.store.asked(&ids).await?;
    let changed = backend.store.changed_at(&versions).await?;
    let tests = backend.store.tests(&hops).await?;
    let published = backend.published().await;
    let now = (backend.now)();
    for (stored, row) in stored.iter().zip(rows) {
        let state = State {
            published: published.map(|known| known >= stored.version),
            asked: asked.get(&stored.id).copied(),
            changed: changed.get(&stored.version).copied(),
        };
        let tested = stored.value.first_hop().and_then(|hop| tests.get(hop));
        row.facts = state
            .fact(now)
            .into_iter()
            .chain(tested.map(|tested| test_fact(tested, T::HAS_SETTINGS, now)))
            .collect();
    }
    Ok(())
}

/// How far a row has come.
struct State {
    /// Whether Postfix is answered by it; nothing if nobody answers Postfix.
    published: Option<bool>,
    asked: Option<Asked>,
    /// When it was last changed; nothing if that is too long ago to be known.
    changed: Option<Timestamp>,
}

impl State {
    fn fact(&self, now: Timestamp) -> Option<Fact> {
        if self.published == Some(false) {
            return Some(Fact {
                text: "Saved, not yet published".to_owned(),
                warning: true,
            });
        }
        let text = match self.asked {
            Some(Asked { count, last_at }) => {
                let (times, last) = (times(count), age(now, last_at));
                if self.changed.is_none_or(|changed| last_at >= changed) {
                    format!("Asked for {times}, last {last}")
                } else {
                    // That was for what it said before.
                    format!("Published, not asked for since; before, last {last}")
                }
            }
            None if self.published == Some(true) => "Published, not asked for yet".to_owned(),
            None => return None,
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

    fn fact(published: Option<bool>, asked: Option<(u64, i64)>, changed: i64) -> String {
        let state = State {
            published,
            asked: asked.map(|(count, ago)| Asked {
                count,
                last_at: Timestamp(NOW.0 - ago),
            }),
            changed: Some(Timestamp(NOW.0 - changed)),
        };
        state.fact(NOW).map(|fact| fact.text).unwrap_or_default()
    }

    #[test]
    fn a_row_says_how_far_it_has_come() {
        let minute = 60_000;
        for (published, asked, said) in [
            (None, None, ""),
            (Some(false), Some((3, 0)), "Saved, not yet published"),
            (Some(true), None, "Published, not asked for yet"),
            (
                Some(true),
                Some((1, minute)),
                "Asked for once, last 1 min ago",
            ),
            (
                Some(true),
                Some((1234, 0)),
                "Asked for 1,234 times, last just now",
            ),
            (
                Some(true),
                Some((2, 3 * minute)),
                "Published, not asked for since; before, last 3 min ago",
            ),
            // Nobody answers now, but somebody did.
            (None, Some((2, minute)), "Asked for 2 times, last 1 min ago"),
        ] {
            assert_eq!(fact(published, asked, 2 * minute), said);
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
