//! What the form of a smart host's settings asks for.

use app::plain::form::Wrong;
use app::plain::smart_hosts::SettingsForm;
use routing::{Account, Comment, Password, PasswordError, TlsError, TlsPolicy, UserName};
use serde::Deserialize;
use store::{Login, SmartHostInput, StoredSmartHost};

use crate::http::typed::{keep, wrong};

/// What the form sends. No `Debug`: it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super::super) struct Typed {
    pub(super) host: String,
    pub(super) port: String,
    version: String,
    tls: String,
    tls_name: String,
    user: String,
    pub(super) password: String,
    /// `none` to forget user name and password.
    login: String,
    login_reason: String,
    comment: String,
    /// What was not kept through a sign-in.
    pub(super) left_out: String,
}

impl Typed {
    /// What was typed, without the password, which is never sent back.
    pub(super) fn form(&self) -> SettingsForm {
        SettingsForm {
            // What cannot be a version is that of nothing, which is then found to have changed.
            version: self.version.parse().unwrap_or_default(),
            tls: self.tls.clone(),
            tls_name: self.tls_name.clone(),
            user: self.user.clone(),
            no_login: self.login == "none",
            login_reason: self.login_reason.clone(),
            comment: self.comment.clone(),
        }
    }
}

/// The settings that were typed. `now` is what is set.
///
/// # Errors
/// What is wrong with which field.
pub(super) fn input(
    typed: &Typed,
    password: String,
    now: &StoredSmartHost,
) -> Result<SmartHostInput, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let tls = policy(&typed.tls, &typed.tls_name, now, &mut wrongs);
    let login = login(typed, password, now, &mut wrongs);
    let reason = Comment::parse(&typed.login_reason);
    let login_reason = keep(reason, "login_reason", &mut wrongs);
    let comment = keep(Comment::parse(&typed.comment), "comment", &mut wrongs);
    match (tls, login, login_reason, comment) {
        (Some(tls), Some(login), Some(login_reason), Some(comment)) => Ok(SmartHostInput {
            next_hop: now.settings.next_hop.clone(),
            tls,
            login,
            login_reason,
            comment,
        }),
        _ => Err(wrongs),
    }
}

/// The policy that was typed. A name that is only still there because it is set goes with the policy
/// that verified it.
pub(in super::super::super) fn policy(
    tls: &str,
    name: &str,
    now: &StoredSmartHost,
    wrongs: &mut Vec<Wrong>,
) -> Option<TlsPolicy> {
    let set = now.settings.tls.name().map(ToString::to_string);
    let parsed = match TlsPolicy::parse(tls, name) {
        Err(TlsError::NameNotVerified { .. }) if set.as_deref() == Some(name.trim()) => {
            TlsPolicy::parse(tls, "")
        }
        other => other,
    };
    let field = parsed.as_ref().err().map_or("tls", tls_field);
    keep(parsed, field, wrongs)
}

/// The field that an error is about.
pub(in super::super::super) fn tls_field(error: &TlsError) -> &'static str {
    match error {
        TlsError::Name(_) | TlsError::NameNotVerified { .. } | TlsError::AddressWithoutName => {
            "tls_name"
        }
        TlsError::Unknown { .. } | TlsError::PortIsImplicit | TlsError::PortIsStartTls { .. } => {
            "tls"
        }
    }
}

/// Without a password, the account that is set stays.
fn login(
    typed: &Typed,
    password: String,
    now: &StoredSmartHost,
    wrongs: &mut Vec<Wrong>,
) -> Option<Login> {
    let user = typed.user.trim();
    let set = now.settings.user.as_ref().map(UserName::as_str);
    let mut refuse = |field, message: &str| {
        wrongs.push(wrong(field, &message));
        None
    };
    match (user.is_empty(), password.is_empty()) {
        (_, true) if typed.login == "none" => Some(Login::None),
        (_, false) if typed.login == "none" => refuse(
            "password",
            "There is to be no login, so a password would be forgotten. Leave the field empty, or \
             untick \u{201c}Do not log in\u{201d}.",
        ),
        (true, true) if set.is_none() => Some(Login::None),
        (true, true) => refuse(
            "user",
            "Type the user name, or tick \u{201c}Do not log in\u{201d} to forget it.",
        ),
        (true, false) => refuse("user", "Type the user name for this password."),
        (false, true) if set == Some(user) => Some(Login::Keep),
        (false, true) => refuse("password", &PasswordError::Empty.to_string()),
        (false, false) => {
            let user = keep(UserName::parse(user), "user", wrongs);
            let password = keep(Password::parse(password), "password", wrongs);
            Some(Login::Set(Account {
                user: user?,
                password: password?,
            }))
        }
    }
}
