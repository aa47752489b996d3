//! The services for smart hosts, their options, and the delivery status filter.

use super::super::filter;
use super::super::plan::expanded;
use super::super::service::{Entry, Purpose, Service, ServiceOption};
use super::super::shell;
use super::super::system::System;
use super::exam::{Asked, Exam};

/// Levels that demand at least encryption; see `smtp_tls_security_level` in `postconf(5)`.
const ENCRYPTING: [&str; 5] = ["encrypt", "verify", "secure", "fingerprint", "dane-only"];

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    if presence(exam) {
        for group in Group::ALL {
            options(exam, group);
        }
        filter(exam);
    }
}

/// Whether all services are in master.cf.
fn presence(exam: &mut Exam<'_, impl System>) -> bool {
    let name = "services";
    for service in Service::ALL {
        let found = exam.live.service(&service.entry());
        let wrong = match found {
            None => format!("master.cf has no service {}.", service.name()),
            Some(entry) if entry.command != "smtp" => format!(
                "The service {} in master.cf runs {:?} instead of \"smtp\".",
                service.name(),
                entry.command
            ),
            Some(_) => continue,
        };
        let fix = exam.set_up();
        exam.failure(name, format!("{wrong} Mail for smart hosts waits."), fix);
        return false;
    }
    for service in Service::ALL {
        let socket = exam
            .live
            .queue_directory()
            .join("private")
            .join(service.name());
        match exam.system.facts(&socket) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let fix = exam.reload();
                exam.failure(
                    name,
                    format!(
                        "The running Postfix does not know the service {} yet.",
                        service.name()
                    ),
                    fix,
                );
                return true;
            }
            Err(error) => {
                exam.unknown(
                    name,
                    format!("{} cannot be seen: {error}.", socket.display()),
                );
                return true;
            }
        }
    }
    let names = Service::ALL.map(Service::name).join(", ");
    exam.ok(name, format!("The services {names} are there."));
    true
}

/// The check under which an option is reported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Credentials,
    Tls,
    ConnectionReuse,
    Filter,
    Others,
}

impl Group {
    const ALL: [Self; 5] = [
        Self::Credentials,
        Self::Tls,
        Self::ConnectionReuse,
        Self::Filter,
        Self::Others,
    ];

    fn of(option: &ServiceOption) -> Self {
        match option.name {
            "smtp_tls_connection_reuse" => Self::ConnectionReuse,
            "smtp_delivery_status_filter" => Self::Filter,
            "smtp_tls_CAfile" => Self::Others,
            name if name.starts_with("smtp_sasl_") || name.starts_with("smtp_sender_") => {
                Self::Credentials
            }
            name if name.starts_with("smtp_tls_") => Self::Tls,
            _ => Self::Others,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Tls => "tls-policies",
            Self::ConnectionReuse => "connection-reuse",
            Self::Filter => "delivery-status-filter",
            Self::Others => "service-options",
        }
    }

    const fn fine(self) -> &'static str {
        match self {
            Self::Credentials => "Accounts come from the look-up service, by [host]:port.",
            Self::Tls => {
                "TLS policies come from the look-up service; without one, encryption is demanded."
            }
            Self::ConnectionReuse => "smtp_tls_connection_reuse is off.",
            Self::Filter => "The services have the delivery status filter.",
            Self::Others => "Nothing in main.cf leads mail for smart hosts elsewhere.",
        }
    }

    const fn consequence(self) -> &'static str {
        match self {
            Self::Credentials => "Logins fail, or go to the wrong account.",
            Self::Tls => "Mail or passwords may go out in the clear, or not at all.",
            Self::ConnectionReuse => "On a stock Debian this defers all mail for smart hosts.",
            Self::Filter => "A wrong host name or a refused login returns mail to its senders.",
            Self::Others => "Mail may go elsewhere, or not be told apart in the log.",
        }
    }
}

fn options(exam: &mut Exam<'_, impl System>, group: Group) {
    let mut wrong = Vec::new();
    let mut fix = vec!["-P".to_owned()];
    let mut only_the_log = true;
    for service in Service::ALL {
        let entry = service.entry();
        for option in service.options(exam.settings) {
            let value = exam.live.effective(&entry, option.name);
            if Group::of(&option) != group
                || is_right(&option, value, &expanded(&option.value, exam.live))
            {
                continue;
            }
            only_the_log &= option.purpose == Purpose::Log;
            wrong.push(format!("{}: {} = {value}", service.name(), option.name));
            fix.push(format!("{entry}/{}={}", option.name, option.value));
        }
    }
    if wrong.is_empty() {
        // The filter's work is looked at as well, below.
        if group != Group::Filter {
            exam.ok(group.name(), group.fine());
        }
        return;
    }
    let fix: Vec<&str> = fix.iter().map(String::as_str).collect();
    let fix = exam.postconf(&fix);
    let found = format!("{}. {}", wrong.join("; "), group.consequence());
    if only_the_log {
        exam.warning(group.name(), found, fix);
    } else {
        exam.failure(group.name(), found, fix);
    }
}

/// Whether a value does what it must. Some may be stricter, or the administrator's own choice.
fn is_right(option: &ServiceOption, value: &str, wanted: &str) -> bool {
    let words = |list: &str| -> Vec<String> {
        list.split([',', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    match option.name {
        "smtp_tls_security_level" => ENCRYPTING.contains(&value),
        // Only the file matters; see the check `ca-file`.
        "smtp_tls_CAfile" => true,
        "smtp_sasl_security_options" | "smtp_sasl_tls_security_options" => {
            let (present, wanted) = (words(value), words(wanted));
            let plaintext = "noplaintext".to_owned();
            // Stricter is fine, but for this one: smart hosts ask for PLAIN and LOGIN.
            wanted.iter().all(|word| present.contains(word))
                && (wanted.contains(&plaintext) || !present.contains(&plaintext))
        }
        "syslog_name" => value != "postfix" && !value.is_empty(),
        _ => value == wanted,
    }
}

/// Whether the filter does its work, if the services have it.
fn filter(exam: &mut Exam<'_, impl System>) {
    let name = Group::Filter.name();
    let table = expanded(&filter::table(), exam.live);
    let configured = |service: &Service| {
        exam.live
            .effective(&service.entry(), "smtp_delivery_status_filter")
            == table
    };
    if !Service::ALL.iter().all(configured) {
        return;
    }
    let (key, wanted) = filter::SAMPLE;
    match exam.ask(key, &table).0 {
        Asked::Found(value) if value == wanted => exam.ok(name, Group::Filter.fine()),
        asked => {
            let file = exam.live.config_directory().join(filter::FILE_NAME);
            let file = shell::quoted(&file.display().to_string());
            let fix = exam.set_up();
            exam.failure(
                name,
                format!(
                    "The delivery status filter {file} does not turn an unknown host into a delay: \
                     it answers {}. {}",
                    asked.in_words(),
                    Group::Filter.consequence()
                ),
                fix,
            );
        }
    }
}
