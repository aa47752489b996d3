//! Names in certificates.

use crate::host::{Host, HostError, HostName};
use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A name that a smart host's certificate must have: `mail.example.net`, or `.example.net` for any
/// name below it (Postfix's TLS policy attribute `match`, postconf(5)
/// `smtp_tls_secure_cert_match`).
///
/// Serialises as a string; deserialising parses again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TlsName {
    name: HostName,
    below: bool,
}

impl TlsName {
    /// Reads a host name, with a dot before it for the names below it.
    ///
    /// # Errors
    /// [`TlsNameError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, TlsNameError> {
        let text = typed.trim();
        let (below, name) = match text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        match Host::parse(name) {
            Ok(Host::Name(name)) => Ok(Self { name, below }),
            Ok(Host::V4(_) | Host::V6(_)) => Err(TlsNameError::Address {
                typed: Typed::new(text),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// The name without the dot that may stand before it.
    #[must_use]
    pub const fn name(&self) -> &HostName {
        &self.name
    }

    /// Whether the names below it are meant, instead of the name itself.
    #[must_use]
    pub const fn is_below(&self) -> bool {
        self.below
    }
}

impl fmt::Display for TlsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.below { "." } else { "" }, self.name)
    }
}

impl FromStr for TlsName {
    type Err = TlsNameError;

    fn from_str(typed: &str) -> Result<Self, TlsNameError> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for TlsName {
    type Error = TlsNameError;

    fn try_from(typed: String) -> Result<Self, TlsNameError> {
        Self::parse(&typed)
    }
}

impl From<TlsName> for String {
    fn from(name: TlsName) -> Self {
        name.to_string()
    }
}

/// Why a text is no name in a certificate. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsNameError {
    /// An address: Postfix looks for names only.
    #[error("{typed} is an address. Type the name in the certificate, such as mail.example.net.")]
    Address {
        /// What was typed.
        typed: Typed,
    },
    /// The spelling of a name.
    #[error(transparent)]
    Name(#[from] HostError),
}
