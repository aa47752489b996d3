use routing::{Account, Comment, Input, Password, TlsPolicy, UserName};
use store::{By, Login, SmartHostInput, Timestamp, Version};

use super::*;

fn input(domain: &str, host: &str, port: &str) -> Input {
    Input {
        domain: domain.to_owned(),
        relay_host: host.to_owned(),
        relay_port: port.to_owned(),
        ..Input::default()
    }
}

fn by() -> By {
    By::new("test", Timestamp(0))
}

async fn store(folder: &tempfile::TempDir) -> Store {
    Store::open(&folder.path().join("test.db")).await.unwrap()
}

fn sample(key: &str, answer: &str) -> AnswerSample {
    AnswerSample {
        key: key.to_owned(),
        answer: match answer {
            "" => Answer::NotFound,
            value => Answer::Found(value.to_owned()),
        },
    }
}

#[tokio::test]
async fn answers_follow_from_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for (domain, host, port) in [
        ("a.example", "mail.example.net", "587"),
        (".b.example", "192.0.2.1", "465"),
        ("c.example", "mail.example.net", "587"),
    ] {
        store
            .add(&by(), input(domain, host, port).route().unwrap())
            .await
            .unwrap();
    }
    for (domain, host, port) in [("m.example", "mx.m.example", "2525"), ("n.example", "", "")] {
        store
            .add(&by(), input(domain, host, port).managed_domain().unwrap())
            .await
            .unwrap();
    }
    let expected = read(&store).await.unwrap();
    assert_eq!(
        expected.transport,
        [
            sample(
                "smart-hosts-check@a.example",
                "smarthost:[mail.example.net]:587"
            ),
            sample(
                "smart-hosts-check@smart-hosts-check.b.example",
                "smarthosts:[192.0.2.1]:465"
            ),
            sample(
                "smart-hosts-check@c.example",
                "smarthost:[mail.example.net]:587"
            ),
            sample("smart-hosts-check@m.example", "relay:[mx.m.example]:2525"),
        ]
    );
    assert_eq!(
        expected.relay,
        [
            sample("a.example", ""),
            sample("smart-hosts-check.b.example", ""),
            sample("c.example", ""),
            sample("m.example", "1"),
            sample("n.example", "1"),
        ]
    );
    assert_eq!(
        expected.next_hops.len(),
        2,
        "each smart host is asked about once"
    );
    assert_eq!(expected.next_hops[0].tls.as_deref(), Some("encrypt"));
    assert_eq!(expected.smart_host_domains.len(), 3);
    assert_eq!(expected.managed_domains, ["m.example", "n.example"]);
}

#[tokio::test]
async fn a_long_list_is_sampled_at_both_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for number in 0..25 {
        let route = input(&format!("d{number:02}.example"), "mail.example.net", "25")
            .route()
            .unwrap();
        store.add(&by(), route).await.unwrap();
    }
    let expected = read(&store).await.unwrap();
    assert_eq!(expected.smart_host_domains.len(), 2 * ROWS);
    assert!(
        expected
            .smart_host_domains
            .contains(&"d24.example".to_owned())
    );
    assert!(
        !expected
            .smart_host_domains
            .contains(&"d12.example".to_owned())
    );
    assert_eq!(expected.next_hops[0].tls.as_deref(), Some("may"));
}

#[tokio::test]
async fn settings_of_smart_hosts_count() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let route = input("a.example", "mail.example.net", "2525")
        .route()
        .unwrap();
    let next_hop = route.next_hops.first().clone();
    store.add(&by(), route).await.unwrap();
    let set = SmartHostInput {
        next_hop,
        tls: TlsPolicy::Implicit,
        login: Login::Set(Account {
            user: UserName::parse("bob").unwrap(),
            password: Password::parse("canary").unwrap(),
        }),
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    store.set_smart_host(&by(), Version(0), set).await.unwrap();
    let expected = read(&store).await.unwrap();
    let transport = sample(
        "smart-hosts-check@a.example",
        "smarthosts:[mail.example.net]:2525",
    );
    assert_eq!(expected.transport, [transport]);
    assert_eq!(
        expected.next_hops,
        [NextHopSample {
            next_hop: "[mail.example.net]:2525".to_owned(),
            user: Some("bob".to_owned()),
            tls: Some("encrypt".to_owned()),
        }]
    );
    assert!(expected.uses_accounts && !expected.uses_lists);
    assert!(!format!("{expected:?}").contains("canary"));
}

#[tokio::test]
async fn the_name_to_verify_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let route = input("a.example", "mail.example.net", "587");
    let route = route.route().unwrap();
    let set = SmartHostInput {
        next_hop: route.next_hops.first().clone(),
        tls: TlsPolicy::parse("verified", "").unwrap(),
        login: Login::None,
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    store.add(&by(), route).await.unwrap();
    store.set_smart_host(&by(), Version(0), set).await.unwrap();
    let expected = read(&store).await.unwrap();
    let tls = expected.next_hops[0].tls.as_deref();
    assert_eq!(tls, Some("secure match=mail.example.net"));
}
