//! Faults of Postfix itself and of the services for smart hosts.

use super::*;

pub(super) const CASES: &[Case] = &[
    // Postfix itself.
    (
        |m| m.set("mail_version", "3.4.23"),
        "postfix-version",
        Outcome::Warning,
        "3.5 or newer",
        "apt-get",
    ),
    (
        |m| m.set("mail_version", "new"),
        "postfix-version",
        Outcome::Unknown,
        "\"new\"",
        "",
    ),
    (
        |m| {
            m.set("mail_version", "3.10.1");
            m.set("smtp_sasl_password_result_delimiter", "|");
        },
        "postfix-version",
        Outcome::Failure,
        "\"|\"",
        "postconf -P smarthost/unix/smtp_sasl_password_result_delimiter=:",
    ),
    (
        |m| m.answer("postfix status", 1, "", ""),
        "postfix-running",
        Outcome::Warning,
        "not running",
        "systemctl start postfix",
    ),
    (
        |m| {
            m.answer(
                "postconf -n",
                0,
                "",
                "postconf: warning: /etc/postfix/main.cf: unused parameter: transport_map=x\n",
            );
        },
        "postconf-warnings",
        Outcome::Warning,
        "unused parameter: transport_map",
        "postconf -n",
    ),
    // The services and their options.
    (
        |m| m.drop_lines("postconf -M", "smarthosts "),
        "services",
        Outcome::Failure,
        "no service smarthosts",
        "smart-hosts postfix config --apply && postfix reload",
    ),
    (
        |m| m.drop_lines("postconf -M", "smarthost-clear "),
        "services",
        Outcome::Failure,
        "no service smarthost-clear",
        "smart-hosts postfix config --apply && postfix reload",
    ),
    (
        |m| {
            m.drop_lines("postconf -M", "smarthost ");
            m.append("postconf -M", "smarthost unix - n n - - pipe argv=/x");
        },
        "services",
        Outcome::Failure,
        "runs \"pipe\"",
        "config --apply",
    ),
    (
        |m| m.remove("/var/spool/postfix/private/smarthost"),
        "services",
        Outcome::Failure,
        "does not know the service smarthost yet",
        "postfix reload",
    ),
    (
        |m| {
            m.option(
                "smarthost/unix",
                "smtp_sasl_password_maps",
                "hash:/etc/postfix/sasl_passwd",
            );
        },
        "credentials",
        Outcome::Failure,
        "hash:/etc/postfix/sasl_passwd",
        "postconf -P smarthost/unix/smtp_sasl_password_maps=socketmap:unix:smart-hosts/lookup.sock:sasl && postfix reload",
    ),
    (
        |m| {
            m.option(
                "smarthost/unix",
                "smtp_sasl_security_options",
                "noanonymous",
            );
        },
        "credentials",
        Outcome::Failure,
        "smtp_sasl_security_options = noanonymous",
        "noplaintext",
    ),
    (
        |m| {
            m.option(
                "smarthosts/unix",
                "smtp_sasl_tls_security_options",
                "noplaintext noanonymous",
            );
        },
        "credentials",
        Outcome::Failure,
        "smarthosts: smtp_sasl_tls",
        "postconf -P",
    ),
    (
        |m| {
            m.option(
                "smarthost-clear/unix",
                "smtp_sasl_security_options",
                "noanonymous, noplaintext",
            );
        },
        "credentials",
        Outcome::Failure,
        "smarthost-clear: smtp_sasl_security_options = noanonymous, noplaintext",
        "smarthost-clear/unix/smtp_sasl_security_options=noanonymous",
    ),
    (
        |m| m.option("smarthost/unix", "smtp_sasl_auth_enable", "no"),
        "credentials",
        Outcome::Failure,
        "smtp_sasl_auth_enable = no",
        "postconf -P",
    ),
    (
        |m| m.option("smarthost/unix", "smtp_tls_security_level", "may"),
        "tls-policies",
        Outcome::Failure,
        "smtp_tls_security_level = may",
        "smtp_tls_security_level=encrypt",
    ),
    (
        |m| m.option("smarthosts/unix", "smtp_tls_wrappermode", "no"),
        "tls-policies",
        Outcome::Failure,
        "smarthosts: smtp_tls_wrappermode = no",
        "smtp_tls_wrappermode=yes",
    ),
    (
        |m| {
            m.option(
                "smarthost/unix",
                "smtp_tls_policy_maps",
                "socketmap:unix:smart-hosts/lookup.sock:policy",
            );
        },
        "tls-policies",
        Outcome::Failure,
        ":policy",
        "lookup.sock:tls",
    ),
    (
        |m| m.option("smarthost/unix", "smtp_tls_connection_reuse", "yes"),
        "connection-reuse",
        Outcome::Failure,
        "defers all mail",
        "smtp_tls_connection_reuse=no",
    ),
    (
        |m| m.option("smarthost/unix", "smtp_fallback_relay", "[x.example]"),
        "service-options",
        Outcome::Failure,
        "smtp_fallback_relay = [x.example]",
        "smarthost/unix/smtp_fallback_relay=",
    ),
    (
        |m| m.option("smarthost/unix", "syslog_name", "postfix"),
        "service-options",
        Outcome::Warning,
        "syslog_name",
        "syslog_name=postfix/smarthost",
    ),
    (
        |m| m.option("smarthost/unix", "smtp_delivery_status_filter", ""),
        "delivery-status-filter",
        Outcome::Failure,
        "returns mail",
        "smtp_delivery_status_filter=regexp:",
    ),
    (
        |m| {
            m.unanswered("5.4.4 Host or domain name not found. Name service error for name=smart.example type=A: Host not found", "regexp:/etc/postfix/smart-hosts-delivery-status", "open /etc/postfix/smart-hosts-delivery-status: No such file or directory");
        },
        "delivery-status-filter",
        Outcome::Failure,
        "No such file",
        "config --apply",
    ),
];
