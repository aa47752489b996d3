//! What the form of the connection test asks for.

use access::{Permission, Role};
use app::plain::form::Wrong;
use app::plain::test::Form;
use gateway::probe::{Envelope, Mailbox, Plan};
use routing::{Account, Comment, NextHop, Password, PasswordError, SmartHost, TlsPolicy, UserName};
use store::{StoredSmartHost, Version};

use crate::http::smart_hosts;
use crate::http::typed::{keep, next_hop, wrong};
use crate::tested::{Known, Login};

/// The smart host of the form.
///
/// # Errors
/// What is wrong with host or port.
pub(super) fn which(form: &Form) -> Result<NextHop, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    next_hop(&form.host, &form.port, &mut wrongs).ok_or(wrongs)
}

/// What is to be tested.
pub(super) struct Asked {
    pub(super) plan: Plan,
    /// The version of the settings, if it is made with nothing else than they say.
    pub(super) settings: Option<Version>,
    /// Whether the login that is set goes along.
    pub(super) login_as_set: bool,
}

/// The test that the form of somebody in this role asks for.
///
/// # Errors
/// What is wrong with its fields.
pub(super) fn plan(
    form: &Form,
    password: String,
    known: Known,
    role: Role,
) -> Result<Asked, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let tls = tls(form, &known.host, &mut wrongs);
    let login = login(form, password, &known.host, &mut wrongs);
    let envelope = envelope(form, &mut wrongs);
    let reason = keep(Comment::parse(&form.login_reason), "user", &mut wrongs);
    let has_reason = reason.is_some_and(|reason| !reason.is_empty());
    let login_as_set = matches!(login, Some(Login::AsSet)) && known.has_login();
    if login_as_set {
        guard(
            &known.host.settings,
            tls.as_ref(),
            has_reason,
            role,
            &mut wrongs,
        );
    }
    let (Some(login), true) = (login, wrongs.is_empty()) else {
        return Err(wrongs);
    };
    let is_typed = matches!(login, Login::Account(_));
    let (plan, settings) = known
        .plan(tls, login)
        .map_err(|unreadable| vec![wrong("password", &unreadable)])?;
    let plan = Plan {
        // Whoever types a password may send it as they like.
        login_without_tls: plan.login_without_tls || (is_typed && has_reason),
        envelope,
        ..plan
    };
    Ok(Asked {
        plan,
        settings,
        login_as_set,
    })
}

/// Refuses to send the login that is set where those who set it do not: whoever chooses the TLS of a
/// test, and waits at the other end, would read it.
fn guard(
    set: &SmartHost,
    tls: Option<&TlsPolicy>,
    has_reason: bool,
    role: Role,
    wrongs: &mut Vec<Wrong>,
) {
    let Some(tls) = tls.filter(|tls| **tls != set.tls) else {
        return;
    };
    if let Some(why) = role.why_not(Permission::EditSmartHosts) {
        let words = format!(
            "The login that is set goes with the TLS that is set. {why} Choose \u{201c}As set\u{201d}, \
             or test without that login."
        );
        wrongs.push(wrong("tls", &words));
    } else if has_reason && *tls == TlsPolicy::None && !set.logs_in_the_clear() {
        wrongs.push(wrong(
            "password",
            &"The password that is set goes in the clear only for a reason that is saved. Type the \
              password for this test, or save the settings first.",
        ));
    }
}

/// The policy that was chosen; none for the one that is set.
fn tls(form: &Form, host: &StoredSmartHost, wrongs: &mut Vec<Wrong>) -> Option<TlsPolicy> {
    if form.tls.is_empty() {
        if !form.tls_name.trim().is_empty() {
            wrongs.push(wrong(
                "tls_name",
                &"Choose a TLS policy that verifies the certificate, or leave the name empty.",
            ));
        }
        return None;
    }
    let tls = smart_hosts::policy(&form.tls, &form.tls_name, host, wrongs)?;
    let checked = tls.check(&host.settings.next_hop);
    let field = checked.as_ref().err().map_or("tls", smart_hosts::tls_field);
    keep(checked, field, wrongs)?;
    Some(tls)
}

/// The account that was typed; the one that is set, where its user name is typed or nothing.
fn login(
    form: &Form,
    password: String,
    host: &StoredSmartHost,
    wrongs: &mut Vec<Wrong>,
) -> Option<Login> {
    let typed = form.user.trim();
    let set = host.settings.user.as_ref().map(UserName::as_str);
    match (typed.is_empty(), password.is_empty()) {
        (true, false) => {
            wrongs.push(wrong("user", &"Type the user name for this password."));
            None
        }
        (_, true) if form.no_login && (typed.is_empty() || set == Some(typed)) => Some(Login::None),
        (true, true) => Some(Login::AsSet),
        (false, true) if set == Some(typed) => Some(Login::AsSet),
        (false, true) => {
            wrongs.push(wrong("password", &PasswordError::Empty));
            None
        }
        (false, false) => {
            let user = keep(UserName::parse(typed), "user", wrongs);
            let password = keep(Password::parse(password), "password", wrongs);
            Some(Login::Account(Account {
                user: user?,
                password: password?,
            }))
        }
    }
}

fn envelope(form: &Form, wrongs: &mut Vec<Wrong>) -> Option<Envelope> {
    if form.to.trim().is_empty() {
        if !form.from.trim().is_empty() {
            wrongs.push(wrong(
                "to",
                &"Type a recipient as well, or leave both empty.",
            ));
        }
        return None;
    }
    let from = keep(Mailbox::parse_sender(form.from.trim()), "from", wrongs);
    let to = keep(Mailbox::parse(form.to.trim()), "to", wrongs);
    Some(Envelope {
        from: from?,
        to: to?,
    })
}
