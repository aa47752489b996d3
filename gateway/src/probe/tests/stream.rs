//! Events as they happen.

use futures::StreamExt;

use super::server::Act;
use super::*;
use crate::probe::Event;

#[tokio::test]
async fn every_step_begins_and_ends_and_the_report_is_last() {
    let authority = Authority::new();
    let server = Server::start(Way::starttls(&authority.issue(&["mail.example.net"]))).await;
    let prober = Prober::new(Names::Native, authority.trust());
    let plan = plan(&server, verified("mail.example.net"));
    let mut events: Vec<_> = prober.events(plan, NOW).collect().await;
    let Some(Event::Finished(report)) = events.pop() else {
        panic!("{events:#?}");
    };
    let mut told = Vec::new();
    for pair in events.chunks(2) {
        let [Event::Begun { kind, address }, Event::Step(step)] = pair else {
            panic!("{pair:#?}");
        };
        assert_eq!((*kind, *address), (step.kind, step.address));
        told.push(step.clone());
    }
    assert_eq!(told, report.steps);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    assert!(
        json.contains(r#""kind":"start_tls","outcome":"ok""#),
        "{json}"
    );
}

#[tokio::test]
async fn steps_are_told_before_the_test_ends() {
    let server = Server::start(Way::clear().with("EHLO", Act::Silence)).await;
    let prober = Prober::new(Names::Native, Authority::new().trust());
    let mut events = prober.events(plan(&server, TlsPolicy::None), NOW);
    // The server never answers EHLO, and still all before it is told.
    loop {
        match events.next().await.unwrap() {
            Event::Begun {
                kind: Kind::Ehlo, ..
            } => break,
            Event::Finished(report) => panic!("{report:#?}"),
            _ => {}
        }
    }
    // Whoever no longer listens has ended the test: the server sees the connection close.
    drop(events);
    let _ = server.ended.acquire().await.unwrap();
}
