mod address;
mod delivery;
mod lookup;
mod postfix;

use std::time::Duration;

use super::*;
use crate::postfix::system::FileKind;
use crate::postfix::testing::{OWNER, POSTFIX, Recorded, SOCKET};

const TRANSPORT: &str = "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:transport";
const RELAY: &str = "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:relay";
const SASL: &str = "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:sasl";
const TLS: &str = "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:tls";
const ABOUT: &str = "socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:about";
const LIVE_RELAY: &str = "socketmap:unix:smart-hosts/lookup.sock:relay";
const PROBE: &str = "postmap -q smart-hosts-check.invalid socketmap:unix:/var/spool/postfix/smart-hosts/lookup.sock:relay";

fn found(key: &str, value: &str) -> AnswerSample {
    AnswerSample {
        key: key.to_owned(),
        answer: Answer::Found(value.to_owned()),
    }
}

fn expected() -> Expected {
    Expected {
        version: "0.1.0".to_owned(),
        transport: vec![
            found("check@example.com", "smarthost:[mail.example.net]:587"),
            AnswerSample {
                key: "check@elsewhere.example".to_owned(),
                answer: Answer::NotFound,
            },
        ],
        relay: vec![found("example.org", "1")],
        next_hops: vec![
            NextHopSample {
                next_hop: "[mail.example.net]:587".to_owned(),
                user: Some("bob".to_owned()),
                tls: Some("encrypt".to_owned()),
            },
            NextHopSample {
                next_hop: "[2001:db8::1]:25".to_owned(),
                user: None,
                tls: None,
            },
        ],
        smart_host_domains: vec!["example.com".to_owned()],
        managed_domains: vec!["example.org".to_owned()],
        uses_accounts: true,
        ..Expected::default()
    }
}

/// A machine where all is well.
fn well() -> Recorded {
    let mut machine = Recorded::set_up();
    machine.found(
        "check@example.com",
        TRANSPORT,
        "smarthost:[mail.example.net]:587",
    );
    machine.found("example.org", RELAY, "1");
    machine.found("[mail.example.net]:587", SASL, "bob:secret:canary");
    machine.found("[mail.example.net]:587", TLS, "encrypt");
    machine.found("version", ABOUT, "0.1.0");
    machine
}

fn examined(machine: &Recorded) -> Report {
    examine(machine, &Settings::default(), &expected())
}

fn check<'a>(report: &'a Report, name: &str) -> &'a Check {
    let mut named = report.checks.iter().filter(|check| check.name == name);
    let check = named
        .next()
        .unwrap_or_else(|| panic!("no {name} in {report:#?}"));
    assert!(named.next().is_none(), "{name} is there twice");
    check
}

#[test]
fn all_is_well() {
    let report = examined(&well());
    for check in &report.checks {
        assert_eq!(check.outcome, Outcome::Ok, "{check:?}");
        assert_eq!(check.fix, None, "{check:?}");
    }
    assert_eq!(report.outcome().exit_code(), 0);
    assert_eq!(
        report.summary(),
        format!("SMART HOSTS OK - {} checks", report.checks.len())
    );
}

/// What is broken, the check that must notice, how badly, and words of what it finds and advises.
type Case = (
    fn(&mut Recorded),
    &'static str,
    Outcome,
    &'static str,
    &'static str,
);

#[test]
fn each_fault_is_found_and_its_fix_named() {
    let cases = [postfix::CASES, lookup::CASES, delivery::CASES].concat();
    for (number, (break_it, name, outcome, words, advice)) in cases.iter().enumerate() {
        let mut machine = well();
        break_it(&mut machine);
        let report = examined(&machine);
        let check = check(&report, name);
        assert_eq!(check.outcome, *outcome, "case {number}: {check:?}");
        assert!(
            check.found.contains(words),
            "case {number}: {words:?} is not in {check:?}"
        );
        let fix = check.fix.as_deref().unwrap_or_default();
        assert!(
            fix.contains(advice) && fix.is_empty() == advice.is_empty(),
            "case {number}: {advice:?} is not in {check:?}"
        );
        assert!(
            !serde_json::to_string(&report).unwrap().contains("canary"),
            "case {number}: a password is shown"
        );
    }
}

#[test]
fn what_nobody_uses_is_no_failure() {
    let mut machine = well();
    machine.remove("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so");
    machine.set("mail_version", "3.4.23");
    let mut wanted = expected();
    wanted.uses_accounts = false;
    let report = examine(&machine, &Settings::default(), &wanted);
    assert_eq!(check(&report, "sasl-modules").outcome, Outcome::Warning);
    wanted.uses_lists = true;
    let report = examine(&machine, &Settings::default(), &wanted);
    assert_eq!(check(&report, "postfix-version").outcome, Outcome::Failure);
}

#[test]
fn stricter_is_fine() {
    let mut machine = well();
    machine.option("smarthost/unix", "smtp_tls_security_level", "secure");
    machine.option(
        "smarthost/unix",
        "smtp_sasl_security_options",
        "noplaintext, noanonymous, nodictionary",
    );
    machine.append("postconf -M", "127.0.0.1:10025 inet n - n - - smtpd");
    machine.option("127.0.0.1:10025/inet", "smtpd_relay_restrictions", "permit");
    assert_eq!(examined(&machine).outcome(), Outcome::Ok);
}

#[test]
fn without_a_service_nothing_is_compared() {
    let mut machine = well();
    machine.unanswered("smart-hosts-check.invalid", RELAY, "Connection refused");
    let report = examined(&machine);
    assert_eq!(check(&report, "answers").outcome, Outcome::Unknown);
    assert!(
        report
            .checks
            .iter()
            .all(|check| check.name != "answers-transport")
    );
    assert_eq!(report.outcome().exit_code(), 2);
}

#[test]
fn without_a_database_nothing_is_compared() {
    let problem = "There is no database in ./data.".to_owned();
    let expected = Expected {
        version: "0.1.0".to_owned(),
        problem: Some(problem.clone()),
        ..Expected::default()
    };
    let report = examine(&well(), &Settings::default(), &expected);
    assert!(check(&report, "answers").found.contains(&problem));
    assert_eq!(report.outcome().exit_code(), 3);
}

#[test]
fn without_roots_rights_much_is_unknown() {
    let mut machine = well();
    machine.answer("id -u", 0, "1000\n", "");
    machine.answer(
        "postfix status",
        1,
        "",
        "postfix: fatal: the postfix command is reserved for the superuser\n",
    );
    machine.unanswered(
        "smart-hosts-check.invalid",
        RELAY,
        "permanent error: user 1000 may not ask",
    );
    let report = examined(&machine);
    assert_eq!(report.outcome(), Outcome::Unknown);
    let fix = check(&report, "lookup-service").fix.as_deref();
    assert_eq!(fix, Some("sudo smart-hosts postfix check"));
}

#[test]
fn without_a_postfix_nothing_is_known() {
    let mut machine = well();
    machine.forget("postconf -x");
    let report = examined(&machine);
    assert_eq!(report.checks.len(), 1);
    assert_eq!(report.outcome().exit_code(), 3);
    assert!(
        report
            .summary()
            .starts_with("SMART HOSTS UNKNOWN - 1 unknown: "),
        "{}",
        report.summary()
    );
}

#[test]
fn advice_repeats_the_settings() {
    let settings = Settings {
        config_dir: Some("/etc/postfix-out".into()),
        socket: "sh/l.sock".parse().unwrap(),
        owner: "routes".parse().unwrap(),
        place: crate::postfix::Place::Last,
        ca_file: "/ca.pem".into(),
    };
    let mut machine = Recorded::debian();
    for option in ["-x", "-n", "-M", "-Px"] {
        let plain = machine
            .run(&["postconf", option], None, Duration::ZERO)
            .unwrap()
            .stdout;
        machine.answer(
            &format!("postconf -c /etc/postfix-out {option}"),
            0,
            &plain,
            "",
        );
    }
    let report = examine(&machine, &settings, &expected());
    assert_eq!(
        check(&report, "services").fix.as_deref(),
        Some(
            "smart-hosts postfix config --config-dir /etc/postfix-out --socket sh/l.sock --user routes \
             --ca-file /ca.pem --behind --apply && postfix -c /etc/postfix-out reload"
        )
    );
}

#[test]
fn a_report_crosses_the_wire() {
    let mut machine = well();
    machine.remove(SOCKET);
    let report = examined(&machine);
    let json = serde_json::to_string(&report).unwrap();
    assert!(
        json.contains(r#"{"name":"socket","outcome":"failure","found":""#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    assert!(
        report
            .summary()
            .starts_with("SMART HOSTS CRITICAL - 1 failure: There is no socket"),
        "{}",
        report.summary()
    );
}

#[test]
fn what_is_missing_is_a_problem_only_where_it_is_meant_to_be() {
    let looked = |machine: &Recorded| look(machine, &Settings::default(), &expected());
    let all_well = looked(&well());
    assert_eq!(
        (all_well.standing, all_well.problems()),
        (Standing::Open, 0)
    );

    let stock = looked(&Recorded::debian());
    assert_eq!((stock.standing, stock.problems()), (Standing::NotSetUp, 0));
    assert_eq!(stock.report.outcome(), Outcome::Failure);

    // One of ours is left: somebody meant it to work.
    let mut half = well();
    half.set("transport_maps", "hash:/etc/postfix/transport");
    half.set("relay_domains", "example.org");
    let half = looked(&half);
    assert_eq!(half.standing, Standing::Open);
    assert!(half.problems() > 0, "{half:?}");

    let mut user = well();
    user.answer("id -u", 0, "1000\n", "");
    assert_eq!(looked(&user).standing, Standing::Restricted);

    let mut none = well();
    none.forget("postconf -x");
    let none = looked(&none);
    assert_eq!((none.standing, none.problems()), (Standing::Absent, 0));
    let mut broken = well();
    broken.answer("postconf -n", 1, "", "postconf: fatal: open main.cf\n");
    assert_eq!(looked(&broken).standing, Standing::Unreadable);
}
