//! What the last connection test of a smart host has found.

use gateway::probe::Outcome;
use leptos::prelude::*;
use store::{TestOutcome, Tested, Timestamp};

use crate::plain::age::age;
use crate::plain::test::OutcomeMark;

/// When a smart host was last tested, and what came of it.
pub(super) fn last_test(tested: &Tested, now: Timestamp) -> AnyView {
    let outcome = match tested.outcome {
        TestOutcome::Ok => Outcome::Ok,
        TestOutcome::Warning => Outcome::Warning,
        TestOutcome::Failure => Outcome::Failure,
    };
    let other = (!tested.stored).then_some(" with other settings than now");
    view! {
        <div class=format!("tested step-{outcome}")>
            <OutcomeMark outcome />
            <p>
                "Tested " <Moment at=tested.at now /> {other} ": " {continued(&tested.verdict)}
            </p>
        </div>
    }
    .into_any()
}

/// How long ago something was, and exactly when.
#[component]
fn Moment(at: Timestamp, now: Timestamp) -> impl IntoView {
    let exact = at.to_string();
    view! { <time datetime=exact.clone() title=exact>{age(now, at)}</time> }
}

/// A sentence as it goes on after a colon.
fn continued(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::continued;

    #[test]
    fn only_a_word_loses_its_capital() {
        for (sentence, after_a_colon) in [
            ("Mail would be delivered.", "mail would be delivered."),
            ("TLS failed.", "TLS failed."),
            ("I", "I"),
            ("", ""),
        ] {
            assert_eq!(continued(sentence), after_a_colon);
        }
    }
}
