//! The settings of a smart host as the log tells them: everything but the password.

use routing::{NextHop, SmartHost};
use serde::Deserialize;

use crate::{Version, smart_host::SmartHostRow};

/// The settings of a smart host as the log tells them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Setup {
    #[serde(flatten)]
    pub(crate) settings: SmartHost,
    /// The change that set the password.
    #[serde(default)]
    pub(crate) password_set: Option<Version>,
}

/// What becomes of user name and password when earlier settings come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// They stay as they are; they were not changed.
    Keep,
    /// They go; there were none.
    Clear,
    /// They stay as they are, though they were others: no password is kept in the log.
    Lost,
}

impl Setup {
    pub(super) fn of(row: &SmartHostRow) -> Self {
        Self {
            settings: row.settings.clone(),
            password_set: row.password.as_ref().map(|password| password.set),
        }
    }

    /// The settings that apply to a smart host; without a row, that is the defaults.
    pub(super) fn applying(setup: Option<&Self>, next_hop: &NextHop) -> Self {
        setup.cloned().unwrap_or_else(|| Self {
            settings: SmartHost::default_for(next_hop.clone()),
            password_set: None,
        })
    }

    /// What becomes of the login on the way from these settings to those.
    pub(super) fn login_towards(&self, want: &Self) -> Login {
        match (self.password_set, want.password_set) {
            (now, then) if now == then => Login::Keep,
            (_, None) => Login::Clear,
            _ => Login::Lost,
        }
    }

    /// Whether both say the same, apart from the login.
    pub(super) fn is_but_for_login(&self, other: &Self) -> bool {
        let (one, two) = (&self.settings, &other.settings);
        (&one.next_hop, &one.tls, &one.comment) == (&two.next_hop, &two.tls, &two.comment)
    }

    /// Whether both say the same, as far as that can be put back.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}
