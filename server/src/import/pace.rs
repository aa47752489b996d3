//! How far an import has come, how fast it goes and how long it will take.

use std::time::{Duration, Instant};

use store::{Phase, Progress};

/// How often it is looked at. Nothing can be said of a pace in less time.
pub(crate) const EVERY: Duration = Duration::from_millis(200);

/// Since when an import is in its present phase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    phase: Phase,
    since: Instant,
}

impl Spent {
    /// It begins now.
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Reading,
            since: Instant::now(),
        }
    }

    /// How long it has been in the phase in which it is now.
    pub(crate) fn in_phase(&mut self, phase: Phase) -> Duration {
        if phase != self.phase {
            *self = Self {
                phase,
                since: Instant::now(),
            };
        }
        self.since.elapsed()
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// What it is doing.
    pub(crate) what: &'static str,
    /// How much of that is done and how much there is, where somebody knows.
    pub(crate) part: Option<(u64, u64)>,
    /// How many rows have been done in a phase that goes by rows.
    pub(crate) rows: Option<u64>,
    /// How many of them a second.
    pub(crate) rows_a_second: Option<u64>,
    /// Until the end of what it is doing.
    pub(crate) left: Option<Duration>,
}

impl Pace {
    /// Where so much of the file has been `read`, of its length, if that is known.
    pub(crate) fn of(now: Progress, read: (u64, Option<u64>), spent: Duration) -> Self {
        let what = match now.phase {
            Phase::Reading => "Reading",
            Phase::Checking => "Checking",
            Phase::Writing => "Writing",
            Phase::Finishing => "Finishing",
        };
        let (done, total) = match now.phase {
            Phase::Reading => read,
            _ => (now.done, now.total),
        };
        let part = total
            .filter(|total| *total > 0)
            .map(|total| (done.min(total), total));
        let steady = spent > EVERY;
        let left = part
            .filter(|(done, _)| steady && *done > 0 && now.phase != Phase::Checking)
            .map(|(done, total)| {
                Duration::from_secs_f64(spent.as_secs_f64() * ratio(total - done, done))
            });
        let by_rows = matches!(now.phase, Phase::Reading | Phase::Writing);
        let rows = by_rows.then_some(now.done);
        let milliseconds = u64::try_from(spent.as_millis()).unwrap_or(u64::MAX).max(1);
        Self {
            what,
            part,
            rows,
            rows_a_second: rows
                .filter(|_| steady)
                .map(|rows| rows.saturating_mul(1_000) / milliseconds),
            left,
        }
    }

    /// How much is done, of a hundred.
    pub(crate) fn percent(&self) -> Option<u64> {
        self.part
            .map(|(done, total)| done.saturating_mul(100) / total)
    }
}

#[expect(clippy::cast_precision_loss, reason = "for the eye")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
