//! Clients that keep the server waiting, and the end.

use std::time::Duration;

use server::limits::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};

use crate::served::{PATIENCE, Served, get_once};

/// Far shorter than what is served with, and longer than a machine under load needs.
fn hasty() -> Limits {
    Limits {
        headers: Duration::from_millis(400),
        body: Duration::from_millis(400),
        answer: Duration::from_millis(400),
        stalled: Duration::from_millis(400),
        ..Limits::default()
    }
}

#[tokio::test]
async fn headers_that_trickle_in_are_cut_off() {
    let served = Served::within(hasty()).await;
    let begun = Instant::now();
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = served.connect().await;
        client.write("GET / HTTP/1.1\r\nHost: a\r\n").await;
        clients.push(client);
    }
    // One more header each time: never idle, and never done.
    for n in 0..50 {
        for client in &mut clients {
            // It fails once the server has enough.
            let _ = client.0.write_all(format!("X-{n}: x\r\n").as_bytes()).await;
        }
        sleep(Duration::from_millis(20)).await;
        if n == 10 {
            // Others are served meanwhile.
            let answer = served.connect().await.ask(&get_once("/")).await;
            assert!(answer.ends_with("hello"), "{answer}");
        }
    }
    for client in &mut clients {
        let mut rest = Vec::new();
        // The end may be abrupt: it was still writing.
        let _ = timeout(PATIENCE, client.0.read_to_end(&mut rest))
            .await
            .unwrap();
        let rest = String::from_utf8(rest).unwrap();
        assert!(
            rest.is_empty() || rest.starts_with("HTTP/1.1 408 "),
            "{rest}"
        );
    }
    assert!(begun.elapsed() < PATIENCE);
}

#[tokio::test]
async fn half_a_request_is_answered_that_it_was_too_slow() {
    let served = Served::within(hasty()).await;
    let answer = served.connect().await.ask("GET / HTTP/1.1\r\nHos").await;
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{answer}"
    );
    assert!(answer.contains("did not come in time"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_ends_without_a_word() {
    let served = Served::within(hasty()).await;
    assert_eq!(served.connect().await.rest().await, "");
    assert_eq!(served.connected().await.rest().await, "");
}

#[tokio::test]
async fn a_body_that_trickles_in_is_cut_off() {
    let served = Served::within(hasty()).await;
    let head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    let client = served.connect().await;
    let (mut reader, mut writer) = client.0.into_split();
    let writing = tokio::spawn(async move {
        writer.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..1000 {
            if writer.write_all(b"x").await.is_err() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    let mut answer = vec![0; 1000];
    let read = timeout(PATIENCE, reader.read(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read.unwrap()]).into_owned();
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{answer}"
    );
    assert!(answer.contains("nothing was done"), "{answer}");
    writing.abort();
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up_and_a_long_one_is_not_cut() {
    let served = Served::within(hasty()).await;
    let answer = served.connect().await.ask(&get_once("/never")).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("Load the page again"), "{answer}");
    // A second, of which no wait is as long as any limit.
    let answer = served.connect().await.ask(&get_once("/slowly")).await;
    assert!(answer.contains("[9]"), "{answer}");
    assert!(answer.ends_with("0\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
    let served = Served::within(hasty()).await;
    let mut client = served.connect().await;
    client.write(&get_once("/endless")).await;
    // What lies on the way is a few megabytes; were it not cut off, there would be no end to it.
    sleep(Duration::from_secs(2)).await;
    let mut taken = vec![0; 1024 * 1024];
    let reading = async { while client.0.read(&mut taken).await.is_ok_and(|read| read > 0) {} };
    timeout(PATIENCE, reading).await.unwrap();
}

#[tokio::test]
async fn requests_in_flight_are_finished_before_the_end() {
    let served = Served::within(Limits::default()).await;
    let idle = served.connected().await;
    let mut busy = served.connect().await;
    busy.write("GET /soon HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    let address = served.address;
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(busy.rest(), served.stop());
    assert!(answer.ends_with("done"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{begun:?}");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    drop(idle);
}
