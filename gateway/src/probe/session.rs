//! One conversation with one address, as Postfix's smtp(8) leads it.

mod envelope;
mod login;
mod security;

use std::net::SocketAddr;
use std::time::Duration;

use routing::{HostName, TlsKind};
use tokio::net::TcpStream;

use crate::probe::ehlo::Ehlo;
use crate::probe::record::{Ending, Record, Stopped};
use crate::probe::reply::Reply;
use crate::probe::report::Kind;
use crate::probe::wire::{Wire, WireError};
use crate::probe::{Plan, Trust};

const AFTER_COMMAND: &str = "Look into the server's log. Postfix would wait for up to 5 minutes.";

/// What a conversation needs to know.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) plan: &'a Plan,
    pub(super) trust: &'a Trust,
    /// The name to greet with, if there is one.
    pub(super) greeting: Option<&'a HostName>,
    /// The time since the epoch.
    pub(super) now: Duration,
    pub(super) address: SocketAddr,
}

/// How a conversation ended before its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Delivery by this address would not go on.
    Stopped,
    /// The TLS handshake failed, and Postfix would call again and speak in clear.
    ClearNext,
}

impl From<Stopped> for Ended {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// How a conversation went that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    /// TLS version and cipher suite; nothing if it was in clear.
    pub(super) tls: Option<String>,
    /// Whether the login succeeded.
    pub(super) logged_in: bool,
}

/// A conversation under way.
struct Session<'a> {
    setting: Setting<'a>,
    record: &'a mut Record,
    wire: Wire,
    /// The name to greet with.
    helo: String,
    ehlo: Ehlo,
    tls: Option<String>,
}

/// Leads the whole conversation. `clear` leaves STARTTLS out: the second call after a failed
/// handshake.
pub(super) async fn converse(
    setting: Setting<'_>,
    record: &mut Record,
    stream: TcpStream,
    clear: bool,
) -> Result<Summary, Ended> {
    let helo = helo(setting.greeting, &stream);
    let mut session = Session {
        setting,
        record,
        wire: Wire::new(stream),
        helo,
        ehlo: Ehlo::default(),
        tls: None,
    };
    let is_implicit = setting.plan.tls.kind() == TlsKind::Implicit;
    if is_implicit {
        session = session.secure(false).await?;
    }
    session.banner().await?;
    session.greet().await?;
    if !is_implicit && session.starttls(clear).await? {
        session = session.secure(true).await?;
        session.greet().await?;
    }
    let logged_in = session.login().await?;
    session.envelope().await?;
    let tls = session.tls.clone();
    session.quit().await;
    Ok(Summary { tls, logged_in })
}

/// The name for EHLO: the given one, or the address the connection comes from.
fn helo(name: Option<&HostName>, stream: &TcpStream) -> String {
    if let Some(name) = name {
        return name.to_string();
    }
    match stream
        .local_addr()
        .map(|address| address.ip().to_canonical())
    {
        Ok(std::net::IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Ok(address) => format!("[{address}]"),
        // The system does not tell; every machine has this one.
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}

impl<'a> Session<'a> {
    fn plan(&self) -> &'a Plan {
        self.setting.plan
    }

    /// Sends a command and waits for the reply; both are written down. `shown` is the command as it
    /// may be shown.
    async fn exchange(&mut self, command: &[u8], shown: &str) -> Result<Reply, Stopped> {
        self.record.sent(shown);
        let wire = &mut self.wire;
        let limit = self.setting.plan.limits.reply;
        let work = async {
            wire.send(command).await?;
            wire.reply().await
        };
        let result = self.record.within(limit, work).await;
        match result {
            Ok(result) => self.heard(result),
            Err(late) => Err(self.too_late(&late.to_string(), AFTER_COMMAND)),
        }
    }

    async fn command(&mut self, command: &str) -> Result<Reply, Stopped> {
        self.exchange(command.as_bytes(), command).await
    }

    fn heard(&mut self, result: Result<Reply, WireError>) -> Result<Reply, Stopped> {
        match result {
            Ok(reply) => {
                self.record.heard(&reply.lines);
                Ok(reply)
            }
            Err(error) => {
                let begun = self.wire.begun();
                self.record.heard(&begun);
                let advice = match error {
                    WireError::Nonsense(_) => "Check host and port: a mail server answers in SMTP.",
                    WireError::Closed | WireError::Broken(_) => {
                        "Look into the server's log for the reason."
                    }
                };
                Err(self.record.fail(error.to_string(), advice))
            }
        }
    }

    fn too_late(&mut self, finding: &str, advice: &str) -> Stopped {
        let begun = self.wire.begun();
        self.record.heard(&begun);
        self.record.fail(finding, advice)
    }

    /// Says goodbye without waiting, after a refusal. Nothing depends on it.
    async fn leave(&mut self) {
        let _ = self
            .record
            .within(Duration::from_secs(1), self.wire.send(b"QUIT"))
            .await;
    }

    /// Ends the step with a failure and says goodbye.
    async fn refuse(&mut self, finding: impl Into<String>, advice: impl Into<String>) -> Stopped {
        let stopped = self.record.fail(finding, advice);
        self.leave().await;
        stopped
    }

    async fn banner(&mut self) -> Result<(), Stopped> {
        self.record.begin(Kind::Banner);
        let limit = self.plan().limits.reply;
        let wire = &mut self.wire;
        let result = self.record.within(limit, wire.reply()).await;
        let reply = match result {
            Ok(result) => self.heard(result)?,
            Err(late) => {
                let advice = if self.plan().tls.kind() == TlsKind::Implicit {
                    "Check that a mail server listens there."
                } else {
                    "If the port is for implicit TLS, as 465 is, choose that policy. A server that \
                     delays its greeting on purpose must except this gateway."
                };
                return Err(self.too_late(&late.to_string(), advice));
            }
        };
        if reply.is_positive() {
            return self.record.end(Ending::ok("The server greets."));
        }
        let advice = if reply.is_temporary() {
            "Try again later; the server says why."
        } else {
            "The server wants no mail from this gateway; it says why."
        };
        Err(self
            .refuse("The server greets with a refusal.", advice)
            .await)
    }

    /// EHLO, or HELO where the server does not know it.
    async fn greet(&mut self) -> Result<(), Stopped> {
        self.record.begin(Kind::Ehlo);
        let reply = self.command(&format!("EHLO {}", self.helo)).await?;
        if reply.is_positive() {
            self.ehlo = Ehlo::read(&reply);
            if self.ehlo.name.eq_ignore_ascii_case(&self.helo) {
                let finding = format!("The server is called {}, as this gateway is.", self.helo);
                let advice = "Mail would come back to this gateway. Choose another host.";
                return Err(self.refuse(finding, advice).await);
            }
            let finding = format!("The server offers {}.", self.offers());
            return self.record.end(Ending::ok(finding));
        }
        if reply.code == 421 {
            let finding = "The server ends the conversation.";
            return Err(self
                .refuse(finding, "Try again later; the server says why.")
                .await);
        }
        let reply = self.command(&format!("HELO {}", self.helo)).await?;
        if reply.is_positive() {
            self.ehlo = Ehlo::default();
            return self.record.end(Ending::warning(
                "The server does not know EHLO, and so neither TLS nor login.",
                "Set up ESMTP on the server.",
            ));
        }
        let finding = "The server refuses EHLO and HELO.";
        let advice = format!(
            "It may want another name than {}, or none of this gateway's mail; it says why.",
            self.helo
        );
        Err(self.refuse(finding, advice).await)
    }

    fn offers(&self) -> String {
        let mut offers = Vec::new();
        if self.ehlo.starttls {
            offers.push("STARTTLS".to_owned());
        }
        if let Some(mechanisms) = &self.ehlo.auth {
            let known: Vec<_> = mechanisms.iter().take(12).cloned().collect();
            offers.push(format!("login ({})", known.join(", ")));
        }
        if offers.is_empty() {
            return "neither STARTTLS nor login".to_owned();
        }
        offers.join(" and ")
    }
}
