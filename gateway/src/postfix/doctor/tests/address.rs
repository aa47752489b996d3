//! What Postfix is told about one address.

use super::*;
use crate::lookup::Reply;

const KEY: &str = "Ann+x@example.com";
const LIMIT: Duration = Duration::from_mins(10);

fn ok(value: &str) -> Reply {
    Reply::Ok(value.to_owned())
}

fn wanted() -> Wanted {
    Wanted {
        transport: Some((KEY.to_owned(), ok("smarthost:[mail.example.net]:587"))),
        relay: Some(("example.com".to_owned(), Reply::NotFound)),
        next_hops: vec![WantedHop {
            next_hop: "[mail.example.net]:587".to_owned(),
            tls: ok("encrypt"),
            user: Ok(Some("bob".to_owned())),
        }],
    }
}

fn machine() -> Recorded {
    let mut machine = well();
    machine.found(KEY, TRANSPORT, "smarthost:[mail.example.net]:587");
    machine
}

fn asked(machine: &Recorded, wanted: &Wanted) -> Report {
    let checks = ask(machine, &Settings::default(), wanted, LIMIT).unwrap();
    let report = Report { checks };
    assert!(!format!("{report:?}").contains("canary"), "{report:?}");
    report
}

#[test]
fn what_agrees_is_said() {
    let report = asked(&machine(), &wanted());
    for check in &report.checks {
        assert_eq!(check.outcome, Outcome::Ok, "{check:?}");
    }
    let found = &check(&report, "answer-transport").found;
    assert!(
        found.contains("\"smarthost:[mail.example.net]:587\", as the console"),
        "{found}"
    );
    assert!(
        check(&report, "answer-account")
            .found
            .contains("the account \"bob\"")
    );
}

#[test]
fn each_difference_is_a_failure() {
    type Case = (fn(&mut Recorded, &mut Wanted), &'static str, &'static str);
    let cases: [Case; 9] = [
        (
            |m, _| m.found(KEY, TRANSPORT, "smarthost:[old.example.net]:25"),
            "answer-transport",
            "old.example.net",
        ),
        (
            |m, _| m.unanswered(KEY, TRANSPORT, "table lookup error"),
            "answer-transport",
            "an error: ",
        ),
        (
            |_, w| w.transport = Some((KEY.to_owned(), Reply::NotFound)),
            "answer-transport",
            "the console says not found",
        ),
        (
            |m, _| m.found("example.com", RELAY, "1"),
            "answer-relay",
            "\"1\"",
        ),
        (
            |m, _| m.found("[mail.example.net]:587", TLS, "may"),
            "answer-tls",
            "\"may\"",
        ),
        (
            |m, _| m.found("[mail.example.net]:587", SASL, "eve:canary"),
            "answer-account",
            "the account \"eve\"",
        ),
        (
            |_, w| w.next_hops[0].user = Err(()),
            "answer-account",
            "cannot be read",
        ),
        (
            |m, _| {
                m.set(
                    "transport_maps",
                    "hash:/etc/postfix/transport, socketmap:unix:smart-hosts/lookup.sock:transport",
                );
                m.found(KEY, "hash:/etc/postfix/transport", "smtp:[else.example]");
            },
            "transport-order",
            "stands before the look-up service",
        ),
        (
            |m, _| m.set("transport_maps", "hash:/etc/postfix/transport"),
            "transport-maps",
            "is not named",
        ),
    ];
    for (break_it, name, words) in cases {
        let (mut machine, mut wanted) = (machine(), wanted());
        break_it(&mut machine, &mut wanted);
        let report = asked(&machine, &wanted);
        let check = check(&report, name);
        assert_eq!(check.outcome, Outcome::Failure, "{check:?}");
        assert!(check.found.contains(words), "{check:?}");
        assert!(check.fix.is_some(), "{check:?}");
    }
}

#[test]
fn a_refusal_that_is_meant_agrees() {
    let mut machine = machine();
    machine.unanswered(KEY, TRANSPORT, "socketmap server temporary error: none");
    let wanted = Wanted {
        transport: Some((KEY.to_owned(), Reply::Temp("no default"))),
        ..Wanted::default()
    };
    let report = asked(&machine, &wanted);
    assert_eq!(check(&report, "answer-transport").outcome, Outcome::Ok);
}

#[test]
fn where_ours_has_no_answer_the_tables_after_it_count() {
    let mut machine = machine();
    machine.set(
        "transport_maps",
        "socketmap:unix:smart-hosts/lookup.sock:transport, hash:/etc/postfix/transport",
    );
    machine.found(
        "bob@else.example",
        "hash:/etc/postfix/transport",
        "smtp:[x.example]",
    );
    let wanted = Wanted {
        transport: Some(("bob@else.example".to_owned(), Reply::NotFound)),
        ..Wanted::default()
    };
    let report = asked(&machine, &wanted);
    let found = &check(&report, "transport-order").found;
    assert!(
        found.contains("sends it to \"smtp:[x.example]\""),
        "{found}"
    );
}

#[test]
fn what_cannot_be_asked_is_said() {
    let mut none = machine();
    none.forget("postconf -x");
    assert_eq!(ask(&none, &Settings::default(), &wanted(), LIMIT), None);

    let report = asked(&Recorded::debian(), &wanted());
    let [check] = &*report.checks else {
        panic!("{report:?}");
    };
    assert_eq!(check.outcome, Outcome::Warning);
    assert!(
        check
            .fix
            .as_ref()
            .unwrap()
            .starts_with("smart-hosts postfix config --apply")
    );

    let mut nobody = machine();
    nobody.answer("id -u", 0, "1000\n", "");
    nobody.answer(
        PROBE,
        1,
        "",
        "postmap: warning: connect: Permission denied\n",
    );
    let report = asked(&nobody, &wanted());
    let service = super::check(&report, "lookup-service");
    assert_eq!(service.outcome, Outcome::Unknown);
    assert!(service.fix.as_ref().unwrap().starts_with("sudo "));
    assert!(
        !report
            .checks
            .iter()
            .any(|check| check.name.starts_with("answer-"))
    );

    let mut slow = machine();
    slow.takes(&format!("postmap -q {KEY} {TRANSPORT}"), LIMIT, true);
    let report = asked(&slow, &wanted());
    assert_eq!(
        super::check(&report, "answer-transport").outcome,
        Outcome::Unknown
    );
}

#[test]
fn when_the_time_is_up_nothing_more_is_asked() {
    let checks = ask(&machine(), &Settings::default(), &wanted(), Duration::ZERO).unwrap();
    let [check] = &*checks else {
        panic!("{checks:?}");
    };
    assert_eq!(check.outcome, Outcome::Unknown);
}
