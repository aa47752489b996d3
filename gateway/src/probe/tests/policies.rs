//! TLS policies and certificates.

use super::authority::{params, self_signed};
use super::server::{Act, say};
use super::*;

const WHOLE: &str = "Resolve:skipped Connect Banner Ehlo StartTls Tls Certificate Ehlo \
                     Login:skipped Recipient:skipped Quit";

#[tokio::test]
async fn none_speaks_in_clear_whatever_is_offered() {
    let authority = Authority::new();
    let server = Server::start(Way::starttls(&authority.issue(&["mail.example.net"]))).await;
    let report = run(&plan(&server, TlsPolicy::None), authority.trust()).await;
    assert_eq!(
        steps(&report),
        "Resolve:skipped Connect Banner Ehlo StartTls:skipped Login:skipped Recipient:skipped Quit"
    );
    assert_eq!(report.outcome, Outcome::Ok);
    assert_eq!(
        report.verdict,
        "Mail would be delivered in clear, without login, as far as can be told without a recipient."
    );
    assert_eq!(server.heard(), ["EHLO [127.0.0.1]", "QUIT"]);
}

#[tokio::test]
async fn required_minds_no_certificate_but_shows_it() {
    let issued = self_signed(&params(&["other.example.net"]));
    let server = Server::start(Way::starttls(&issued)).await;
    let report = run(
        &plan(&server, TlsPolicy::Required),
        Authority::new().trust(),
    )
    .await;
    assert_eq!(steps(&report), WHOLE);
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
    let certificate = step(&report, Kind::Certificate)
        .certificate
        .as_ref()
        .unwrap();
    assert!(!certificate.is_verified());
    assert_eq!(certificate.names, ["other.example.net"]);
    assert_eq!(certificate.problems.len(), 2, "{certificate:#?}");
    assert!(step(&report, Kind::Tls).finding.starts_with("TLS"));
    assert!(
        report
            .verdict
            .starts_with("Mail would be delivered over TLS")
    );
}

#[tokio::test]
async fn verified_is_content_with_a_known_authority_and_the_right_name() {
    let authority = Authority::new();
    let (below, intermediate) = authority.below();
    let issued = below.issue(&["mail.example.net"]).with(intermediate);
    let server = Server::start(Way::starttls(&issued)).await;
    let report = run(
        &plan(&server, verified("mail.example.net")),
        authority.trust(),
    )
    .await;
    assert_eq!(steps(&report), WHOLE);
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
    let certificate = step(&report, Kind::Certificate)
        .certificate
        .as_ref()
        .unwrap();
    assert_eq!(certificate.chain[0].subject, "CN=Intermediate CA");
    assert_eq!(certificate.days_left, 1081);
    // The capabilities before TLS count no longer, so they are asked for again.
    assert_eq!(
        server.heard(),
        ["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", "QUIT"]
    );
}

#[tokio::test]
async fn verified_fails_before_a_login_is_tried() {
    let authority = Authority::new();
    let mut expired = params(&["mail.example.net"]);
    expired.not_after = rcgen::date_time_ymd(2027, 1, 1);
    let (below, _) = authority.below();
    for (issued, finding) in [
        (
            authority.issue(&["other.example.net"]),
            "not for mail.example.net",
        ),
        (
            Authority::new().issue(&["mail.example.net"]),
            "not signed by a trusted",
        ),
        (
            self_signed(&params(&["mail.example.net"])),
            "signed by itself",
        ),
        (authority.issue_as(&expired), "It ended on 2027-01-01."),
        (
            below.issue(&["mail.example.net"]),
            "sends no intermediate certificate",
        ),
    ] {
        for implicit in [false, true] {
            let mut way = Way::starttls(&issued);
            way.implicit = implicit;
            way.tls_offers = vec!["AUTH PLAIN"];
            way.account = Some(("user", "secret"));
            let server = Server::start(way).await;
            let name = TlsName::parse("mail.example.net").ok();
            let tls = if implicit {
                TlsPolicy::ImplicitVerified { name }
            } else {
                TlsPolicy::Verified { name }
            };
            let mut plan = plan(&server, tls);
            plan.account = Some(account("user", "secret"));
            let report = run(&plan, authority.trust()).await;
            assert_fails(&report, Kind::Certificate, finding);
            assert!(last(&report).certificate.is_some());
            let before_tls: &[&str] = &["EHLO [127.0.0.1]", "STARTTLS"];
            assert_eq!(server.heard(), if implicit { &[] } else { before_tls });
        }
    }
}

#[tokio::test]
async fn verified_without_a_name_means_the_host() {
    let authority = Authority::new();
    for (names, outcome) in [
        (["127.0.0.1"], Outcome::Ok),
        (["mail.example.net"], Outcome::Failure),
    ] {
        let server = Server::start(Way::starttls(&authority.issue(&names))).await;
        let tls = TlsPolicy::Verified { name: None };
        let report = run(&plan(&server, tls), authority.trust()).await;
        assert_eq!(report.outcome, outcome, "{report:#?}");
    }
}

#[tokio::test]
async fn implicit_begins_with_tls() {
    let authority = Authority::new();
    let server = Server::start(Way::implicit(&authority.issue(&["mail.example.net"]))).await;
    let report = run(&plan(&server, TlsPolicy::Implicit), authority.trust()).await;
    assert_eq!(
        steps(&report),
        "Resolve:skipped Connect Tls Certificate Banner Ehlo Login:skipped Recipient:skipped Quit"
    );
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
}

#[tokio::test]
async fn the_wrong_kind_of_tls_is_named() {
    let authority = Authority::new();
    let issued = authority.issue(&["mail.example.net"]);
    let server = Server::start(Way::starttls(&issued)).await;
    let report = run(&plan(&server, TlsPolicy::Implicit), authority.trust()).await;
    assert_fails(&report, Kind::Tls, "something other than TLS");
    assert!(report.advice.unwrap().contains("STARTTLS"));

    let server = Server::start(Way::implicit(&issued)).await;
    let mut plan = plan(&server, TlsPolicy::Required);
    plan.limits = impatient();
    let report = run(&plan, authority.trust()).await;
    assert_fails(&report, Kind::Banner, "Nothing came of it within 2 s.");
    assert!(report.advice.unwrap().contains("implicit TLS"));
}

#[tokio::test]
async fn without_starttls_only_who_hopes_for_it_goes_on() {
    let trust = Authority::new().trust();
    let issued = Authority::new().issue(&["mail.example.net"]);
    for refusing in [
        Way::clear(),
        Way::starttls(&issued).with("STARTTLS", say("454 4.7.0 not now")),
        Way::starttls(&issued).with("STARTTLS", say("502 what?")),
    ] {
        let server = Server::start(refusing).await;
        for must in [TlsPolicy::Required, verified("mail.example.net")] {
            let report = run(&plan(&server, must), trust.clone()).await;
            assert_fails(&report, Kind::StartTls, "STARTTLS");
        }
        let report = run(&plan(&server, TlsPolicy::Opportunistic), trust.clone()).await;
        assert_eq!(
            steps(&report),
            "Resolve:skipped Connect Banner Ehlo StartTls:warning Login:skipped Recipient:skipped \
             Quit"
        );
        assert_eq!(report.outcome, Outcome::Warning);
        assert!(report.verdict.contains("in clear"), "{}", report.verdict);
    }
}

#[tokio::test]
async fn a_failed_handshake_is_followed_by_a_call_in_clear_only_without_login() {
    let trust = Authority::new().trust();
    let issued = Authority::new().issue(&["mail.example.net"]);
    let server = Server::start(Way::starttls(&issued).with("TLS", Act::Close)).await;
    let report = run(&plan(&server, TlsPolicy::Opportunistic), trust.clone()).await;
    assert_eq!(
        steps(&report),
        "Resolve:skipped Connect Banner Ehlo StartTls Tls:warning Connect Banner Ehlo \
         StartTls:skipped Login:skipped Recipient:skipped Quit"
    );
    assert_eq!(report.outcome, Outcome::Warning);

    let mut with_login = plan(&server, TlsPolicy::Opportunistic);
    with_login.account = Some(account("user", "secret"));
    with_login.login_without_tls = true;
    for plan in [with_login, plan(&server, TlsPolicy::Required)] {
        let report = run(&plan, trust.clone()).await;
        assert_fails(&report, Kind::Tls, "closed the connection");
    }
}
