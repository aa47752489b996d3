//! What is to be tested.

use std::time::Duration;

use routing::{Account, Host, HostName, Port, TlsPolicy};

use crate::probe::Mailbox;

/// A test to make: the way that delivery would take, and how far to go.
#[derive(Debug)]
pub struct Plan {
    /// The smart host.
    pub host: Host,
    /// Its port.
    pub port: Port,
    /// What TLS is used for.
    pub tls: TlsPolicy,
    /// The account to log in with. `Debug` shows no password.
    pub account: Option<Account>,
    /// Whether a login without TLS is wanted, for which the administrator has given a reason.
    /// Otherwise it is never made: Postfix's `smtp_sasl_security_options=noplaintext`.
    pub login_without_tls: bool,
    /// A sender and a recipient to ask the server about. No message is sent.
    pub envelope: Option<Envelope>,
    /// The name to greet with; without one, the prober's, and without that the address that the connection comes from, as RFC
    /// 5321 section 4.1.3 wants it.
    pub helo: Option<HostName>,
    /// The server name to ask for in the TLS handshake. Postfix asks for none unless told to
    /// (`smtp_tls_servername`, postconf(5)).
    pub sni: Option<HostName>,
    /// How long things may take.
    pub limits: Limits,
}

impl Plan {
    /// A test up to EHLO and TLS, without login and envelope.
    #[must_use]
    pub fn new(host: Host, port: Port, tls: TlsPolicy) -> Self {
        Self {
            host,
            port,
            tls,
            account: None,
            login_without_tls: false,
            envelope: None,
            helo: None,
            sni: None,
            limits: Limits::default(),
        }
    }
}

/// A sender and a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// For MAIL FROM; may be the null sender.
    pub from: Mailbox,
    /// For RCPT TO.
    pub to: Mailbox,
}

/// How long a test may take. Postfix has more patience, which a person before a screen has not:
/// 30 s for a connection, 5 minutes for every reply (`smtp_connect_timeout`, `smtp_helo_timeout`
/// and their like, postconf(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution.
    pub resolve: Duration,
    /// For a TCP connection to one address.
    pub connect: Duration,
    /// For a whole reply to one command, or the greeting.
    pub reply: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For everything together.
    pub overall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(10),
            connect: Duration::from_secs(30),
            reply: Duration::from_secs(30),
            handshake: Duration::from_secs(30),
            overall: Duration::from_mins(2),
        }
    }
}
