//! AUTH.

use super::server::say;
use super::*;

fn way(offers: Vec<&'static str>) -> (Authority, Way) {
    let authority = Authority::new();
    let mut way = Way::starttls(&authority.issue(&["mail.example.net"]));
    way.tls_offers = offers;
    way.account = Some(("gate@way", "pass:word ä"));
    (authority, way)
}

async fn try_login(way: Way, tls: TlsPolicy, password: &str) -> (Report, Server) {
    let server = Server::start(way).await;
    let mut plan = plan(&server, tls);
    plan.account = Some(account("gate@way", password));
    (run(&plan, Authority::new().trust()).await, server)
}

#[tokio::test]
async fn logs_in_by_plain_and_by_login() {
    for offers in [
        vec!["AUTH LOGIN PLAIN"],
        vec!["AUTH=LOGIN"],
        vec!["AUTH CRAM-MD5 LOGIN"],
    ] {
        let (_, way) = way(offers.clone());
        let (report, server) = try_login(way, TlsPolicy::Required, "pass:word ä").await;
        assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
        assert_eq!(step(&report, Kind::Login).finding, "Logged in as gate@way.");
        assert!(report.verdict.contains("with login"));
        let mechanism = if offers[0].contains("PLAIN") {
            "AUTH PLAIN "
        } else {
            "AUTH LOGIN"
        };
        assert!(server.heard_verb(mechanism), "{:?}", server.heard());
    }
}

#[tokio::test]
async fn a_server_may_ask_for_the_response_by_itself() {
    let (_, way) = way(vec!["AUTH PLAIN"]);
    // The second time it is asked in the place of a command, and refused as one.
    let way = way.with("AUTH", say("334 "));
    let (report, server) = try_login(way, TlsPolicy::Required, "pass:word ä").await;
    assert_fails(&report, Kind::Login, "The server refuses the login.");
    assert_eq!(server.heard()[4], "AGdhdGVAd2F5AHBhc3M6d29yZCDDpA==");
}

#[tokio::test]
async fn a_refused_login_is_explained() {
    let (_, wrong) = way(vec!["AUTH PLAIN"]);
    let (report, server) = try_login(wrong, TlsPolicy::Required, "wrong").await;
    assert_fails(
        &report,
        Kind::Login,
        "does not accept user name and password",
    );
    assert!(server.heard_verb("QUIT") || !server.heard_verb("MAIL"));
    for (reply, finding) in [
        ("454 4.7.0 later", "cannot check the login now"),
        ("530 5.7.0 TLS first", "wants TLS"),
        ("534 5.7.9 too weak", "too weak"),
        ("550 5.7.1 not you", "refuses the login"),
    ] {
        let (_, way) = way(vec!["AUTH PLAIN"]);
        let way = way.with("AUTH", say(reply));
        let (report, _) = try_login(way, TlsPolicy::Required, "x").await;
        assert_fails(&report, Kind::Login, finding);
        assert_eq!(last(&report).said.last().unwrap().text, reply);
    }
}

#[tokio::test]
async fn an_account_without_auth_is_a_failure_since_postfix_would_send_without_login() {
    let (_, silent) = way(vec![]);
    let (report, server) = try_login(silent, TlsPolicy::Required, "pass:word ä").await;
    assert_fails(&report, Kind::Login, "does not offer login");
    assert!(!server.heard_verb("AUTH") && !server.heard_verb("MAIL"));

    // Offered in clear only: what was said before TLS counts no longer.
    let (_, mut before) = way(vec![]);
    before.clear_offers = vec!["AUTH PLAIN"];
    let (report, _) = try_login(before, TlsPolicy::Required, "pass:word ä").await;
    assert_fails(&report, Kind::Login, "does not offer login");
}

#[tokio::test]
async fn no_password_goes_out_in_clear_without_a_reason() {
    for tls in [TlsPolicy::None, TlsPolicy::Opportunistic] {
        let (_, mut way) = way(vec![]);
        way.tls = None;
        way.clear_offers = vec!["AUTH PLAIN LOGIN"];
        let (report, server) = try_login(way.clone(), tls.clone(), "pass:word ä").await;
        assert_fails(&report, Kind::Login, "never sent without TLS");
        assert!(!server.heard_verb("AUTH"));

        let server = Server::start(way).await;
        let mut plan = plan(&server, tls);
        plan.account = Some(account("gate@way", "pass:word ä"));
        plan.login_without_tls = true;
        let report = run(&plan, Authority::new().trust()).await;
        assert!(report.is_delivering(), "{report:#?}");
        assert!(server.heard_verb("AUTH PLAIN"));
    }
}

#[tokio::test]
async fn other_mechanisms_are_not_tried() {
    let (_, other) = way(vec!["AUTH CRAM-MD5 GSSAPI"]);
    let (report, server) = try_login(other, TlsPolicy::Required, "pass:word ä").await;
    assert_eq!(report.outcome, Outcome::Warning);
    assert!(
        report.verdict.contains("was not tried"),
        "{}",
        report.verdict
    );
    assert!(report.verdict.contains("without login"));
    assert!(!server.heard_verb("AUTH"));

    let (_, nothing) = way(vec!["AUTH"]);
    let (report, _) = try_login(nothing, TlsPolicy::Required, "pass:word ä").await;
    assert_fails(&report, Kind::Login, "no way to do it");
}
