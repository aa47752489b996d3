//! Whether and how a connection to a smart host is encrypted.

mod name;
#[cfg(test)]
mod tests;

pub use name::{TlsName, TlsNameError};

use crate::host::Host;
use crate::next_hop::NextHop;
use crate::port::Port;
use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a connection becomes encrypted.
///
/// For Postfix these are two services, chosen by the transport's name, so all hosts of one list must
/// be of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsKind {
    /// It begins in the clear, and changes over at the command STARTTLS (RFC 3207), if at all.
    StartTls,
    /// It is encrypted from its first byte, as usual on port 465 (RFC 8314 section 3.3).
    Implicit,
}

impl fmt::Display for TlsKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::StartTls => "STARTTLS",
            Self::Implicit => "implicit TLS",
        })
    }
}

/// What is demanded of the encryption of a connection to a smart host.
///
/// Written by [`TlsPolicy::as_str`], with the name to verify beside it, in files, on the command line
/// and in the database. [`TlsPolicy::strength`] says which of two policies demands more.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub enum TlsPolicy {
    /// No encryption: Postfix's level `none`.
    None,
    /// STARTTLS where the host offers it, else in the clear: level `may`.
    Opportunistic,
    /// STARTTLS or no delivery; any certificate will do: level `encrypt`.
    Required,
    /// STARTTLS with a certificate that a known authority has issued for the name, or no delivery:
    /// level `secure`.
    Verified {
        /// The name in the certificate; `None` for the host's own name.
        name: Option<TlsName>,
    },
    /// Encrypted from the first byte; any certificate will do: level `encrypt` with
    /// `smtp_tls_wrappermode`.
    Implicit,
    /// Encrypted from the first byte, with a certificate as for [`TlsPolicy::Verified`].
    ImplicitVerified {
        /// The name in the certificate; `None` for the host's own name.
        name: Option<TlsName>,
    },
}

impl TlsPolicy {
    /// The written form of every policy, in the order of a menu.
    pub const NAMES: [&'static str; 6] = [
        "none",
        "opportunistic",
        "required",
        "verified",
        "implicit",
        "implicit-verified",
    ];

    /// Reads the written form of a policy and the name to verify, which is empty for the host's own.
    ///
    /// # Errors
    /// [`TlsError`] says what is wrong, as a sentence: also where a name stands beside a policy that
    /// verifies none, because whoever typed it believes that it is verified.
    pub fn parse(policy: &str, name: &str) -> Result<Self, TlsError> {
        let text = policy.trim().to_ascii_lowercase();
        let typed_name = name.trim();
        let name = if typed_name.is_empty() {
            None
        } else {
            Some(TlsName::parse(typed_name)?)
        };
        let policy = match (text.as_str(), name) {
            ("verified", name) => return Ok(Self::Verified { name }),
            ("implicit-verified", name) => return Ok(Self::ImplicitVerified { name }),
            ("none", None) => Self::None,
            ("opportunistic", None) => Self::Opportunistic,
            ("required", None) => Self::Required,
            ("implicit", None) => Self::Implicit,
            (known, Some(_)) if Self::NAMES.contains(&known) => {
                return Err(TlsError::NameNotVerified {
                    typed: Typed::new(typed_name),
                });
            }
            _ => {
                return Err(TlsError::Unknown {
                    typed: Typed::new(policy.trim()),
                });
            }
        };
        Ok(policy)
    }

    /// What applies to a smart host for which nothing has been chosen.
    ///
    /// | port | policy | because |
    /// | --- | --- | --- |
    /// | 25 | opportunistic | mail servers offer STARTTLS to one another and do not demand it (RFC 7435) |
    /// | 465 | implicit | RFC 8314 section 3.3 |
    /// | any other | required | it is a submission port (587, 2525), where a password goes along, or a private one: a connection that fails is noticed, one that is silently in the clear is not |
    #[must_use]
    pub const fn default_for(port: Port) -> Self {
        match port.get() {
            25 => Self::Opportunistic,
            465 => Self::Implicit,
            _ => Self::Required,
        }
    }

    /// The written form, without the name to verify.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Opportunistic => "opportunistic",
            Self::Required => "required",
            Self::Verified { .. } => "verified",
            Self::Implicit => "implicit",
            Self::ImplicitVerified { .. } => "implicit-verified",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Opportunistic => "If offered",
            Self::Required => "Required",
            Self::Verified { .. } => "Required, certificate verified",
            Self::Implicit => "Implicit",
            Self::ImplicitVerified { .. } => "Implicit, certificate verified",
        }
    }

    /// How the connection becomes encrypted.
    #[must_use]
    pub const fn kind(&self) -> TlsKind {
        match self {
            Self::None | Self::Opportunistic | Self::Required | Self::Verified { .. } => {
                TlsKind::StartTls
            }
            Self::Implicit | Self::ImplicitVerified { .. } => TlsKind::Implicit,
        }
    }

    /// How much is demanded, from 0 (nothing) to 3 (the certificate). Whoever listens on the way
    /// learns nothing from 2, whoever sits on the way learns nothing from 3.
    #[must_use]
    pub const fn strength(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Opportunistic => 1,
            Self::Required | Self::Implicit => 2,
            Self::Verified { .. } | Self::ImplicitVerified { .. } => 3,
        }
    }

    /// Whether nothing is ever sent in the clear.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.strength() >= 2
    }

    /// Whether the certificate must be right.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        self.strength() >= 3
    }

    /// The name that was chosen for the certificate; `None` where none was, or none is verified.
    #[must_use]
    pub const fn name(&self) -> Option<&TlsName> {
        match self {
            Self::Verified { name } | Self::ImplicitVerified { name } => name.as_ref(),
            Self::None | Self::Opportunistic | Self::Required | Self::Implicit => None,
        }
    }

    /// The name that the certificate must be for: the chosen one, else the host's own. `None` where
    /// nothing is verified.
    #[must_use]
    pub fn certificate_name(&self, host: &Host) -> Option<String> {
        self.is_verified().then(|| match self.name() {
            Some(name) => name.to_string(),
            None => host.to_string(),
        })
    }

    /// Whether the policy can work with this host and port.
    ///
    /// # Errors
    /// [`TlsError::PortIsImplicit`], [`TlsError::PortIsStartTls`], [`TlsError::AddressWithoutName`].
    pub fn check(&self, next_hop: &NextHop) -> Result<(), TlsError> {
        match (next_hop.port.get(), self.kind()) {
            (465, TlsKind::StartTls) => return Err(TlsError::PortIsImplicit),
            (25 | 587, TlsKind::Implicit) => {
                return Err(TlsError::PortIsStartTls {
                    port: next_hop.port,
                });
            }
            _ => {}
        }
        if self.is_verified() && self.name().is_none() && !matches!(next_hop.host, Host::Name(_)) {
            return Err(TlsError::AddressWithoutName);
        }
        Ok(())
    }
}

/// The written form, and the name to verify after a colon where one was chosen.
impl fmt::Display for TlsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self.name() {
            Some(name) => write!(f, ":{name}"),
            None => Ok(()),
        }
    }
}

/// The serialised shape.
#[derive(Serialize, Deserialize)]
struct Flat {
    tls: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls_name: Option<String>,
}

impl TryFrom<Flat> for TlsPolicy {
    type Error = TlsError;

    fn try_from(flat: Flat) -> Result<Self, TlsError> {
        Self::parse(&flat.tls, flat.tls_name.as_deref().unwrap_or_default())
    }
}

impl From<TlsPolicy> for Flat {
    fn from(policy: TlsPolicy) -> Self {
        Self {
            tls: policy.as_str().to_owned(),
            tls_name: policy.name().map(ToString::to_string),
        }
    }
}

/// Why a TLS policy cannot be. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A text that names no policy.
    #[error(
        "{typed} is no TLS policy. Choose one of {}.",
        TlsPolicy::NAMES.join(", ")
    )]
    Unknown {
        /// What was typed.
        typed: Typed,
    },
    /// A name beside a policy that verifies none.
    #[error(
        "The certificate's name {typed} would not be looked at. Choose verified or \
         implicit-verified, or leave the name empty."
    )]
    NameNotVerified {
        /// What was typed.
        typed: Typed,
    },
    /// The name to verify is none.
    #[error(transparent)]
    Name(#[from] TlsNameError),
    /// Port 465 without implicit TLS: Postfix would wait up to 300 s for a greeting in the clear.
    #[error(
        "Port 465 is encrypted from the first byte. Choose implicit or implicit-verified, or use \
         port 587."
    )]
    PortIsImplicit,
    /// Port 25 or 587 with implicit TLS: these begin in the clear (RFC 5321, RFC 6409).
    #[error(
        "Port {port} begins in the clear and changes over by STARTTLS. Choose required or verified, \
         or use port 465."
    )]
    PortIsStartTls {
        /// The port.
        port: Port,
    },
    /// An address has no name of its own to look for in a certificate.
    #[error(
        "The host is an IP address. Type the name in its certificate, such as mail.example.net."
    )]
    AddressWithoutName,
}
