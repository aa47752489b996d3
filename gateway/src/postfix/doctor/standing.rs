//! How far a Postfix can be examined, and whether it is meant to ask us at all.

use super::super::list;
use super::super::live::{Live, LiveError};
use super::super::service::{Entry, Service};
use super::super::table::Map;
use super::{Outcome, Report};

/// What stands between the doctor and the Postfix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// There is no Postfix on this machine.
    Absent,
    /// Its configuration cannot be read.
    Unreadable,
    /// Its configuration names nothing of ours: nobody has set it up to ask us.
    NotSetUp,
    /// It is set up, but this process does not run as root, to whom alone some questions are answered.
    Restricted,
    /// It is set up, and everything can be asked.
    Open,
}

impl Standing {
    pub(super) fn without(error: &LiveError) -> Self {
        match error {
            LiveError::NotThere { .. } => Self::Absent,
            LiveError::Refused { .. } => Self::Unreadable,
        }
    }

    pub(super) fn of(live: &Live, is_root: bool) -> Self {
        match (names_us(live), is_root) {
            (false, _) => Self::NotSetUp,
            (true, false) => Self::Restricted,
            (true, true) => Self::Open,
        }
    }
}

/// Whether anything of ours is in the configuration. A service of our name alone may be somebody
/// else's; with our table it is ours.
fn names_us(live: &Live) -> bool {
    let named = |value: &str, map: Map| list::words(value).iter().any(|word| map.is_named_by(word));
    let service = |service: &Service| {
        live.option(&service.entry(), "smtp_tls_policy_maps")
            .is_some_and(|value| named(value, Map::Tls))
    };
    named(live.value("relay_domains"), Map::Relay)
        || named(live.value("transport_maps"), Map::Transport)
        || Service::ALL.iter().any(service)
}

/// What was found, and how much could be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// How much could be seen.
    pub standing: Standing,
    /// What was found.
    pub report: Report,
}

impl Examination {
    /// How many failures there are in a Postfix that is set up to ask us. In one that is not, what is
    /// missing is no failure.
    #[must_use]
    pub fn problems(&self) -> usize {
        match self.standing {
            Standing::Absent | Standing::Unreadable | Standing::NotSetUp => 0,
            Standing::Restricted | Standing::Open => self.report.count(Outcome::Failure),
        }
    }
}
