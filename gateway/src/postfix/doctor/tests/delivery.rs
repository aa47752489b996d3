//! Faults that keep mail from going out, or let too much in.

use super::*;

pub(super) const CASES: &[Case] = &[
    // Logging in, and names and authorities.
    (
        |m| m.remove("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so"),
        "sasl-modules",
        Outcome::Failure,
        "not installed",
        "apt-get install libsasl2-modules",
    ),
    (
        |m| m.answer("postconf -A", 0, "", ""),
        "sasl-modules",
        Outcome::Failure,
        "without Cyrus",
        "apt-get",
    ),
    (
        |m| m.set("smtp_sasl_type", "dovecot"),
        "sasl-modules",
        Outcome::Failure,
        "smtp_sasl_type = dovecot",
        "smtp_sasl_type=cyrus",
    ),
    (
        |m| m.remove("/var/spool/postfix/etc/resolv.conf"),
        "chroot",
        Outcome::Failure,
        "no host name can be found",
        "cp /etc/resolv.conf /var/spool/postfix/etc/resolv.conf && postfix reload",
    ),
    (
        |m| m.file("/etc/resolv.conf", 0o644, "nameserver 192.0.2.54\n"),
        "chroot",
        Outcome::Warning,
        "other servers",
        "cp /etc/resolv.conf",
    ),
    (
        |m| m.remove("/etc/ssl/certs/ca-certificates.crt"),
        "ca-file",
        Outcome::Failure,
        "cannot be read",
        "ca-certificates",
    ),
    (
        |m| {
            m.file("/own.pem", 0o644, "oops");
            m.option("smarthost/unix", "smtp_tls_CAfile", "/own.pem");
        },
        "ca-file",
        Outcome::Failure,
        "/own.pem holds no certificate",
        "smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt",
    ),
    (
        |m| m.option("smarthosts/unix", "smtp_tls_CAfile", ""),
        "ca-file",
        Outcome::Failure,
        "can reach",
        "smtp_tls_CAfile=",
    ),
    // Who may send.
    (
        |m| m.set("relay_domains", &format!("example.com, {LIVE_RELAY}")),
        "open-relay",
        Outcome::Failure,
        "accepts example.com from outside",
        "postconf -e relay_domains=socketmap:unix:smart-hosts/lookup.sock:relay && postfix reload",
    ),
    (
        |m| {
            m.set("mydestination", "$myhostname, example.com, localhost");
        },
        "open-relay",
        Outcome::Failure,
        "mydestination has example.com",
        "postconf -e 'mydestination=$myhostname, localhost' && ",
    ),
    // The word comes from another parameter, which is not what is wrong.
    (
        |m| {
            m.set("relay_domains", &format!("$mydestination {LIVE_RELAY}"));
            let value = format!("example.net example.com {LIVE_RELAY}");
            m.expands_to("relay_domains", &value);
        },
        "open-relay",
        Outcome::Failure,
        "relay_domains has example.com",
        "postconf -e 'relay_domains=example.net, socketmap:unix:smart-hosts/lookup.sock:relay' && ",
    ),
    (
        |m| m.set("relay_domains", &format!("com {LIVE_RELAY}")),
        "open-relay",
        Outcome::Failure,
        "relay_domains has com",
        "postconf -e relay_domains=socketmap:",
    ),
    (
        |m| {
            m.set("relay_domains", &format!("hash:/relay {LIVE_RELAY}"));
            m.found("example.com", "hash:/relay", "x");
        },
        "open-relay",
        Outcome::Failure,
        "take example.com out of it instead",
        "postconf -e relay_domains=socketmap:",
    ),
    (
        |m| {
            m.set("relay_domains", &format!("static:all {LIVE_RELAY}"));
            m.found("smart-hosts-check.invalid", "static:all", "all");
        },
        "open-relay",
        Outcome::Failure,
        "every domain",
        "postconf -e relay_domains=socketmap:",
    ),
    (
        |m| m.found("example.com", LIVE_RELAY, "1"),
        "open-relay",
        Outcome::Failure,
        "The look-up service accepts example.com from outside",
        "systemctl restart smart-hosts-lookup.service",
    ),
    (
        |m| {
            m.file("/etc/mine", 0o644, "a.example\nexample.com\n");
            m.set("mydestination", "/etc/mine");
        },
        "open-relay",
        Outcome::Failure,
        "mydestination has /etc/mine",
        "postconf -e mydestination= && ",
    ),
    (
        |m| m.set("mynetworks", "127.0.0.0/8 0.0.0.0/0"),
        "mynetworks",
        Outcome::Failure,
        "0.0.0.0/0: everybody",
        "postconf -e 'mynetworks=127.0.0.0/8 [::1]/128'",
    ),
    (
        |m| m.option("smtp/inet", "mynetworks", "[::]/0"),
        "mynetworks",
        Outcome::Failure,
        "smtp/inet has [::]/0",
        "postconf -P",
    ),
    (
        |m| {
            m.set("mynetworks", "cidr:/nets");
            m.found("192.0.2.1", "cidr:/nets", "x");
        },
        "mynetworks",
        Outcome::Failure,
        "cidr:/nets",
        "postconf -e",
    ),
    (
        |m| {
            m.file("/nets", 0o644, "64.0.0.0/2");
            m.set("mynetworks", "/nets");
        },
        "mynetworks",
        Outcome::Warning,
        "/nets",
        "postconf -e",
    ),
    (
        |m| m.set("smtpd_relay_restrictions", "permit_mynetworks, permit"),
        "relay-restrictions",
        Outcome::Failure,
        "open relay",
        "smtpd_relay_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    ),
    (
        |m| m.option("smtp/inet", "smtpd_relay_restrictions", ""),
        "relay-restrictions",
        Outcome::Failure,
        "smtp/inet",
        "postconf -P smtp/inet/smtpd_relay",
    ),
    (
        |m| m.set("mydestination", "example.org"),
        "managed-domains",
        Outcome::Warning,
        "takes it for its own",
        "postconf -e mydestination= && ",
    ),
    (
        |m| m.set("relay_recipient_maps", "hash:/users"),
        "managed-domains",
        Outcome::Warning,
        "hash:/users",
        "relay_recipient_maps= ",
    ),
];
