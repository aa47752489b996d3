//! MAIL FROM and RCPT TO.

use super::server::say;
use super::*;
use crate::probe::{Envelope, Mailbox};

async fn ask(way: Way, from: &str, to: &str) -> (Report, Server) {
    let server = Server::start(way).await;
    let mut plan = plan(&server, TlsPolicy::None);
    plan.envelope = Some(Envelope {
        from: Mailbox::parse_sender(from).unwrap(),
        to: Mailbox::parse(to).unwrap(),
    });
    plan.helo = Some(name("gateway.example.org"));
    (run(&plan, Authority::new().trust()).await, server)
}

#[tokio::test]
async fn an_address_is_tried_and_taken_back() {
    let (report, server) = ask(Way::clear(), "<>", "User@example.com").await;
    assert_eq!(report.outcome, Outcome::Ok);
    assert_eq!(
        report.verdict,
        "Mail would be delivered in clear, without login; the server takes User@example.com."
    );
    assert_eq!(
        server.heard(),
        [
            "EHLO gateway.example.org",
            "MAIL FROM:<>",
            "RCPT TO:<User@example.com>",
            "RSET",
            "QUIT"
        ]
    );
}

#[tokio::test]
async fn a_refusal_is_explained() {
    for (command, kind, reply, advice) in [
        (
            "MAIL",
            Kind::Sender,
            "530 5.7.0 login first",
            "wants a login",
        ),
        ("MAIL", Kind::Sender, "501 5.1.7 bad", "says why"),
        (
            "RCPT",
            Kind::Recipient,
            "554 5.7.1 relay access denied",
            "does not relay",
        ),
        (
            "RCPT",
            Kind::Recipient,
            "450 4.2.0 greylisted",
            "again in some minutes",
        ),
    ] {
        let way = Way::clear().with(command, say(reply));
        let (report, server) = ask(way, "a@example.org", "b@example.com").await;
        assert_fails(&report, kind, "refuses");
        assert!(report.advice.unwrap().contains(advice));
        assert!(!server.heard_verb("DATA"));
    }
}

#[tokio::test]
async fn addresses_beyond_ascii_need_a_server_that_knows_them() {
    let (report, server) = ask(Way::clear(), "a@example.org", "jörg@example.com").await;
    assert_fails(&report, Kind::Sender, "SMTPUTF8");
    assert!(!server.heard_verb("MAIL"));

    let mut way = Way::clear();
    way.clear_offers = vec!["SMTPUTF8"];
    let (report, server) = ask(way, "a@example.org", "jörg@example.com").await;
    assert_eq!(report.outcome, Outcome::Ok);
    assert_eq!(server.heard()[1], "MAIL FROM:<a@example.org> SMTPUTF8");
}

#[tokio::test]
async fn nothing_depends_on_the_goodbye() {
    use super::server::Act;
    for act in [Act::Close, say("500 no")] {
        let (report, _) = ask(Way::clear().with("QUIT", act), "<>", "b@example.com").await;
        assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
    }
}
