//! The names of our tables in Postfix's configuration: `socketmap:unix:PATH:MAP`, see
//! `socketmap_table(5)`.

use std::fmt;
use std::path::Path;

use super::settings::SocketPath;

/// What Postfix may ask the look-up service for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Map {
    /// The domains for which mail is accepted from outside: `relay_domains`.
    Relay,
    /// Where mail goes: `transport_maps`.
    Transport,
    /// Accounts at smart hosts: `smtp_sasl_password_maps`.
    Sasl,
    /// Demands on encryption: `smtp_tls_policy_maps`.
    Tls,
}

impl Map {
    /// Every map.
    pub const ALL: [Self; 4] = [Self::Relay, Self::Transport, Self::Sasl, Self::Tls];

    /// The name in the protocol.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Transport => "transport",
            Self::Sasl => "sasl",
            Self::Tls => "tls",
        }
    }

    /// The table as the configuration must name it: relative to the queue directory.
    pub(super) fn table(self, socket: &SocketPath) -> String {
        format!("socketmap:unix:{socket}:{self}")
    }

    /// The table as postmap(1) finds it from any folder.
    pub(super) fn table_at(self, socket: &Path) -> String {
        format!("socketmap:unix:{}:{self}", socket.display())
    }

    /// Whether a table of a configuration is this one, whatever way leads to it: an old path, an
    /// absolute one, TCP, or the proxymap service.
    pub(super) fn is_named_by(self, table: &str) -> bool {
        let direct = table.strip_prefix("proxy:").unwrap_or(table);
        direct
            .strip_prefix("socketmap:")
            .and_then(|rest| rest.rsplit_once(':'))
            .is_some_and(|(way, map)| {
                map == self.as_str() && (way.starts_with("unix:") || way.starts_with("inet:"))
            })
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_tables_are_known_again() {
        for ours in [
            "socketmap:unix:smart-hosts/lookup.sock:relay",
            "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:relay",
            "socketmap:inet:127.0.0.1:4711:relay",
            "proxy:socketmap:unix:smart-hosts/lookup.sock:relay",
        ] {
            assert!(Map::Relay.is_named_by(ours), "{ours}");
            assert!(!Map::Transport.is_named_by(ours), "{ours}");
        }
        for other in [
            "hash:/etc/postfix/relay",
            "socketmap:inet:127.0.0.1:8461:postfix",
            "socketmap:unix:relay",
            "relay",
            "",
        ] {
            assert!(!Map::Relay.is_named_by(other), "{other}");
        }
    }
}
