//! Who asks, through whom.

use server::http::client::Proxies;
use server::limits::Limits;
use server::listen::Terms;

use crate::served::Served;

const WHO: &str = "GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                   X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\nX-Forwarded-Proto: https\r\n\r\n";

fn trusting(network: &str) -> Terms {
    Terms {
        proxies: Proxies::new(vec![network.parse().unwrap()]),
        ..Terms::default()
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_who_asks() {
    let served = Served::new(trusting("127.0.0.0/8")).await;
    let answer = served.connect().await.ask(WHO).await;
    assert!(answer.ends_with("\r\n192.0.2.1 true"), "{answer}");
}

#[tokio::test]
async fn anybody_else_does_not() {
    for terms in [trusting("192.0.2.0/24"), Terms::default()] {
        let served = Served::new(terms).await;
        let answer = served.connect().await.ask(WHO).await;
        assert!(answer.ends_with("\r\n127.0.0.1 false"), "{answer}");
    }
}

#[tokio::test]
async fn the_people_behind_a_proxy_share_its_address_and_not_its_limit() {
    let served = Served::new(Terms {
        limits: Limits {
            connections_per_address: 1,
            ..Limits::default()
        },
        ..trusting("127.0.0.1/32")
    })
    .await;
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(served.connected().await);
    }
}
