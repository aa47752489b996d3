//! What is answered to a question.

#[cfg(test)]
mod tests;

use std::fmt;

use routing::decision::Asked;
use routing::{Host, NextHop, Port, postfix, split_host_port};
use store::{RowId, StoredLogin, Timestamp};

use super::index::{Index, Transport};

/// The maps, by the name that stands in Postfix's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Map {
    /// For `relay_domains`: which domains are accepted from outside.
    Relay,
    /// For `transport_maps`: where mail goes.
    Transport,
    /// For `smtp_sasl_password_maps`: the login.
    Sasl,
    /// For `smtp_tls_policy_maps`: the demands on encryption.
    Tls,
    /// Not for Postfix: what the service says of itself.
    About,
}

impl Map {
    /// Every map.
    pub const ALL: [Self; 5] = [
        Self::Relay,
        Self::Transport,
        Self::Sasl,
        Self::Tls,
        Self::About,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Transport => "transport",
            Self::Sasl => "sasl",
            Self::Tls => "tls",
            Self::About => "about",
        }
    }
}

/// An answer, in the words of `socketmap_table(5)`.
///
/// Displays as it goes over the wire. `Debug` keeps a login to itself.
#[derive(Clone, PartialEq, Eq)]
pub enum Reply {
    /// A value, which is never empty: Postfix would take it for "not found".
    Ok(String),
    /// There is none, for certain.
    NotFound,
    /// Not now: mail waits.
    Temp(&'static str),
    /// A fault in Postfix's configuration: mail waits, and the administrator must act.
    Perm(String),
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(value) => write!(f, "OK {value}"),
            Self::NotFound => f.write_str("NOTFOUND "),
            Self::Temp(reason) => write!(f, "TEMP {reason}"),
            Self::Perm(reason) => write!(f, "PERM {reason}"),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(_) => f.write_str("OK …"),
            other => fmt::Display::fmt(other, f),
        }
    }
}

/// What is said before the rules have been read once.
const LOADING: Reply = Reply::Temp("smart-hosts is still reading its routes");

/// Answers one request: the name of a map, a space, a key. `asked` is told of the row that mail is
/// on its way by.
pub fn answer(index: &Index, request: &[u8], at: Timestamp, mut asked: impl FnMut(RowId)) -> Reply {
    // A key need not be UTF-8, but the domain of a rule is.
    let request = String::from_utf8_lossy(request);
    let (map, key) = request.split_once(' ').unwrap_or((&request, ""));
    let Some(map) = Map::ALL.into_iter().find(|known| known.as_str() == map) else {
        let map: String = map
            .chars()
            .take(40)
            .flat_map(char::escape_default)
            .collect();
        return Reply::Perm(format!(
            "there is no map {map}: there are relay, transport, sasl and tls"
        ));
    };
    if index.version().is_none() && map != Map::About {
        return LOADING;
    }
    match map {
        Map::About => about(key),
        Map::Relay => relay(index, key),
        Map::Transport => {
            let transport = index.transport(&Asked::address(key), at);
            if let Transport::SmartHost { route: row, .. }
            | Transport::Managed { managed: row, .. } = &transport
            {
                asked(*row);
            }
            route(&transport)
        }
        Map::Sasl => sasl(index, key),
        Map::Tls => tls(index, key),
    }
}

/// By its version a service is found that was not restarted after an upgrade.
fn about(key: &str) -> Reply {
    match key {
        "version" => Reply::Ok(env!("CARGO_PKG_VERSION").to_owned()),
        _ => Reply::NotFound,
    }
}

fn relay(index: &Index, key: &str) -> Reply {
    if index.is_managed(&Asked::domain(key)) {
        Reply::Ok("1".to_owned())
    } else {
        Reply::NotFound
    }
}

/// The transport and next hop of transport(5). Smart hosts have services of their own in master.cf, so
/// that what goes wrong on the way to one holds up no other mail.
fn route(transport: &Transport) -> Reply {
    Reply::Ok(match transport {
        Transport::SmartHost { hops, service, .. } => format!("{}:{hops}", service.name()),
        Transport::Managed { next_hop, .. } => format!("relay:{next_hop}"),
        Transport::NoRouting => {
            return Reply::Temp(
                "the managed domain has no routing of its own and there is no default domain routing",
            );
        }
        Transport::Unusable => postfix::UNUSABLE.to_owned(),
        Transport::Held => postfix::HELD.to_owned(),
        Transport::NoRule => return Reply::NotFound,
    })
}

/// The login for a next hop. Postfix asks for the bare host first: an answer to that would win for all
/// its ports.
fn sasl(index: &Index, key: &str) -> Reply {
    let Some(next_hop) = next_hop(key) else {
        return Reply::NotFound;
    };
    match index.login(&next_hop) {
        None => UNKNOWN,
        Some(StoredLogin::None) => Reply::NotFound,
        Some(StoredLogin::Unreadable) => {
            Reply::Temp("the password of the smart host cannot be read: enter it again")
        }
        Some(StoredLogin::Account(account)) => {
            Reply::Ok(format!("{}:{}", account.user, account.password.expose()))
        }
    }
}

/// What is said of a next hop that no rule has any more, or that never was one of ours.
const UNKNOWN: Reply = Reply::Temp("no route has this next hop");

/// The policy of postconf(5) `smtp_tls_policy_maps`.
fn tls(index: &Index, key: &str) -> Reply {
    let Some(next_hop) = next_hop(key) else {
        return UNKNOWN;
    };
    match index.tls(&next_hop) {
        Some(policy) => Reply::Ok(policy.postfix(&next_hop.host)),
        None => UNKNOWN,
    }
}

/// A next hop in the very form in which we publish it, `[host]:port`.
fn next_hop(key: &str) -> Option<NextHop> {
    let (host, port) = split_host_port(key);
    let next_hop = NextHop {
        host: Host::parse(host).ok()?,
        port: Port::parse(port?).ok()?,
    };
    (next_hop.to_string() == key).then_some(next_hop)
}
