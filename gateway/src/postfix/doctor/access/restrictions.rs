//! Whether each SMTP server refuses what it is not responsible for.

use super::super::super::list;
use super::super::super::system::System;
use super::super::exam::Exam;

/// The restrictions that end with a refusal of domains that are not ours; see
/// `smtpd_relay_restrictions` in `postconf(5)`.
const REFUSING: [&str; 5] = [
    "reject_unauth_destination",
    "defer_unauth_destination",
    "reject",
    "defer",
    "defer_if_permit",
];

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    let name = "relay-restrictions";
    let servers: Vec<String> = exam
        .live
        .services()
        .iter()
        .filter(|service| service.command == "smtpd" && !is_loopback(&service.name))
        .map(|service| format!("{}/{}", service.name, service.kind))
        .collect();
    for entry in &servers {
        let refuses = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"]
            .iter()
            .any(|parameter| refuses(exam.live.effective(entry, parameter)));
        if refuses {
            continue;
        }
        let parameter = "smtpd_relay_restrictions";
        let value = "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination";
        let fix = if exam.live.option(entry, parameter).is_some() {
            exam.postconf(&[
                "-P",
                &format!("{entry}/{parameter}={}", value.replace(", ", ",")),
            ])
        } else {
            exam.postconf(&["-e", &format!("{parameter}={value}")])
        };
        return exam.failure(
            name,
            format!("The server {entry} accepts mail for any domain: no restriction refuses it. This is an open relay."),
            fix,
        );
    }
    exam.ok(name, "Every server refuses domains that are not its own.");
}

/// A listener on a loopback address, such as a content filter's way back, is not reached from outside.
fn is_loopback(service: &str) -> bool {
    let host = service.rsplit_once(':').map_or("", |(host, _)| host);
    host.starts_with("127.") || host == "localhost" || host == "[::1]" || host == "::1"
}

/// Whether a list comes to a refusal before a bare `permit`.
fn refuses(restrictions: &str) -> bool {
    for word in list::words(restrictions) {
        if REFUSING.contains(&word) {
            return true;
        }
        if word == "permit" {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_refuses_unless_it_permits_first() {
        for refusing in [
            "permit_mynetworks permit_sasl_authenticated defer_unauth_destination",
            "permit_mynetworks, reject",
            "check_client_access hash:/x, reject_unauth_destination, permit",
        ] {
            assert!(refuses(refusing), "{refusing}");
        }
        for open in [
            "",
            "permit_mynetworks",
            "permit, reject_unauth_destination",
            "reject_unknown_sender_domain",
        ] {
            assert!(!refuses(open), "{open}");
        }
    }

    #[test]
    fn loopback_listeners_are_known() {
        assert!(
            is_loopback("127.0.0.1:10025")
                && is_loopback("[::1]:10025")
                && is_loopback("localhost:26")
        );
        assert!(!is_loopback("smtp") && !is_loopback("192.0.2.1:25") && !is_loopback("25"));
    }
}
