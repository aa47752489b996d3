//! The password is nowhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;

use super::server::say;
use super::*;

const CANARY: &str = "canary-Pa55";

/// Every form in which the password could be seen.
#[track_caller]
fn assert_hidden(text: &str) {
    let plain = STANDARD.encode(format!("\0user\0{CANARY}"));
    for form in [CANARY, &STANDARD.encode(CANARY), &plain] {
        assert!(!text.contains(form), "{form} in {text}");
    }
}

#[tokio::test]
async fn the_password_is_in_no_form_of_output_even_if_the_server_repeats_it() {
    let whole = STANDARD.encode(format!("\0user\0{CANARY}"));
    let alone = STANDARD.encode(CANARY);
    let echo = say(&format!(
        "535-no {CANARY} {whole}\r\n535 {alone}{CANARY}{CANARY}"
    ));
    let authority = Authority::new();
    for offers in ["AUTH PLAIN", "AUTH LOGIN"] {
        for echoes in [true, false] {
            let mut way = Way::starttls(&authority.issue(&["mail.example.net"]));
            way.tls_offers = vec![offers];
            way.account = Some(("user", CANARY));
            if echoes {
                way = way.with("AUTH", echo.clone());
            }
            let server = Server::start(way).await;
            let mut plan = plan(&server, TlsPolicy::Required);
            plan.account = Some(account("user", CANARY));
            assert_hidden(&format!("{plan:?} {plan:#?}"));
            let prober = Prober::new(Names::Native, authority.trust());
            let events: Vec<_> = prober.events(plan, NOW).collect().await;
            assert_hidden(&format!("{events:?} {events:#?}"));
            assert_hidden(&serde_json::to_string(&events).unwrap());
            let text = format!("{events:?}");
            let shown = if offers.ends_with("PLAIN") {
                "AUTH PLAIN ***"
            } else {
                "AUTH LOGIN"
            };
            assert!(text.contains(shown), "{text}");
            assert_eq!(text.contains("535-no *** ***"), echoes, "{text}");
            // It did reach the server, or the test would show nothing.
            assert!(server.heard_verb("AUTH"));
        }
    }
}
