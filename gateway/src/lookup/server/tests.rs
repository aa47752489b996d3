use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use store::{Event, RowId, Timestamp, Version};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Counters, Index, Limits, Peers, Service, reply_to_all, serve};
use crate::lookup::netstring::{Decoder, encode};
use crate::lookup::settings::AllSettings;
use crate::lookup::testing::{index, managed, route};

/// A server on a socket of its own.
struct Running {
    _folder: TempDir,
    path: PathBuf,
    /// The listening socket, as another process may hold it.
    handle: OwnedFd,
    counters: Arc<Counters>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

/// Limits that no test reaches by waiting.
fn patient() -> Limits {
    Limits {
        connections: 600,
        idle: Duration::from_mins(10),
        slow: Duration::from_mins(10),
        ready: Duration::from_mins(10),
    }
}

fn this_user() -> Peers {
    Peers::new(&[nix::unistd::Uid::current().as_raw()]).unwrap()
}

fn rules() -> [Event; 2] {
    [
        route(1, "one.example", "domain", "mail.example.net:587"),
        managed(2, "managed.example", "inner.example.net", "26"),
    ]
}

fn start(limits: Limits, peers: Peers) -> Running {
    start_with(Arc::new(index(&rules())), limits, peers)
}

fn start_with(index: Arc<Index>, limits: Limits, peers: Peers) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lookup.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let handle = listener.as_fd().try_clone_to_owned().unwrap();
    let counters = Arc::new(Counters::default());
    let service = Service {
        index,
        counters: Arc::clone(&counters),
        peers,
        limits,
        clock: || Timestamp(5),
    };
    let (stop, stopped) = oneshot::channel();
    let stopped = async {
        let _ = stopped.await;
    };
    Running {
        _folder: folder,
        path,
        handle,
        counters,
        stop,
        server: tokio::spawn(serve(listener, service, stopped)),
    }
}

impl Running {
    async fn connect(&self) -> UnixStream {
        UnixStream::connect(&self.path).await.unwrap()
    }
}

fn frame(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(text, &mut bytes);
    bytes
}

/// Reads just this reply.
async fn expect(stream: &mut UnixStream, reply: &str) {
    let expected = frame(reply);
    let mut bytes = vec![0; expected.len()];
    let read = stream.read_exact(&mut bytes).await;
    assert!(read.is_ok(), "{reply}: {read:?}");
    assert_eq!(
        String::from_utf8_lossy(&bytes),
        String::from_utf8_lossy(&expected)
    );
}

/// Asks one thing, and fails unless it is answered.
async fn answers(stream: &mut UnixStream) {
    let request = frame("relay managed.example");
    stream.write_all(&request).await.unwrap();
    expect(stream, "OK 1").await;
}

/// Reads to the end, at which the server has closed the connection.
async fn rest(stream: &mut UnixStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is closed with requests unread is reset.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn answers_requests_in_pieces_and_in_a_row() {
    let running = start(patient(), this_user());
    let mut stream = running.connect().await;
    for byte in frame("relay managed.example") {
        stream.write_all(&[byte]).await.unwrap();
        stream.flush().await.unwrap();
    }
    expect(&mut stream, "OK 1").await;
    let many: Vec<u8> = [
        "transport a@one.example",
        "relay x.example",
        "transport b@one.example",
    ]
    .iter()
    .flat_map(|request| frame(request))
    .collect();
    stream.write_all(&many).await.unwrap();
    expect(&mut stream, "OK smarthost:[mail.example.net]:587").await;
    expect(&mut stream, "NOTFOUND ").await;
    expect(&mut stream, "OK smarthost:[mail.example.net]:587").await;
    let counts = running.counters.take();
    assert_eq!(
        (counts.len(), counts[0].0, counts[0].1.count),
        (1, RowId(1), 2)
    );
}

#[tokio::test]
async fn who_comes_before_the_rules_are_read_waits_for_them() {
    let empty = Arc::new(Index::default());
    let running = start_with(Arc::clone(&empty), patient(), this_user());
    let mut stream = running.connect().await;
    stream
        .write_all(&frame("relay managed.example"))
        .await
        .unwrap();
    let early = tokio::time::timeout(Duration::from_millis(50), stream.readable()).await;
    assert!(early.is_err(), "answered without rules");
    let mut reload = empty.reload();
    reload.take(&rules());
    reload.done(AllSettings::default(), Version(1));
    expect(&mut stream, "OK 1").await;
}

#[tokio::test]
async fn who_waited_for_long_is_told_that_there_are_no_rules() {
    let limits = Limits {
        ready: Duration::from_millis(20),
        ..patient()
    };
    let running = start_with(Arc::new(Index::default()), limits, this_user());
    let mut stream = running.connect().await;
    stream
        .write_all(&frame("relay managed.example"))
        .await
        .unwrap();
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes).await.unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("TEMP"));
}

#[tokio::test]
async fn a_service_that_waits_for_rules_can_be_stopped() {
    let running = start_with(Arc::new(Index::default()), patient(), this_user());
    running.stop.send(()).unwrap();
    running.server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_socket_that_is_shut_down_ends_the_service() {
    let running = start(patient(), this_user());
    answers(&mut running.connect().await).await;
    let handle = std::os::unix::net::UnixStream::from(running.handle);
    handle.shutdown(std::net::Shutdown::Both).unwrap();
    let error = running.server.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the socket was shut down");
}

#[tokio::test]
async fn closes_a_connection_that_speaks_something_else() {
    let running = start(patient(), this_user());
    for garbage in ["GET / HTTP/1.1\r\n\r\n", "999999999:", "4:ab;cd,", "\0\0\0"] {
        let mut stream = running.connect().await;
        let mut bytes = frame("relay managed.example");
        bytes.extend_from_slice(garbage.as_bytes());
        stream.write_all(&bytes).await.unwrap();
        expect(&mut stream, "OK 1").await;
        assert_eq!(rest(&mut stream).await, "", "{garbage}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_ask_is_told_so() {
    let running = start(patient(), Peers::default());
    let mut stream = running.connect().await;
    let request = frame("sasl [mail.example.net]:587");
    stream.write_all(&request).await.unwrap();
    expect(&mut stream, "PERM only Postfix may ask: see --allow-uid").await;
    assert_eq!(rest(&mut stream).await, "");
}

#[test]
fn who_may_ask_and_who_is_postfix() {
    let own = nix::unistd::Uid::current().as_raw();
    let peers = Peers::new(&[4711]).unwrap();
    for (uid, allowed, counted) in [
        (4711, true, true),
        (0, true, false),
        (own, true, false),
        (4712, false, false),
    ] {
        let found = (peers.allows(uid), peers.counts(uid));
        assert_eq!(found, (allowed, counted), "{uid}");
    }
}

/// The doctor asks as root, the console as the user of the service.
#[tokio::test]
async fn only_what_postfix_asks_is_counted() {
    let request = frame("transport a@one.example");
    for (peers, counts) in [(Peers::new(&[]).unwrap(), 0), (this_user(), 1)] {
        let running = start(patient(), peers);
        let mut stream = running.connect().await;
        stream.write_all(&request).await.unwrap();
        expect(&mut stream, "OK smarthost:[mail.example.net]:587").await;
        assert_eq!(running.counters.take().len(), counts);
    }
}

#[tokio::test]
async fn five_hundred_connections_are_answered() {
    let running = start(patient(), this_user());
    let mut streams = Vec::new();
    for _ in 0..500 {
        streams.push(running.connect().await);
    }
    for stream in &mut streams {
        stream
            .write_all(&frame("relay managed.example"))
            .await
            .unwrap();
    }
    for stream in &mut streams {
        expect(stream, "OK 1").await;
    }
}

#[tokio::test]
async fn one_connection_too_many_closes_the_idlest() {
    let limits = Limits {
        connections: 2,
        ..patient()
    };
    let running = start(limits, this_user());
    let (mut one, mut two) = (running.connect().await, running.connect().await);
    // In this order, so that the second one was active last.
    for stream in [&mut one, &mut two] {
        answers(stream).await;
    }
    let mut three = running.connect().await;
    answers(&mut three).await;
    assert_eq!(rest(&mut one).await, "");
    answers(&mut two).await;
}

#[tokio::test]
async fn idle_and_slow_connections_are_closed() {
    let limits = Limits {
        idle: Duration::from_millis(30),
        slow: Duration::from_millis(30),
        ..patient()
    };
    let running = start(limits, this_user());
    let mut idle = running.connect().await;
    assert_eq!(rest(&mut idle).await, "");
    let mut slow = running.connect().await;
    // However long it goes on writing its request.
    let mut written = slow.write_all(b"99999:relay ").await;
    while written.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
        written = slow.write_all(b"a").await;
    }
    assert_eq!(rest(&mut slow).await, "");
}

#[tokio::test]
async fn who_does_not_read_holds_nobody_up() {
    let limits = Limits {
        slow: Duration::from_millis(30),
        ..patient()
    };
    let running = start(limits, this_user());
    let mut deaf = running.connect().await;
    let requests = frame("transport a@one.example").repeat(1000);
    // Until the server has closed it.
    while deaf.write_all(&requests).await.is_ok() {}
    let mut other = running.connect().await;
    answers(&mut other).await;
}

#[tokio::test]
async fn a_connection_that_vanishes_does_no_harm() {
    let running = start(patient(), this_user());
    for bytes in [&b""[..], b"5:re", b"21:relay managed.example,"] {
        let mut stream = running.connect().await;
        stream.write_all(bytes).await.unwrap();
    }
    let mut stream = running.connect().await;
    answers(&mut stream).await;
}

#[tokio::test]
async fn stopping_closes_every_connection() {
    let running = start(patient(), this_user());
    let mut stream = running.connect().await;
    answers(&mut stream).await;
    let mut silent = running.connect().await;
    running.stop.send(()).unwrap();
    running.server.await.unwrap().unwrap();
    drop(running.handle);
    assert_eq!(rest(&mut stream).await, "");
    assert_eq!(rest(&mut silent).await, "");
    assert!(UnixStream::connect(&running.path).await.is_err());
}

/// Requests as Postfix makes them with any octets for a key, frames of any octets, and no frames at
/// all.
fn requests() -> impl Strategy<Value = Vec<u8>> {
    let framed = |text: Vec<u8>| {
        let mut frame = format!("{}:", text.len()).into_bytes();
        frame.extend(text);
        frame.push(b',');
        frame
    };
    let key = prop_oneof![
        vec(any::<u8>(), 0..300),
        "[a-zA-Z\"@.ü *\\[\\]:0-9-]{0,40}(one|managed)\\.example\\.?".prop_map(String::into_bytes),
        "\\[(mail|inner)\\.example\\.net\\]:[0-9]{0,6}".prop_map(String::into_bytes),
    ];
    let asked = ("relay|transport|sasl|tls|about|[a-z]{0,8}", key).prop_map(|(map, key)| {
        let mut text = map.into_bytes();
        text.push(b' ');
        text.extend(key);
        text
    });
    prop_oneof![
        8 => asked.prop_map(framed),
        2 => vec(any::<u8>(), 0..300).prop_map(framed),
        1 => vec(any::<u8>(), 0..20),
    ]
}

proptest! {
    /// Whatever comes, each answer is one that Postfix understands, and none is long.
    #[test]
    fn any_octets_are_answered_in_words_that_postfix_knows(
        requests in vec(requests(), 0..6),
        cut in any::<prop::sample::Index>(),
        counted: bool,
    ) {
        let service = Service {
            index: Arc::new(index(&rules())),
            counters: Arc::default(),
            peers: Peers::default(),
            limits: patient(),
            clock: || Timestamp(5),
        };
        let bytes = requests.concat();
        let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
        let (mut decoder, mut replies) = (Decoder::default(), Vec::new());
        for piece in [first, second] {
            decoder.push(piece);
            if reply_to_all(&mut decoder, &service, counted, &mut replies) {
                break;
            }
        }
        let mut answers = Decoder::default();
        answers.push(&replies);
        let mut count = 0;
        while let Some(answer) = answers.text().unwrap() {
            count += 1;
            let answer = std::str::from_utf8(answer).unwrap();
            let (word, payload) = answer.split_once(' ').unwrap();
            prop_assert!(["OK", "NOTFOUND", "TEMP", "PERM"].contains(&word), "{answer}");
            prop_assert_eq!(payload.is_empty(), word == "NOTFOUND", "{}", answer);
            prop_assert!(answer.len() < 1000 && !answer.contains('\0'), "{answer}");
        }
        prop_assert!(!answers.is_inside() && count <= bytes.len());
        prop_assert!(counted || service.counters.take().is_empty());
    }
}
