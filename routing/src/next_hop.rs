//! What Postfix is told.

use crate::host::Host;
use crate::port::Port;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where mail goes next: a host and a port.
///
/// Displays as `[host]:port`, Postfix's form (transport(5), "RESULT FORMAT"). The brackets keep
/// Postfix from looking for MX records of the host, and a missing port would silently mean 25.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NextHop {
    /// The host.
    pub host: Host,
    /// The port.
    pub port: Port,
}

impl fmt::Display for NextHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]:{}", self.host, self.port)
    }
}
