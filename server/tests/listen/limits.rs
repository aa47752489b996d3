//! Too much, and too many.

use std::time::Duration;

use server::limits::Limits;
use tokio::time::{Instant, sleep};

use crate::served::{Client, PATIENCE, Served, get_once};

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let served = Served::within(Limits {
        connections_per_address: 3,
        ..Limits::default()
    })
    .await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(served.connected().await);
    }
    let answer = served.connect().await.ask(&get_once("/")).await;
    assert!(
        answer.starts_with("HTTP/1.1 429 Too Many Requests\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nretry-after: 5\r\n"), "{answer}");
    assert!(
        answer.contains("too many connections from your address"),
        "{answer}"
    );
    // Those who were there are served on.
    let first = others.remove(0);
    assert!(first.ask(&get_once("/")).await.ends_with("hello"));
    until_served(&served).await;
}

#[tokio::test]
async fn there_is_room_for_so_many_connections_and_no_more() {
    let served = Served::within(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let mut others = vec![served.connected().await, served.connected().await];
    let answer = served.connect().await.ask(&get_once("/")).await;
    assert!(
        answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{answer}"
    );
    assert!(answer.contains("no room"), "{answer}");
    drop(others.pop());
    until_served(&served).await;
}

/// Asks until it is served: that a connection is gone is noticed a moment later.
async fn until_served(served: &Served) {
    let end = Instant::now() + PATIENCE;
    while !served
        .connect()
        .await
        .ask(&get_once("/"))
        .await
        .ends_with("hello")
    {
        assert!(Instant::now() < end, "no place became free");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_words() {
    let served = Served::within(Limits {
        body_bytes: 1000,
        ..Limits::default()
    })
    .await;
    let post = |length: usize, more: &str| {
        format!(
            "POST /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}Content-Length: {length}\r\n\r\n"
        )
    };
    let fits = post(1000, "") + &"x".repeat(1000);
    assert!(
        served
            .connect()
            .await
            .ask(&fits)
            .await
            .ends_with("\r\n1000")
    );

    let whole = post(1001, "") + &"x".repeat(1001);
    refuses(served.connect().await, &whole).await;
    // More than anybody would listen to; and one that asks first.
    refuses(served.connect().await, &post(1_000_000_000, "")).await;
    refuses(
        served.connect().await,
        &post(1001, "Expect: 100-continue\r\n"),
    )
    .await;
    // One that does not say how large it is.
    let chunked = "POST /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
    refuses(
        served.connect().await,
        &format!("{chunked}{}0\r\n\r\n", chunk.repeat(3)),
    )
    .await;
    refuses(
        served.connect().await,
        &format!("{chunked}{}", chunk.repeat(50)),
    )
    .await;
}

async fn refuses(client: Client, request: &str) {
    let answer = client.ask(request).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"),
        "{answer}"
    );
    assert!(answer.contains("the most that is taken"), "{answer}");
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused() {
    let served = Served::within(Limits::default()).await;
    let with = |bytes: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\n\r\n",
            "x".repeat(bytes)
        )
    };
    assert!(
        served
            .connect()
            .await
            .ask(&with(15_000))
            .await
            .ends_with("hello")
    );
    let answer = served.connect().await.ask(&with(20_000)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(answer.contains("more than 16 KB"), "{answer}");
    // So many that they are not even read to their end.
    let answer = served.connect().await.ask(&with(200_000)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let lines = "X-Many: x\r\n".repeat(200);
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    let answer = served.connect().await.ask(&many).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn nonsense_is_refused() {
    let served = Served::within(Limits::default()).await;
    let answer = served
        .connect()
        .await
        .ask("\u{16}\u{3}\u{1} nonsense\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}
