//! What a test found, step by step, as the screen and `--json` show it.

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::probe::Certificate;

/// One thing that delivery does on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Finding the addresses of the host.
    Resolve,
    /// Opening a TCP connection to an address.
    Connect,
    /// The server's greeting.
    Banner,
    /// EHLO and what the server can do; again after STARTTLS.
    Ehlo,
    /// STARTTLS, up to the server's leave to begin.
    StartTls,
    /// The TLS handshake.
    Tls,
    /// What the server's certificate says, and whether the policy is content with it.
    Certificate,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// RSET, where an address was tried, and QUIT.
    Quit,
}

impl Kind {
    /// The step's name on screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Resolve => "Name resolution",
            Self::Connect => "Connection",
            Self::Banner => "Greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Tls => "TLS handshake",
            Self::Certificate => "Certificate",
            Self::Login => "Login",
            Self::Sender => "Sender",
            Self::Recipient => "Recipient",
            Self::Quit => "Goodbye",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

/// How a step went, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not done, because the policy or what was asked for does not need it.
    Skipped,
    /// As it should be.
    Ok,
    /// Delivery goes on, but an administrator should know.
    Warning,
    /// Delivery would not go on.
    Failure,
}

impl Outcome {
    /// The word for it: skipped, ok, warning, failure.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// This program.
    Client,
    /// The server.
    Server,
}

/// What was said, fit to be shown: bounded, control characters spelt out, passwords masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who said it.
    pub by: Speaker,
    /// The words; the lines of a reply are separated by line feeds, which occur nowhere else.
    pub text: String,
}

/// A step that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub kind: Kind,
    /// How it went.
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// The address it was done with; nothing for name resolution.
    pub address: Option<SocketAddr>,
    /// Commands and replies in their order.
    pub said: Vec<Said>,
    /// What was found, as a sentence.
    pub finding: String,
    /// What would be right, as a sentence, where something is not.
    pub advice: Option<String>,
    /// The certificate, in the step about it.
    pub certificate: Option<Box<Certificate>>,
}

/// A whole test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The host that was tested.
    pub host: routing::Host,
    /// The port.
    pub port: routing::Port,
    /// The worst outcome of delivery as a whole; never [`Outcome::Skipped`].
    pub outcome: Outcome,
    /// The result in one sentence.
    pub verdict: String,
    /// What would be right, where something is not.
    pub advice: Option<String>,
    /// Every step in its order.
    pub steps: Vec<Step>,
}

impl Report {
    /// Whether mail would be delivered, as far as it was tested.
    #[must_use]
    pub fn is_delivering(&self) -> bool {
        self.outcome != Outcome::Failure
    }
}

/// What happens while a test runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A step has begun.
    Begun {
        /// What is being done.
        kind: Kind,
        /// The address it is done with.
        address: Option<SocketAddr>,
    },
    /// A step has ended.
    Step(Step),
    /// The test has ended; nothing follows.
    Finished(Report),
}
