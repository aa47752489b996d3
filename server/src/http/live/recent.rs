//! What has happened lately, so that whoever comes back after a short while misses nothing and costs
//! nothing.

use std::collections::VecDeque;

use store::Version;

use super::words;

/// From how many steps on the oldest is forgotten.
const KEPT: usize = 256;

/// The state of the store, and the last steps on the way there.
#[derive(Debug)]
pub(super) struct Recent {
    version: Version,
    /// Each leads from the state before to the next one.
    steps: VecDeque<Step>,
}

#[derive(Debug)]
struct Step {
    before: Version,
    after: Version,
    /// Events as they are sent; empty where nothing has changed that a page shows.
    events: String,
}

impl Recent {
    /// Nothing but the state.
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            steps: VecDeque::new(),
        }
    }

    /// The state of the store.
    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// Notes a step to another state.
    pub(super) fn step(&mut self, after: Version, events: String) {
        if self.steps.len() == KEPT {
            self.steps.pop_front();
        }
        self.steps.push_back(Step {
            before: self.version,
            after,
            events,
        });
        self.version = after;
    }

    /// The events for whoever knows of this state; if that is too long ago, or if nothing is known, the
    /// one that says how far the store is.
    pub(super) fn since(&self, heard: Option<Version>) -> String {
        let Some(heard) = heard else {
            return words::somewhere(self.version);
        };
        if heard == self.version {
            return String::new();
        }
        let missed = self.steps.iter().rev();
        let mut missed: Vec<_> = missed.take_while(|step| step.after != heard).collect();
        match missed.pop() {
            Some(first) if first.before == heard => {
                let rest = missed.iter().rev();
                std::iter::once(&first)
                    .chain(rest)
                    .map(|step| step.events.as_str())
                    .collect()
            }
            _ => words::somewhere(self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steps: i64) -> Recent {
        let mut recent = Recent::new(Version(10));
        for step in 1..=steps {
            recent.step(Version(10 + 2 * step), format!("{step};"));
        }
        recent
    }

    #[test]
    fn whoever_was_there_lately_hears_what_was_missed() {
        let recent = after(3);
        assert_eq!(recent.version(), Version(16));
        for (heard, missed) in [(10, "1;2;3;"), (12, "2;3;"), (14, "3;"), (16, "")] {
            assert_eq!(recent.since(Some(Version(heard))), missed, "{heard}");
        }
    }

    #[test]
    fn whoever_was_not_hears_how_far_the_store_is() {
        let now = words::somewhere(Version(16));
        let recent = after(3);
        // Never there, too long ago, between two steps, and in another database.
        for heard in [None, Some(9), Some(13), Some(99)] {
            assert_eq!(recent.since(heard.map(Version)), now, "{heard:?}");
        }
        let long = after(300);
        assert_eq!(long.steps.len(), KEPT);
        assert_eq!(
            long.since(Some(Version(10))),
            words::somewhere(Version(610))
        );
        assert_eq!(long.since(Some(Version(608))), "300;");
    }
}
