//! The settings of a smart host, and the rules about them.

#[cfg(test)]
mod tests;

use crate::account::UserName;
use crate::comment::Comment;
use crate::host::Host;
use crate::next_hop::NextHop;
use crate::next_hops::NextHops;
use crate::port::Port;
use crate::tls::{TlsError, TlsKind, TlsPolicy};
use serde::{Deserialize, Serialize};

/// The settings of a smart host: what is known of it but the password.
///
/// They belong to host and port together, and hold for every route that leads there. Serialises
/// flat: `{"host", "port", "tls", "tls_name", "user", "login_reason", "comment"}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct SmartHost {
    /// Host and port.
    pub next_hop: NextHop,
    /// What is demanded of the encryption.
    pub tls: TlsPolicy,
    /// Whom the gateway signs in as; `None` where it does not sign in.
    pub user: Option<UserName>,
    /// Why the password may go along though encryption is not required; empty where it is, or where
    /// there is no password.
    pub login_reason: Comment,
    /// What the administrator noted.
    pub comment: Comment,
}

impl SmartHost {
    /// What applies to a smart host for which nothing has been set.
    #[must_use]
    pub fn default_for(next_hop: NextHop) -> Self {
        Self {
            tls: TlsPolicy::default_for(next_hop.port),
            next_hop,
            user: None,
            login_reason: Comment::default(),
            comment: Comment::default(),
        }
    }

    /// Whether the gateway signs in though the password may go along in the clear.
    #[must_use]
    pub const fn logs_in_the_clear(&self) -> bool {
        self.user.is_some() && !self.tls.is_required()
    }

    /// The same settings, without a reason that nothing needs.
    ///
    /// # Errors
    /// [`SmartHostError`] says which settings contradict one another, as a sentence.
    pub fn checked(mut self) -> Result<Self, SmartHostError> {
        self.tls.check(&self.next_hop)?;
        if !self.logs_in_the_clear() {
            self.login_reason = Comment::default();
        } else if self.login_reason.is_empty() {
            return Err(SmartHostError::LoginInTheClear {
                tls: self.tls.as_str(),
            });
        }
        Ok(self)
    }
}

/// Why the settings of a smart host contradict one another. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmartHostError {
    /// The policy cannot work with this host and port.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A password without required encryption, and no reason for it.
    #[error(
        "With TLS \"{tls}\" the password may be sent in the clear. Choose required or verified, or \
         give the reason why that is acceptable here."
    )]
    LoginInTheClear {
        /// The policy.
        tls: &'static str,
    },
}

impl NextHops {
    /// Whether these hosts can be tried one after another, each with the policy that `policy_of`
    /// gives it.
    ///
    /// # Errors
    /// [`ListError`] names the first host that does not suit the first one of the list.
    pub fn check_tls(&self, policy_of: impl Fn(&NextHop) -> TlsPolicy) -> Result<(), ListError> {
        if self.further().is_empty() {
            return Ok(());
        }
        let first = policy_of(self.first());
        for hop in self.further() {
            let policy = policy_of(hop);
            let pair = || {
                Box::new((
                    self.first().clone(),
                    first.clone(),
                    hop.clone(),
                    policy.clone(),
                ))
            };
            if policy.kind() != first.kind() {
                return Err(ListError::Kinds(pair()));
            }
            if policy.strength() < first.strength() {
                return Err(ListError::Weaker(pair()));
            }
        }
        Ok(())
    }
}

/// Why hosts cannot be tried one after another: the first one and its policy, then the one that does
/// not suit it. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// One begins in the clear, the other is encrypted from its first byte: Postfix needs a service
    /// of its own for each, and one list is handed to one service.
    #[error(
        "{} uses {}, {} uses {}: all hosts of a list must use the same. Choose hosts or ports of one \
         kind, or set their TLS alike.",
        .0.0, kind(&.0.1), .0.2, kind(&.0.3)
    )]
    Kinds(Box<(NextHop, TlsPolicy, NextHop, TlsPolicy)>),
    /// A later host demands less than the first one: whoever keeps the first one from answering
    /// would have the mail sent with less protection.
    #[error(
        "{} has TLS \"{}\", which is weaker than \"{}\" of {} before it. Set it to \"{}\" or stronger, \
         or leave it out.",
        .0.2, .0.3.as_str(), .0.1.as_str(), .0.0, .0.1.as_str()
    )]
    Weaker(Box<(NextHop, TlsPolicy, NextHop, TlsPolicy)>),
}

const fn kind(policy: &TlsPolicy) -> &'static str {
    match policy.kind() {
        TlsKind::StartTls => "STARTTLS or no TLS",
        TlsKind::Implicit => "implicit TLS",
    }
}

/// The serialised shape.
#[derive(Serialize, Deserialize)]
struct Flat {
    host: Host,
    port: Port,
    tls: String,
    #[serde(default)]
    tls_name: Option<String>,
    #[serde(default)]
    user: Option<UserName>,
    #[serde(default)]
    login_reason: Comment,
    #[serde(default)]
    comment: Comment,
}

impl TryFrom<Flat> for SmartHost {
    type Error = TlsError;

    fn try_from(flat: Flat) -> Result<Self, TlsError> {
        Ok(Self {
            next_hop: NextHop {
                host: flat.host,
                port: flat.port,
            },
            tls: TlsPolicy::parse(&flat.tls, flat.tls_name.as_deref().unwrap_or_default())?,
            user: flat.user,
            login_reason: flat.login_reason,
            comment: flat.comment,
        })
    }
}

impl From<SmartHost> for Flat {
    fn from(smart_host: SmartHost) -> Self {
        Self {
            host: smart_host.next_hop.host,
            port: smart_host.next_hop.port,
            tls: smart_host.tls.as_str().to_owned(),
            tls_name: smart_host.tls.name().map(ToString::to_string),
            user: smart_host.user,
            login_reason: smart_host.login_reason,
            comment: smart_host.comment,
        }
    }
}
