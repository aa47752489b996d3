//! That mail is accepted from outside for managed domains, and for no smart host's: the gateway is
//! no open relay.

mod networks;
mod restrictions;

use super::super::list;
use super::super::system::System;
use super::super::table::Map;
use super::NOBODYS_DOMAIN;
use super::answers::RESTART;
use super::exam::{Asked, Exam};

/// The parameters that name the domains for which mail is accepted from anybody; see
/// `reject_unauth_destination` in `postconf(5)`.
const CLASSES: [&str; 4] = [
    "relay_domains",
    "mydestination",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
];

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    smart_host_domains(exam);
    restrictions::examine(exam);
    networks::examine(exam);
    managed_domains(exam);
}

fn smart_host_domains(exam: &mut Exam<'_, impl System>) {
    let name = "open-relay";
    let expected = exam.expected;
    let nobody = NOBODYS_DOMAIN.to_owned();
    for class in CLASSES {
        for domain in std::iter::once(&nobody).chain(&expected.smart_host_domains) {
            let Some(word) = accepting(exam, class, domain) else {
                continue;
            };
            if is_ours(class, &word) {
                let found = format!(
                    "The look-up service accepts {domain} from outside, which the database has as a \
                     smart host's. Anybody could send through it. The service reads another \
                     database, or an older state of this one."
                );
                return exam.failure(name, found, RESTART);
            }
            let fix = without(exam, class, &word);
            let found = if *domain == nobody {
                format!("{class} has {word}, which accepts every domain: this is an open relay.")
            } else {
                let instead = instead(&word, domain);
                format!(
                    "{class} has {word}, which accepts {domain} from outside. Anybody could send \
                     through its smart host.{instead}"
                )
            };
            return exam.failure(name, found, fix);
        }
    }
    let number = expected.smart_host_domains.len();
    exam.ok(
        name,
        format!(
            "No mail from outside is accepted for domains of smart hosts ({number} looked at)."
        ),
    );
}

/// The command that takes a word out of a list.
fn without<S: System>(exam: &Exam<'_, S>, class: &str, word: &str) -> String {
    let rest = |list: &str| {
        let words = list::words(list);
        let kept: Vec<_> = words.iter().copied().filter(|kept| *kept != word).collect();
        (kept.len() < words.len()).then(|| kept.join(", "))
    };
    // As it is written, so that what stands for other lists stays; but the word may come from there.
    let written = exam.live.written(class).and_then(rest);
    let value = written.or_else(|| rest(exam.live.value(class)));
    exam.postconf(&["-e", &format!("{class}={}", value.unwrap_or_default())])
}

/// What else can be done about a table or a file, which may name other domains as well.
fn instead(word: &str, domain: &str) -> String {
    if word.contains(':') || word.starts_with('/') {
        format!(" If it has other domains that are needed, take {domain} out of it instead.")
    } else {
        String::new()
    }
}

/// Whether the word is our table, in the list where it belongs.
fn is_ours(class: &str, word: &str) -> bool {
    class == "relay_domains" && Map::Relay.is_named_by(word)
}

/// The word of a list that accepts a domain. Our own table is asked by the check `answers-relay`.
fn accepting<S: System>(exam: &Exam<'_, S>, class: &str, domain: &str) -> Option<String> {
    let with_subdomains =
        list::words(exam.live.value("parent_domain_matches_subdomains")).contains(&class);
    let words = list::words(exam.live.value(class));
    for word in words {
        if word.starts_with('!') {
            continue;
        }
        let matches = if is_ours(class, word) {
            exam.answering && domain != NOBODYS_DOMAIN && asked(exam, word, domain)
        } else if word.contains(':') {
            names(domain, with_subdomains).any(|name| asked(exam, word, name))
        } else if word.starts_with('/') {
            let text = exam.system.read(word.as_ref()).unwrap_or_default();
            list::words(&text)
                .iter()
                .any(|word| literal(word, domain, with_subdomains))
        } else {
            literal(word, domain, with_subdomains)
        };
        if matches {
            return Some(word.to_owned());
        }
    }
    None
}

fn asked<S: System>(exam: &Exam<'_, S>, table: &str, key: &str) -> bool {
    matches!(exam.ask(key, table).0, Asked::Found(_))
}

/// The domain, and those above it where they count as well.
fn names(domain: &str, with_parents: bool) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), move |name| {
        if with_parents {
            name.split_once('.').map(|(_, parent)| parent)
        } else {
            None
        }
    })
}

fn literal(word: &str, domain: &str, with_subdomains: bool) -> bool {
    if let Some(parent) = word.strip_prefix('.') {
        return domain.len() > parent.len()
            && domain
                .strip_suffix(parent)
                .is_some_and(|rest| rest.ends_with('.'));
    }
    names(domain, with_subdomains).any(|name| name.eq_ignore_ascii_case(word))
}

/// A managed domain that is also Postfix's own is delivered on this machine instead.
fn managed_domains(exam: &mut Exam<'_, impl System>) {
    let name = "managed-domains";
    let expected = exam.expected;
    for class in CLASSES
        .into_iter()
        .filter(|class| *class != "relay_domains")
    {
        for domain in &expected.managed_domains {
            if let Some(word) = accepting(exam, class, domain) {
                let fix = without(exam, class, &word);
                let instead = instead(&word, domain);
                let found = format!(
                    "{domain} is a managed domain, but {class} has {word}: Postfix takes it for its \
                     own and looks for its recipients here.{instead}"
                );
                return exam.warning(name, found, fix);
            }
        }
    }
    let recipients = exam.live.value("relay_recipient_maps").to_owned();
    if !recipients.is_empty() && !expected.managed_domains.is_empty() {
        let fix = exam.postconf(&["-e", "relay_recipient_maps="]);
        return exam.warning(
            name,
            format!(
                "relay_recipient_maps = {recipients}: recipients of managed domains that are not in \
                 it are refused."
            ),
            fix,
        );
    }
    exam.ok(name, "Managed domains are accepted and handed on.");
}
