//! That mail is accepted from outside for managed domains, and for no smart host's: the gateway is
//! no open relay.

mod networks;
mod restrictions;

use super::super::list;
use super::super::shell::quoted;
use super::super::system::System;
use super::super::table::Map;
use super::NOBODYS_DOMAIN;
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
            let fix = format!("{} && {}", show(exam, class), exam.reload());
            let found = if *domain == nobody {
                format!("{class} has {word}, which accepts every domain: this is an open relay.")
            } else {
                format!(
                    "{class} has {word}, which accepts {domain} from outside. Anybody could send \
                     through its smart host."
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

/// The command that shows a list for editing: what to take out of it is the administrator's to say.
fn show<S: System>(exam: &Exam<'_, S>, class: &str) -> String {
    let written = exam
        .live
        .written(class)
        .unwrap_or_else(|| exam.live.value(class));
    let setting = quoted(&format!("{class}={written}"));
    match &exam.settings.config_dir {
        Some(folder) => format!(
            "postconf -c {} -e {setting}",
            quoted(&folder.display().to_string())
        ),
        None => format!("postconf -e {setting}"),
    }
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
        let matches = if Map::Relay.is_named_by(word) && class == "relay_domains" {
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
                let fix = format!("{} && {}", show(exam, class), exam.reload());
                let found = format!(
                    "{domain} is a managed domain, but {class} has {word}: Postfix takes it for its \
                     own and looks for its recipients here."
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
