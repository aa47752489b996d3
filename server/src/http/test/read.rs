//! What the form of the connection test asks for.

use app::plain::form::Wrong;
use app::plain::test::Form;
use gateway::probe::{Envelope, Mailbox, Plan};
use routing::{Account, Comment, NextHop, Password, PasswordError, TlsPolicy, UserName};
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

/// The test that the form asks for, and the version of the settings if it is made with nothing else
/// than they say.
///
/// # Errors
/// What is wrong with its fields.
pub(super) fn plan(
    form: &Form,
    password: String,
    known: Known,
) -> Result<(Plan, Option<Version>), Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let tls = tls(form, &known.host, &mut wrongs);
    let login = login(form, password, &known.host, &mut wrongs);
    let envelope = envelope(form, &mut wrongs);
    let reason = keep(Comment::parse(&form.login_reason), "user", &mut wrongs);
    let (Some(login), true) = (login, wrongs.is_empty()) else {
        return Err(wrongs);
    };
    let (plan, settings) = known
        .plan(tls, login)
        .map_err(|unreadable| vec![wrong("password", &unreadable)])?;
    let has_reason = reason.is_some_and(|reason| !reason.is_empty());
    let plan = Plan {
        login_without_tls: plan.login_without_tls || has_reason,
        envelope,
        ..plan
    };
    Ok((plan, settings))
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
