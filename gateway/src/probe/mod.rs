//! The connection test: goes the way that delivery to a smart host goes, shows every step, and stops
//! before a message would be sent. It fails where Postfix fails.
//!
//! [`Prober::events`] tells each step as it happens; whoever drops the stream ends the test and
//! closes its connections. [`Prober::run`] waits for the whole report.
//!
//! # Why no SMTP client crate
//! lettre and mail-send each hide the greeting, EHLO and the handshake in one call, and take replies
//! of any length or show them only in part; smtp-proto takes a reply apart, but does not keep its
//! lines. What this test is about is just what they hide.
//!
//! # What it cannot be used for
//! Nothing is sent to a server that does not greet in SMTP, but for a TLS handshake where the policy
//! is implicit TLS; and no name, address or account that is sent can end the command it stands in.
//! What a foreign server says is cut, and made harmless for terminal and screen. That leaves finding
//! out which ports are open: so only administrators may test, and a [`Limiter`] says how often.

mod certificate;
mod ehlo;
mod limiter;
mod mailbox;
mod names;
mod plan;
mod record;
mod reply;
mod report;
mod run;
mod session;
#[cfg(test)]
pub(crate) mod tests;
mod tls;
mod trust;
mod wire;
mod words;

pub use certificate::{Certificate, Link};
pub use limiter::{Limiter, Permit, Refused};
pub use mailbox::{Mailbox, MailboxError};
pub use names::{Names, NoAddress};
pub use plan::{Envelope, Limits, Plan};
pub use report::{Event, Kind, Outcome, Report, Said, Speaker, Step};
pub use trust::{Trust, TrustError};

use std::time::Duration;

use futures::Stream;
use futures::stream;
use routing::HostName;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::probe::record::Record;

/// Makes connection tests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Prober {
    names: Names,
    trust: Trust,
    greeting: Option<HostName>,
}

impl Prober {
    /// Finds addresses by `names`, and judges certificates by `trust`.
    #[must_use]
    pub fn new(names: Names, trust: Trust) -> Self {
        Self {
            names,
            trust,
            greeting: None,
        }
    }

    /// One that greets with this name where a plan has none.
    #[must_use]
    pub fn greeting_as(self, name: Option<HostName>) -> Self {
        Self {
            greeting: name,
            ..self
        }
    }

    /// By what addresses are found.
    #[must_use]
    pub fn names(&self) -> Names {
        self.names
    }

    /// Makes a test while the stream is read. The last event is [`Event::Finished`].
    ///
    /// `now` is the time since the Unix epoch, by which certificates are judged.
    pub fn events(
        &self,
        plan: Plan,
        now: Duration,
    ) -> impl Stream<Item = Event> + Send + Unpin + use<> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let prober = self.clone();
        let work = Box::pin(async move {
            let record = Record::new(sender.clone(), plan.limits.overall);
            let report = run::run(&plan, &prober, now, record).await;
            // The receiver is there as long as this is run.
            let _ = sender.send(Event::Finished(report));
        });
        Box::pin(stream::unfold((Some(work), receiver), next))
    }

    /// Makes a test and waits for its end.
    pub async fn run(&self, plan: &Plan, now: Duration) -> Report {
        let (sender, _) = mpsc::unbounded_channel();
        run::run(plan, self, now, Record::new(sender, plan.limits.overall)).await
    }
}

/// The next event, and with it whatever work leads to it.
async fn next<W: Future<Output = ()> + Unpin>(
    (mut work, mut receiver): (Option<W>, UnboundedReceiver<Event>),
) -> Option<(Event, (Option<W>, UnboundedReceiver<Event>))> {
    loop {
        let Some(running) = &mut work else {
            // What the work left behind; its end closed the channel.
            let event = receiver.recv().await?;
            return Some((event, (work, receiver)));
        };
        tokio::select! {
            biased;
            event = receiver.recv() => return Some((event?, (work, receiver))),
            () = running => work = None,
        }
    }
}
