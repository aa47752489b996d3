//! How far an import has come, where somebody is looking.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::Ordering;

use store::{Import, Record};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::read::Source;
use crate::import::{Counter, EVERY, Pace, Spent};

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
            let mut spent = Spent::new();
            loop {
                ticks.tick().await;
                let now = *progress.borrow_and_update();
                let spent = spent.in_phase(now.phase);
                let read = (read.load(Ordering::Relaxed), length);
                draw(&line(&Pace::of(now, read, spent)));
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

/// What is shown: `Writing [######------] 50 %, 2 s left, 300000 rows a second`.
fn line(pace: &Pace) -> String {
    let mut line = pace.what.to_owned();
    if let (Some((done, total)), Some(percent)) = (pace.part, pace.percent()) {
        let full = usize::try_from(done.saturating_mul(WIDTH) / total).unwrap_or_default();
        let empty = usize::try_from(WIDTH).unwrap_or_default() - full;
        let (full, empty) = ("#".repeat(full), "-".repeat(empty));
        // Writing to a text never fails.
        let _ = write!(line, " [{full}{empty}] {percent} %");
    }
    if let Some(left) = pace.left {
        let _ = write!(line, ", {:.0} s left", left.as_secs_f64());
    }
    if let Some(rate) = pace.rows_a_second {
        let _ = write!(line, ", {rate} rows a second");
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use store::{Phase, Progress};

    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_how_fast_and_how_long() {
        let progress = |phase, done, total| Progress { phase, done, total };
        let line = |now, read, spent| line(&Pace::of(now, read, spent));
        let spent = Duration::from_secs(2);
        assert_eq!(
            line(
                progress(Phase::Writing, 500_000, Some(2_000_000)),
                (0, None),
                spent
            ),
            "Writing [#######-----------------------] 25 %, 6 s left, 250000 rows a second"
        );
        assert_eq!(
            line(progress(Phase::Reading, 1_000, None), (5, None), spent),
            "Reading, 500 rows a second"
        );
        assert_eq!(
            line(progress(Phase::Checking, 5, Some(5)), (9, None), spent),
            "Checking [##############################] 100 %"
        );
        assert_eq!(
            line(progress(Phase::Finishing, 0, None), (9, None), spent),
            "Finishing"
        );
        assert_eq!(
            line(
                progress(Phase::Reading, 0, None),
                (0, Some(0)),
                Duration::ZERO
            ),
            "Reading"
        );
    }
}
