//! What the running Postfix is told about one address, compared with what the console says.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use super::super::list;
use super::super::live::{Live, LiveError};
use super::super::settings::Settings;
use super::super::system::{System, Until};
use super::super::table::Map;
use super::exam::{Asked, Exam, shown};
use super::{Check, Expected, reach, tables, unreadable};
use crate::lookup::Reply;

/// What the look-up service must answer about one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The recipient as `transport_maps` is asked for it, and the answer; `None` where Postfix asks
    /// for no such recipient.
    pub transport: Option<(String, Reply)>,
    /// The domain as `relay_domains` is asked for it, and the answer.
    pub relay: Option<(String, Reply)>,
    /// The smart hosts on the way.
    pub next_hops: Vec<WantedHop>,
}

/// What the look-up service must answer about a smart host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedHop {
    /// As Postfix asks: `[mail.example.net]:587`.
    pub next_hop: String,
    /// The policy for `smtp_tls_policy_maps`.
    pub tls: Reply,
    /// The user name of the account, `Ok(None)` where there is none; `Err` where mail has to wait
    /// because the password cannot be read. The password is never compared, nor shown.
    pub user: Result<Option<String>, ()>,
}

/// Asks the running Postfix what it is told about an address, for no longer than `limit` in all.
/// `None` if there is no Postfix on this machine.
#[must_use]
pub fn ask(
    system: &impl System,
    settings: &Settings,
    wanted: &Wanted,
    limit: Duration,
) -> Option<Vec<Check>> {
    let end = Instant::now() + limit;
    let system = Until { system, end };
    let live = match Live::read(&system, settings) {
        Ok(live) => live,
        Err(LiveError::NotThere { source, .. }) if source.kind() == ErrorKind::NotFound => {
            return None;
        }
        Err(error) => return Some(unreadable(&error).checks),
    };
    let expected = Expected::default();
    let mut exam = Exam::new(&system, settings, &live, &expected);
    if !is_asked(&live) {
        let found = "This Postfix does not ask Smart Hosts yet: no rule has an effect on its mail.";
        let fix = exam.set_up();
        exam.warning("postfix", found, fix);
        return Some(exam.into_report().checks);
    }
    tables::examine(&mut exam);
    if Instant::now() >= end {
        let found = format!(
            "Postfix\u{2019}s programs took more than {} s.",
            limit.as_secs()
        );
        exam.unknown("postfix", found);
        return Some(exam.into_report().checks);
    }
    reach::service(&mut exam);
    if exam.answering {
        compare(&mut exam, wanted);
    }
    Some(exam.into_report().checks)
}

/// Whether any of our tables is named where Postfix would ask it.
fn is_asked(live: &Live) -> bool {
    [
        ("transport_maps", Map::Transport),
        ("relay_domains", Map::Relay),
    ]
    .iter()
    .any(|(parameter, map)| {
        let words = list::words(live.value(parameter));
        words.iter().any(|word| map.is_named_by(word))
    })
}

fn compare(exam: &mut Exam<'_, impl System>, wanted: &Wanted) {
    if let Some((recipient, reply)) = &wanted.transport {
        let (asked, _) = exam.ask_service(recipient, Map::Transport);
        let agreed = compare_one(
            exam,
            "answer-transport",
            &format!("Mail for {recipient}"),
            &asked,
            reply,
        );
        if agreed {
            other_tables(exam, recipient, reply);
        }
    }
    if let Some((domain, reply)) = &wanted.relay {
        let (asked, _) = exam.ask_service(domain, Map::Relay);
        compare_one(
            exam,
            "answer-relay",
            &format!("Mail for {domain} from outside"),
            &asked,
            reply,
        );
    }
    for hop in &wanted.next_hops {
        let (asked, _) = exam.ask_service(&hop.next_hop, Map::Tls);
        compare_one(
            exam,
            "answer-tls",
            &format!("TLS towards {}", hop.next_hop),
            &asked,
            &hop.tls,
        );
        account(exam, hop);
    }
}

/// The command that shows more.
const CHECK: &str = "smart-hosts postfix check";

/// Whether they agree.
fn compare_one(
    exam: &mut Exam<'_, impl System>,
    name: &str,
    about: &str,
    asked: &Asked,
    reply: &Reply,
) -> bool {
    if *asked == Asked::Hangs {
        late(exam, name, about);
        return false;
    }
    let agrees = match (asked, reply) {
        (Asked::Found(value), Reply::Ok(wanted)) => value == wanted,
        (Asked::NotFound, Reply::NotFound) => true,
        (Asked::Error(words), Reply::Temp(_)) => words.contains("temporary error"),
        _ => false,
    };
    let said = match (agrees, reply) {
        (true, Reply::Temp(reason)) => format!("to wait ({reason})"),
        _ => asked.in_words(),
    };
    if agrees {
        exam.ok(
            name,
            format!("{about}: Postfix is told {said}, as the console says."),
        );
    } else {
        different(exam, name, about, &said, &in_words(reply));
    }
    agrees
}

fn late(exam: &mut Exam<'_, impl System>, name: &str, about: &str) {
    exam.unknown(
        name,
        format!("{about}: what Postfix is told did not come in time."),
    );
}

fn different(exam: &mut Exam<'_, impl System>, name: &str, about: &str, said: &str, wanted: &str) {
    exam.failure(
        name,
        format!(
            "{about}: Postfix is told {said}, but the console says {wanted}. A change takes a \
             moment to be published: ask again. If it stays so, the look-up service reads another \
             data folder, or cannot read this one."
        ),
        CHECK,
    );
}

fn in_words(reply: &Reply) -> String {
    match reply {
        Reply::Ok(value) => shown(value),
        Reply::NotFound => "not found".to_owned(),
        Reply::Temp(reason) => format!("an error ({reason})"),
        Reply::Perm(reason) => format!("an error ({reason})"),
    }
}

/// The account, without its password.
fn account(exam: &mut Exam<'_, impl System>, hop: &WantedHop) {
    let name = "answer-account";
    let about = format!("Account at {}", hop.next_hop);
    let (asked, _) = exam.ask_service(&hop.next_hop, Map::Sasl);
    let user =
        |user: Option<&str>| user.map_or("no account".to_owned(), |u| format!("the account {u:?}"));
    let (agrees, said) = match &asked {
        Asked::Found(account) => {
            let told = account.split_once(':').map(|(user, _)| user);
            let agrees = matches!(&hop.user, Ok(Some(wanted)) if told == Some(wanted));
            (agrees, user(told))
        }
        Asked::NotFound => (hop.user == Ok(None), user(None)),
        Asked::Error(words) => (
            hop.user.is_err() && words.contains("temporary error"),
            asked.in_short(),
        ),
        Asked::Hangs => return late(exam, name, &about),
    };
    if agrees {
        exam.ok(
            name,
            format!("{about}: Postfix is told {said}, as the console says."),
        );
    } else {
        let wanted = match &hop.user {
            Ok(wanted) => user(wanted.as_deref()),
            Err(()) => "that the password cannot be read".to_owned(),
        };
        different(exam, name, &about, &said, &wanted);
    }
}

/// The administrator's own tables: those before ours win, those after it count where ours has no
/// answer. Postfix asks all tables for the whole address before it asks any for a part of it
/// (transport(5), "TABLE SEARCH ORDER").
fn other_tables(exam: &mut Exam<'_, impl System>, recipient: &str, reply: &Reply) {
    let name = "transport-order";
    let live = exam.live;
    let words = list::words(live.value("transport_maps"));
    let ours = words
        .iter()
        .position(|word| Map::Transport.is_named_by(word));
    let Some(ours) = ours else { return };
    let relevant = |at: usize| at < ours || (at > ours && *reply == Reply::NotFound);
    for (at, table) in words.iter().enumerate().filter(|(at, _)| relevant(*at)) {
        let fix = format!(
            "postmap -q {} {table}",
            super::super::shell::quoted(recipient)
        );
        match exam.ask(recipient, table).0 {
            Asked::NotFound => {}
            Asked::Found(value) if *reply == Reply::NotFound => {
                let value = shown(&value);
                return exam.ok(name, format!("{table} sends it to {value}."));
            }
            Asked::Found(value) => {
                let value = shown(&value);
                let found = format!(
                    "{table} stands before the look-up service and sends {recipient} to {value}."
                );
                return exam.failure(name, found, fix);
            }
            // What comes after ours holds mail up just as well.
            other => {
                let place = if at < ours { "before" } else { "after" };
                let found = format!(
                    "{table}, {place} the look-up service, gives {}. Mail waits.",
                    other.in_words()
                );
                return exam.failure(name, found, fix);
            }
        }
    }
}
