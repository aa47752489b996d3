//! Writes down what happens, and tells it to whoever listens.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::probe::Certificate;
use crate::probe::report::{Event, Kind, Outcome, Said, Speaker, Step};
use crate::probe::words::{Secrets, shown};

/// The steps of a running test.
pub(super) struct Record {
    events: UnboundedSender<Event>,
    steps: Vec<Step>,
    running: Option<Running>,
    address: Option<SocketAddr>,
    /// Whether delivery has another address to go to, so that a failure is only a warning.
    has_other_way: bool,
    end: Instant,
    /// What must not be shown.
    pub(super) secrets: Secrets,
}

struct Running {
    kind: Kind,
    began: Instant,
    said: Vec<Said>,
}

/// Delivery by this address would not go on; the step that says why is written down.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stopped;

/// How a step ended.
pub(super) struct Ending {
    outcome: Outcome,
    finding: String,
    advice: Option<String>,
    certificate: Option<Box<Certificate>>,
}

impl Ending {
    pub(super) fn ok(finding: impl Into<String>) -> Self {
        Self::new(Outcome::Ok, finding)
    }

    pub(super) fn skipped(finding: impl Into<String>) -> Self {
        Self::new(Outcome::Skipped, finding)
    }

    pub(super) fn warning(finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Outcome::Warning, finding).advising(advice)
    }

    pub(super) fn failure(finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Outcome::Failure, finding).advising(advice)
    }

    fn new(outcome: Outcome, finding: impl Into<String>) -> Self {
        Self {
            outcome,
            finding: finding.into(),
            advice: None,
            certificate: None,
        }
    }

    pub(super) fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(super) fn showing(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(Box::new(certificate));
        self
    }
}

/// Time ran out; displays as a sentence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Late {
    #[error("Nothing came of it within {} s.", .0.as_secs_f32())]
    Step(Duration),
    #[error("The test as a whole took too long and was ended.")]
    Test,
}

impl Record {
    pub(super) fn new(events: UnboundedSender<Event>, overall: Duration) -> Self {
        Self {
            events,
            steps: Vec::new(),
            running: None,
            address: None,
            has_other_way: false,
            end: Instant::now() + overall,
            secrets: Secrets::default(),
        }
    }

    /// From here on, steps are about this address.
    pub(super) fn at(&mut self, address: SocketAddr, has_other_way: bool) {
        self.address = Some(address);
        self.has_other_way = has_other_way;
    }

    pub(super) fn begin(&mut self, kind: Kind) {
        self.running = Some(Running {
            kind,
            began: Instant::now(),
            said: Vec::new(),
        });
        self.tell(Event::Begun {
            kind,
            address: self.address,
        });
    }

    /// Writes down a command, in the form that may be shown.
    pub(super) fn sent(&mut self, command: &str) {
        let lines = [command.as_bytes().to_vec()];
        self.said(Speaker::Client, &lines);
    }

    /// Writes down the lines of a reply, or of the beginning of one.
    pub(super) fn heard(&mut self, lines: &[Vec<u8>]) {
        if !lines.is_empty() {
            self.said(Speaker::Server, lines);
        }
    }

    fn said(&mut self, by: Speaker, lines: &[Vec<u8>]) {
        let text = shown(lines, &self.secrets);
        if let Some(running) = &mut self.running {
            running.said.push(Said { by, text });
        }
    }

    /// Ends the step that runs.
    ///
    /// # Errors
    /// [`Stopped`] if it ends with a failure.
    pub(super) fn end(&mut self, ending: Ending) -> Result<(), Stopped> {
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        let failed = ending.outcome == Outcome::Failure;
        let (outcome, finding) = if failed && self.has_other_way {
            let finding = format!("{} Delivery tries the next address.", ending.finding);
            (Outcome::Warning, finding)
        } else {
            (ending.outcome, ending.finding)
        };
        let step = Step {
            kind: running.kind,
            outcome,
            elapsed_ms: u64::try_from(running.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            address: self.address,
            said: running.said,
            finding,
            advice: ending.advice,
            certificate: ending.certificate,
        };
        self.steps.push(step.clone());
        self.tell(Event::Step(step));
        if failed { Err(Stopped) } else { Ok(()) }
    }

    /// Ends the step that runs with a failure.
    pub(super) fn fail(
        &mut self,
        finding: impl Into<String>,
        advice: impl Into<String>,
    ) -> Stopped {
        // A failure always stops.
        self.end(Ending::failure(finding, advice))
            .err()
            .unwrap_or(Stopped)
    }

    /// A step that is not done.
    pub(super) fn skip(&mut self, kind: Kind, why: impl Into<String>) {
        self.begin(kind);
        // Leaving something out stops nothing.
        let _ = self.end(Ending::skipped(why));
    }

    /// Waits for something no longer than `limit`, nor than the whole test may take.
    pub(super) async fn within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Late> {
        let left = self.end.saturating_duration_since(Instant::now());
        let (limit, late) = if left < limit {
            (left, Late::Test)
        } else {
            (limit, Late::Step(limit))
        };
        tokio::time::timeout(limit, work).await.map_err(|_| late)
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    fn tell(&self, event: Event) {
        // Nobody listens any more once the test has been given up; then it is dropped as well.
        let _ = self.events.send(event);
    }
}
