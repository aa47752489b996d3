//! Servers that are broken, hostile, or none at all.

use super::server::{Act, say};
use super::*;

async fn meet(way: Way, tls: TlsPolicy) -> (Report, Server) {
    meet_within(Limits::default(), way, tls).await
}

async fn meet_within(limits: Limits, way: Way, tls: TlsPolicy) -> (Report, Server) {
    let server = Server::start(way).await;
    let mut plan = plan(&server, tls);
    plan.limits = limits;
    (run(&plan, Authority::new().trust()).await, server)
}

fn starttls() -> Way {
    Way::starttls(&Authority::new().issue(&["mail.example.net"]))
}

#[tokio::test]
async fn what_is_said_in_clear_after_starttls_is_a_failure() {
    for injected in ["220 go ahead\r\n250 injected\r\n", "220 go ahead\r\n2"] {
        let way = starttls().with("STARTTLS", Act::Say(injected.into()));
        for tls in [TlsPolicy::Opportunistic, TlsPolicy::Required] {
            let (report, server) = meet(way.clone(), tls).await;
            assert_fails(&report, Kind::StartTls, "before TLS began");
            assert_eq!(server.heard(), ["EHLO [127.0.0.1]", "STARTTLS"]);
        }
    }
    // Too late to be seen beforehand, it is no TLS.
    let way = starttls().with("TLS", Act::Say(b"250 injected\r\n".to_vec()));
    let (report, _) = meet(way, TlsPolicy::Required).await;
    assert_eq!(report.outcome, Outcome::Failure);
    assert!(
        matches!(last(&report).kind, Kind::Tls | Kind::StartTls),
        "{report:#?}"
    );
}

#[tokio::test]
async fn a_greeting_that_refuses_ends_the_test() {
    for refusal in ["554 5.7.1 go away", "421 too busy"] {
        let (report, _) = meet(Way::clear().with("", say(refusal)), TlsPolicy::None).await;
        assert_fails(&report, Kind::Banner, "greets with a refusal");
        assert_eq!(last(&report).said[0].text, refusal);
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_server_of_another_kind() {
    for greeting in [
        "SSH-2.0-OpenSSH_9.2",
        "+OK POP3",
        "* OK IMAP4",
        "HTTP/1.0 400 Bad",
        "",
    ] {
        let (report, server) = meet(Way::clear().with("", say(greeting)), TlsPolicy::None).await;
        assert_fails(&report, Kind::Banner, "does not speak SMTP");
        assert!(server.heard().is_empty());
    }
}

#[tokio::test]
async fn endless_answers_are_given_up() {
    for (at, kind) in [
        ("", Kind::Banner),
        ("EHLO", Kind::Ehlo),
        ("STARTTLS", Kind::StartTls),
    ] {
        for octets in [&b"x"[..], b"220-again\r\n", b"250-again\r\n", &[0; 5000]] {
            let way = starttls().with(at, Act::Endless(octets.to_vec()));
            let (report, _) = meet(way, TlsPolicy::Required).await;
            assert_fails(&report, kind, "does not speak SMTP");
            let shown: usize = last(&report).said.iter().map(|said| said.text.len()).sum();
            assert!(shown < 40_000, "{shown}");
        }
    }
}

#[tokio::test]
async fn silence_and_dripping_are_not_waited_for() {
    let mut cases = vec![("TLS", Kind::Tls, Act::Silence)];
    for (at, kind) in [("", Kind::Banner), ("EHLO", Kind::Ehlo)] {
        cases.push((at, kind, Act::Silence));
        cases.push((at, kind, Act::Drip(b"220-slow\r\n".to_vec())));
        cases.push((at, kind, Act::Drip(vec![b' '])));
    }
    let meetings = cases.into_iter().map(async |(at, kind, act)| {
        let way = starttls().with(at, act);
        let (report, _) = meet_within(impatient(), way, TlsPolicy::Required).await;
        (kind, report)
    });
    for (kind, report) in futures::future::join_all(meetings).await {
        let last = last(&report);
        assert_eq!(
            (last.kind, last.outcome),
            (kind, Outcome::Failure),
            "{report:#?}"
        );
    }
}

#[tokio::test]
async fn the_whole_test_has_an_end() {
    let limits = Limits {
        overall: impatient().reply,
        ..Limits::default()
    };
    let way = Way::clear().with("EHLO", Act::Silence);
    let (report, _) = meet_within(limits, way, TlsPolicy::None).await;
    assert_fails(&report, Kind::Ehlo, "took too long");
}

#[tokio::test]
async fn a_sudden_end_is_told_at_every_step() {
    for (at, kind) in [
        ("", Kind::Banner),
        ("EHLO", Kind::Ehlo),
        ("STARTTLS", Kind::StartTls),
        ("TLS", Kind::Tls),
    ] {
        let (report, _) = meet(starttls().with(at, Act::Close), TlsPolicy::Required).await;
        assert_fails(&report, kind, "closed the connection");
    }
}

#[tokio::test]
async fn a_server_that_only_knows_helo_is_used_in_clear() {
    let old = Way::clear().with("EHLO", say("502 what?"));
    let (report, server) = meet(old.clone(), TlsPolicy::Opportunistic).await;
    assert_eq!(report.outcome, Outcome::Warning, "{report:#?}");
    assert!(server.heard_verb("HELO"));
    let (report, _) = meet(old.clone(), TlsPolicy::Required).await;
    assert_fails(&report, Kind::StartTls, "does not offer STARTTLS");
    let (report, _) = meet(old.with("HELO", say("550 no")), TlsPolicy::None).await;
    assert_fails(&report, Kind::Ehlo, "refuses EHLO and HELO");
    let busy = Way::clear().with("EHLO", say("421 busy"));
    let (report, server) = meet(busy, TlsPolicy::None).await;
    assert_fails(&report, Kind::Ehlo, "ends the conversation");
    assert!(!server.heard_verb("HELO"));
}

#[tokio::test]
async fn a_server_of_our_own_name_is_a_loop() {
    let server = Server::start(Way::clear()).await;
    let mut plan = plan(&server, TlsPolicy::None);
    plan.helo = Some(name("Mail.Example.NET"));
    let report = run(&plan, Authority::new().trust()).await;
    assert_fails(&report, Kind::Ehlo, "as this gateway is");
}

#[tokio::test]
async fn control_characters_do_not_reach_the_screen() {
    let greeting = Act::Say(b"220-\x1b[2Jmail\r\n220 \xff\xe2\x80\xae end\r\n".to_vec());
    let (report, _) = meet(Way::clear().with("", greeting), TlsPolicy::None).await;
    assert_eq!(
        step(&report, Kind::Banner).said[0].text,
        "220-\\u{1b}[2Jmail\n220 \\xff\\u{202e} end"
    );
}
