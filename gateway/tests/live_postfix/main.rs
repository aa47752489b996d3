//! The plan and the doctor beside a real Postfix.
//!
//! Each test has an instance of its own: its own folders, one port on 127.0.0.1. They need root, and
//! Debian's packages postfix and libsasl2-modules, so they run only where they are asked for: by
//! `cargo xtask test --only mail`, or `cargo test -p gateway --test live_postfix -- --ignored`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod faults;
mod instance;

use std::fs;
use std::time::Duration;

use gateway::lookup::Reply;
use gateway::postfix::{Host, Outcome, Wanted, WantedHop, apply, ask, undo};
use instance::Instance;

const REASON: &str = "runs a real Postfix, as root";

#[test]
#[ignore = "runs a real Postfix, as root"]
fn what_is_applied_is_found_in_order_and_undone() {
    let instance = Instance::new(REASON);
    let (main, master) = (instance.file("main.cf"), instance.file("master.cf"));
    let applied = apply(&Host, &instance.settings, "1").unwrap();
    assert!(applied.backup.is_some());
    let again = apply(&Host, &instance.settings, "2").unwrap();
    assert_eq!(again.backup, None, "the second time nothing is left to do");

    let _service = instance.serve();
    instance.postfix("start");
    let report = instance.examine();
    let wrong: Vec<_> = report
        .checks
        .iter()
        .filter(|check| check.outcome != Outcome::Ok)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    instance.postfix("stop");

    undo(&Host, &instance.settings, None, false, "3").unwrap();
    assert_eq!(instance.file("main.cf"), main);
    assert_eq!(instance.file("master.cf"), master);
}

#[test]
#[ignore = "runs a real Postfix, as root"]
fn what_postfix_refuses_is_rolled_back() {
    let instance = Instance::new(REASON);
    // A folder where a file should be written: the filter cannot be.
    fs::create_dir(instance.config_dir().join("smart-hosts-delivery-status")).unwrap();
    let (main, master) = (instance.file("main.cf"), instance.file("master.cf"));
    apply(&Host, &instance.settings, "1").unwrap_err();
    assert_eq!(instance.file("main.cf"), main);
    assert_eq!(instance.file("master.cf"), master);
}

#[test]
#[ignore = "runs a real Postfix, as root"]
fn what_is_told_about_one_address_is_compared() {
    let instance = Instance::new(REASON);
    let reply = |value: &str| Reply::Ok(value.to_owned());
    let wanted = Wanted {
        transport: Some((
            "smart-hosts-check@r.example".to_owned(),
            reply("smarthost:[127.0.0.1]:587"),
        )),
        relay: Some(("r.example".to_owned(), Reply::NotFound)),
        next_hops: vec![WantedHop {
            next_hop: "[127.0.0.1]:587".to_owned(),
            tls: reply("encrypt"),
            user: Ok(Some("bob".to_owned())),
        }],
    };
    let limit = Duration::from_mins(1);
    let asked = || {
        let checks = ask(&Host, &instance.settings, &wanted, limit).unwrap();
        assert!(!format!("{checks:?}").contains("canary"), "{checks:?}");
        checks
    };
    let before = asked();
    assert_eq!(before.len(), 1, "{before:?}");
    assert_eq!(before[0].outcome, Outcome::Warning, "it does not ask us");

    apply(&Host, &instance.settings, "1").unwrap();
    let service = instance.serve();
    let checks = asked();
    assert!(
        checks.iter().all(|check| check.outcome == Outcome::Ok),
        "{checks:#?}"
    );

    service.set("tls [127.0.0.1]:587", "may");
    let checks = asked();
    let different: Vec<_> = checks
        .iter()
        .filter(|check| check.outcome == Outcome::Failure)
        .map(|check| &*check.name)
        .collect();
    assert_eq!(different, ["answer-tls"]);
}

#[test]
#[ignore = "runs a real Postfix, as root"]
fn the_filter_delays_only_faults_of_the_configuration() {
    let instance = Instance::new(REASON);
    apply(&Host, &instance.settings, "1").unwrap();
    let table = format!(
        "regexp:{}/smart-hosts-delivery-status",
        instance.config_dir().display()
    );
    for delayed in [
        "5.4.4 Host or domain name not found. Name service error for name=x.example type=A: Host not found",
        "5.4.6 mail for x.example loops back to myself",
        "5.3.0 unable to look up host x.example: try later",
        "5.7.0 host x.example[192.0.2.1] said: 530 5.7.0 Authentication required (in reply to MAIL FROM command)",
        "5.7.8 host x.example[192.0.2.1] said: 535-5.7.8 no (in reply to MAIL FROM command)",
        "5.7.8 SASL authentication failed; server x.example[192.0.2.1] said: 535 5.7.8 no",
    ] {
        let answer = instance.command("postmap", &["-q", delayed, &table]);
        assert_eq!(answer.trim_end(), format!("4{}", &delayed[1..]));
    }
    for bounced in [
        "5.1.1 host x.example[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)",
        "5.4.6 host x.example[192.0.2.1] said: 554 5.4.6 too many hops (in reply to end of DATA command)",
        "5.1.1 host x.example[192.0.2.1] said: 550 they said: 530 (in reply to RCPT TO command)",
        "5.7.1 host x.example[192.0.2.1] said: 5300 is no code (in reply to RCPT TO command)",
    ] {
        assert_eq!(instance.command("postmap", &["-q", bounced, &table]), "");
    }
}
