//! Roles, and what each of them permits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person is at this console. Each role may do all that the ones after it may.
///
/// Written `administrator`, `operator` and `viewer`, in the database as on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Administrator,
    /// Decides where mail goes: routes, managed domains, default routing, held mail.
    Operator,
    /// Looks, searches, exports and asks where mail goes.
    Viewer,
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The roles are administrator, operator and viewer.")
    }
}

impl std::error::Error for UnknownRole {}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that not everybody who is signed in may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See lists, history and health; search, export, ask where mail goes.
    Look,
    /// Change routes, managed domains, default routing and held mail, and take such changes back.
    EditRouting,
    /// Let the gateway connect to a smart host, and have Postfix examined.
    Test,
    /// Change how the gateway signs in to smart hosts and what TLS it demands.
    EditSmartHosts,
    /// Add people, change what they may do, and change what holds for all.
    ManagePeople,
}

impl Role {
    /// Every role, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Operator, Self::Viewer];

    /// The written form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Operator => "Operator",
            Self::Viewer => "Viewer",
        }
    }

    /// Whether somebody in this role may do this.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        match self {
            Self::Administrator => true,
            Self::Operator => !matches!(
                permission,
                Permission::EditSmartHosts | Permission::ManagePeople
            ),
            Self::Viewer => matches!(permission, Permission::Look),
        }
    }

    /// Why somebody in this role may not do this, as the disabled control and the refusal say it;
    /// nothing if they may.
    #[must_use]
    pub fn why_not(self, permission: Permission) -> Option<String> {
        (!self.may(permission)).then(|| {
            format!(
                "You are {} here. {}.",
                self.with_article(),
                permission.needs()
            )
        })
    }

    const fn with_article(self) -> &'static str {
        match self {
            Self::Administrator => "an administrator",
            Self::Operator => "an operator",
            Self::Viewer => "a viewer",
        }
    }
}

impl Permission {
    /// Who may, as a sentence without its full stop.
    const fn needs(self) -> &'static str {
        match self {
            Self::Look => "Anybody who is signed in may look",
            Self::EditRouting => "Operators and administrators change where mail goes",
            Self::Test => "Operators and administrators test connections",
            Self::EditSmartHosts => "Administrators change smart host settings",
            Self::ManagePeople => "Administrators manage people",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERMISSIONS: [Permission; 5] = [
        Permission::Look,
        Permission::EditRouting,
        Permission::Test,
        Permission::EditSmartHosts,
        Permission::ManagePeople,
    ];

    #[test]
    fn each_role_may_do_what_the_ones_below_it_may() {
        let may = |role: Role| PERMISSIONS.map(|permission| role.may(permission));
        assert_eq!(may(Role::Administrator), [true, true, true, true, true]);
        assert_eq!(may(Role::Operator), [true, true, true, false, false]);
        assert_eq!(may(Role::Viewer), [true, false, false, false, false]);
    }

    #[test]
    fn a_refusal_says_who_may() {
        assert_eq!(
            Role::Viewer.why_not(Permission::EditRouting).as_deref(),
            Some("You are a viewer here. Operators and administrators change where mail goes.")
        );
        assert_eq!(Role::Viewer.why_not(Permission::Look), None);
    }

    #[test]
    fn the_written_form_is_read() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!("Administrator".parse::<Role>(), Err(UnknownRole));
        assert_eq!("".parse::<Role>(), Err(UnknownRole));
    }
}
