//! How far an import has come, where somebody is looking.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use store::{Import, Phase, Progress, Record};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::{Counter, read::Source};

/// How often it is drawn.
const EVERY: Duration = Duration::from_millis(200);
const WIDTH: u64 = 30;

/// A bar on a terminal; nothing where there is none.
pub(super) struct Bar(Option<JoinHandle<()>>);

impl Bar {
    pub(super) fn begin<T: Record>(source: &Source, import: &Import<T>) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let (length, read) = (source.length, Counter::clone(&source.read));
        let mut progress = import.progress();
        Self(Some(tokio::spawn(async move {
            let mut ticks = interval(EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
            let mut phase = Phase::Reading;
            let mut since = Instant::now();
            loop {
                ticks.tick().await;
                let now = *progress.borrow_and_update();
                if now.phase != phase {
                    (phase, since) = (now.phase, Instant::now());
                }
                let part = match now.phase {
                    Phase::Reading => (read.load(Ordering::Relaxed), length),
                    _ => (now.done, now.total),
                };
                draw(&line(now, part, since.elapsed()));
            }
        })))
    }

    /// Takes it away.
    pub(super) async fn end(self) {
        if let Some(task) = self.0 {
            task.abort();
            // It was aborted, so it says so.
            let _ = task.await;
            draw("");
        }
    }
}

fn draw(line: &str) {
    // There is no one left to tell if standard error is closed.
    let _ = write!(io::stderr().lock(), "\r{line}\x1b[K");
}

/// What is shown: `Writing [######------] 50 %, 300000 a second, 2 s left`.
fn line(now: Progress, (done, total): (u64, Option<u64>), spent: Duration) -> String {
    let what = match now.phase {
        Phase::Reading => "Reading",
        Phase::Checking => "Checking",
        Phase::Writing => "Writing",
        Phase::Finishing => "Finishing",
    };
    let mut line = what.to_owned();
    if let Some(total) = total.filter(|total| *total > 0) {
        let done = done.min(total);
        let full = usize::try_from(done * WIDTH / total).unwrap_or_default();
        let empty = usize::try_from(WIDTH).unwrap_or_default() - full;
        let (full, empty) = ("#".repeat(full), "-".repeat(empty));
        // Writing to a text never fails.
        let _ = write!(line, " [{full}{empty}] {} %", done * 100 / total);
        let left = spent.as_secs_f64() * ratio(total - done, done);
        if done > 0 && spent > EVERY && now.phase != Phase::Checking {
            let _ = write!(line, ", {left:.0} s left");
        }
    }
    let rows = matches!(now.phase, Phase::Reading | Phase::Writing);
    if rows && spent > EVERY {
        let rate =
            now.done.saturating_mul(1_000) / u64::try_from(spent.as_millis()).unwrap_or(1).max(1);
        let _ = write!(line, ", {rate} rows a second");
    }
    line
}

#[expect(clippy::cast_precision_loss, reason = "for the eye")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_how_fast_and_how_long() {
        let progress = |phase, done| Progress {
            phase,
            done,
            total: None,
        };
        let spent = Duration::from_secs(2);
        assert_eq!(
            line(
                progress(Phase::Writing, 500_000),
                (500_000, Some(2_000_000)),
                spent
            ),
            "Writing [#######-----------------------] 25 %, 6 s left, 250000 rows a second"
        );
        assert_eq!(
            line(progress(Phase::Reading, 1_000), (5, None), spent),
            "Reading, 500 rows a second"
        );
        assert_eq!(
            line(progress(Phase::Checking, 5), (5, Some(5)), spent),
            "Checking [##############################] 100 %"
        );
        assert_eq!(
            line(progress(Phase::Finishing, 0), (0, None), spent),
            "Finishing"
        );
        assert_eq!(
            line(progress(Phase::Reading, 0), (0, Some(0)), Duration::ZERO),
            "Reading"
        );
    }
}
