//! Faults on the way to the look-up service, and in what is answered.

use super::*;

pub(super) const CASES: &[Case] = &[
    // The tables of main.cf.
    (
        |m| m.set("transport_maps", "hash:/etc/postfix/transport"),
        "transport-maps",
        Outcome::Failure,
        "is not named",
        "postconf -e 'transport_maps=socketmap:unix:smart-hosts/lookup.sock:transport, hash:/etc/postfix/transport'",
    ),
    (
        |m| {
            m.set(
                "transport_maps",
                "socketmap:unix:smart-hosts/lookup.sock:transports",
            );
        },
        "transport-maps",
        Outcome::Failure,
        "the map \"transports\"",
        "postconf -e transport_maps=socketmap:unix:smart-hosts/lookup.sock:transport &&",
    ),
    (
        |m| {
            m.set(
                "transport_maps",
                "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:transport",
            );
        },
        "transport-maps",
        Outcome::Failure,
        "absolute path",
        "transport_maps=socketmap:unix:smart",
    ),
    (
        |m| {
            m.set(
                "transport_maps",
                "proxy:socketmap:unix:smart-hosts/lookup.sock:transport",
            );
        },
        "transport-maps",
        Outcome::Failure,
        "proxymap",
        "transport_maps=socketmap:unix:smart",
    ),
    (
        |m| m.set("relay_domains", "socketmap:inet:127.0.0.1:4711:relay"),
        "relay-domains",
        Outcome::Failure,
        "any local user",
        "relay_domains=socketmap:unix:smart",
    ),
    (
        |m| m.set("relay_domains", "socketmap:unix:other/lookup.sock:relay"),
        "relay-domains",
        Outcome::Failure,
        "another socket",
        "relay_domains=socketmap:unix:smart",
    ),
    // The way to the look-up service.
    (
        |m| m.remove("/var/spool/postfix/smart-hosts"),
        "socket-folder",
        Outcome::Failure,
        "no folder",
        "install -d -o smart-hosts -g postfix -m 2750 /var/spool/postfix/smart-hosts",
    ),
    (
        |m| {
            m.special(
                "/var/spool/postfix/smart-hosts",
                FileKind::Folder,
                0o750,
                OWNER,
                POSTFIX,
            );
        },
        "socket-folder",
        Outcome::Failure,
        "set-group-id",
        "-m 2750",
    ),
    (
        |m| {
            m.special(
                "/var/spool/postfix/smart-hosts",
                FileKind::Folder,
                0o2750,
                OWNER,
                OWNER,
            );
        },
        "socket-folder",
        Outcome::Failure,
        "another group",
        "-g postfix",
    ),
    (
        |m| {
            m.special(
                "/var/spool/postfix/smart-hosts",
                FileKind::Folder,
                0o2700,
                OWNER,
                POSTFIX,
            );
        },
        "socket-folder",
        Outcome::Failure,
        "may not be entered",
        "-m 2750",
    ),
    (
        |m| {
            m.special(
                "/var/spool/postfix/smart-hosts",
                FileKind::Folder,
                0o2755,
                OWNER,
                POSTFIX,
            );
        },
        "socket-folder",
        Outcome::Warning,
        "others may enter",
        "-m 2750",
    ),
    (
        |m| m.file("/var/spool/postfix/smart-hosts", 0o644, ""),
        "socket-folder",
        Outcome::Failure,
        "no folder",
        "rm ",
    ),
    (
        |m| m.remove(SOCKET),
        "socket",
        Outcome::Failure,
        "no socket",
        "systemctl start smart-hosts-lookup.socket",
    ),
    (
        |m| m.special(SOCKET, FileKind::Socket, 0o600, OWNER, POSTFIX),
        "socket",
        Outcome::Failure,
        "may not write",
        "chmod 0660",
    ),
    (
        |m| m.special(SOCKET, FileKind::Socket, 0o660, OWNER, OWNER),
        "socket",
        Outcome::Failure,
        "may not write",
        "chgrp postfix",
    ),
    (
        |m| m.special(SOCKET, FileKind::Socket, 0o666, OWNER, POSTFIX),
        "socket",
        Outcome::Warning,
        "others may use it",
        "chmod 0660",
    ),
    (
        |m| m.file(SOCKET, 0o660, ""),
        "socket",
        Outcome::Failure,
        "is no socket",
        "rm ",
    ),
    (
        |m| {
            m.unanswered(
                "smart-hosts-check.invalid",
                RELAY,
                "query error: Connection refused",
            );
        },
        "lookup-service",
        Outcome::Failure,
        "does not run",
        "systemctl start smart-hosts-lookup.socket",
    ),
    (
        |m| m.takes(PROBE, Duration::from_secs(5), true),
        "lookup-service",
        Outcome::Failure,
        "does not answer",
        "systemctl restart",
    ),
    (
        |m| {
            m.answer(PROBE, 1, "", "");
            m.takes(PROBE, Duration::from_millis(900), false);
        },
        "lookup-service",
        Outcome::Warning,
        "900 ms",
        "systemctl restart",
    ),
    (
        |m| {
            m.unanswered(
                "smart-hosts-check.invalid",
                RELAY,
                "socketmap server temporary error: not loaded yet",
            );
        },
        "lookup-service",
        Outcome::Failure,
        "not loaded yet",
        "systemctl restart",
    ),
    (
        |m| m.found("smart-hosts-check.invalid", RELAY, "1"),
        "lookup-service",
        Outcome::Failure,
        "yes to all",
        "systemctl restart",
    ),
    (
        |m| m.found("version", ABOUT, "0.0.9"),
        "lookup-version",
        Outcome::Warning,
        "\"0.0.9\", this program 0.1.0",
        "systemctl restart",
    ),
    (
        |m| {
            m.unanswered(
                "version",
                ABOUT,
                "socketmap server permanent error: unknown map",
            );
        },
        "lookup-version",
        Outcome::Warning,
        "does not tell",
        "systemctl restart",
    ),
    // What is answered.
    (
        |m| {
            m.found(
                "check@example.com",
                TRANSPORT,
                "smarthost:[old.example.net]:587",
            );
        },
        "answers-transport",
        Outcome::Failure,
        "check@example.com: \"smarthost:[old.example.net]:587\" instead of \"smarthost:[mail.example.net]:587\"",
        "systemctl restart",
    ),
    (
        |m| m.found("check@elsewhere.example", TRANSPORT, "retry:x"),
        "answers-transport",
        Outcome::Failure,
        "instead of not found",
        "systemctl restart",
    ),
    (
        |m| m.answer(&format!("postmap -q example.org {RELAY}"), 1, "", ""),
        "answers-relay",
        Outcome::Failure,
        "example.org: not found",
        "systemctl restart",
    ),
    (
        |m| {
            m.set(
                "transport_maps",
                "hash:/etc/postfix/transport, socketmap:unix:smart-hosts/lookup.sock:transport",
            );
            m.found(
                "check@example.com",
                "hash:/etc/postfix/transport",
                "smtp:[own]",
            );
        },
        "transport-order",
        Outcome::Warning,
        "sends check@example.com to \"smtp:[own]\"",
        "postmap -q check@example.com hash:/etc/postfix/transport",
    ),
    (
        |m| {
            m.set(
                "transport_maps",
                "hash:/gone, socketmap:unix:smart-hosts/lookup.sock:transport",
            );
            m.unanswered(
                "check@example.com",
                "hash:/gone",
                "open database /gone.db: No such file or directory",
            );
        },
        "transport-order",
        Outcome::Failure,
        "/gone.db: No such file",
        "postmap -q",
    ),
    (
        |m| m.found("[mail.example.net]:587", SASL, "alice:secret:canary"),
        "answers-accounts",
        Outcome::Failure,
        "instead of the account \"bob\"",
        "systemctl restart",
    ),
    (
        |m| m.found("mail.example.net", SASL, "bob:secret:canary"),
        "answers-accounts",
        Outcome::Failure,
        "mail.example.net without a port",
        "systemctl restart",
    ),
    (
        |m| m.found("[2001:db8::1]:25", SASL, "bob:secret:canary"),
        "answers-accounts",
        Outcome::Failure,
        "instead of no account",
        "systemctl restart",
    ),
    (
        |m| m.found("[mail.example.net]:587", TLS, "may"),
        "answers-tls",
        Outcome::Failure,
        "\"may\" instead of \"encrypt\"",
        "systemctl restart",
    ),
];
