//! Postfix's version, what it warns of, and whether it runs.

use super::super::service::{Entry, Service};
use super::super::system::System;
use super::exam::Exam;

/// Lists of hosts in a next hop came with this version (`RELEASE_NOTES` of Postfix 3.5).
const LISTS: (u32, u32) = (3, 5);
/// Since this version the character between user name and password can be chosen, by
/// `smtp_sasl_password_result_delimiter`.
const DELIMITER: (u32, u32) = (3, 9);

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    version(exam);
    running(exam);
    warnings(exam);
}

fn version(exam: &mut Exam<'_, impl System>) {
    let name = "postfix-version";
    let text = exam.live.value("mail_version").to_owned();
    let Some(version) = parse(&text) else {
        return exam.unknown(
            name,
            format!("{text:?} is no version that can be understood."),
        );
    };
    if version < LISTS {
        let found = format!(
            "Postfix {text} tries only one host of a list; 3.5 or newer is needed for fail-over."
        );
        let fix = "apt-get update && apt-get install postfix";
        if exam.expected.uses_lists {
            return exam.failure(name, found, fix);
        }
        return exam.warning(name, found, fix);
    }
    if version >= DELIMITER {
        let parameter = "smtp_sasl_password_result_delimiter";
        for service in Service::ALL {
            let entry = service.entry();
            let delimiter = exam.live.effective(&entry, parameter).to_owned();
            if !delimiter.is_empty() && delimiter != ":" {
                let fix = exam.postconf(&["-P", &format!("{entry}/{parameter}=:")]);
                return exam.failure(
                    name,
                    format!(
                        "Postfix {text} splits accounts at {delimiter:?}, but the look-up service \
                         answers USER:PASSWORD."
                    ),
                    fix,
                );
            }
        }
    }
    exam.ok(name, format!("Postfix {text}."));
}

/// The first two numbers: `3.7.11` and the snapshots' `3.10-20240924`.
fn parse(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(['.', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn running(exam: &mut Exam<'_, impl System>) {
    let name = "postfix-running";
    match exam.ran("postfix", &["status"]) {
        Ok(ran) if ran.succeeded() => exam.ok(name, "Postfix is running."),
        Ok(_) if exam.is_root => {
            exam.warning(name, "Postfix is not running.", "systemctl start postfix");
        }
        Ok(_) => exam.unknown(name, "Only root may ask whether Postfix is running."),
        Err(error) => exam.unknown(name, format!("\"postfix status\" cannot be run: {error}.")),
    }
}

/// A misspelt parameter has no effect, and Postfix says so nowhere else.
fn warnings(exam: &mut Exam<'_, impl System>) {
    let name = "postconf-warnings";
    match exam.live.warnings() {
        [] => exam.ok(name, "postconf has no complaint."),
        [first, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                number => format!(" ({number} more)"),
            };
            exam.warning(
                name,
                format!("{first}{more}"),
                "postconf -n >/dev/null; postconf -M >/dev/null",
            );
        }
    }
}
