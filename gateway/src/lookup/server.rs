//! The server on a unix socket.

mod connections;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::time::Duration;

use store::Timestamp;
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use self::connections::{Connection, Connections};
use super::answer::{Reply, answer};
use super::counters::Counters;
use super::index::Index;
use super::netstring::{self, Decoder};

/// Bytes that are read at once.
const READ: usize = 4096;
/// What is said last, after the service was told to stop, may take this long.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);
/// How often to look whether they have been read.
const LOOK: Duration = Duration::from_millis(1);

/// Who may ask. Answers hold passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peers {
    /// Those that are Postfix: what they ask for is about mail on its way, and is counted.
    postfix: BTreeSet<u32>,
    /// Those that only look: the administrator, and the console.
    others: BTreeSet<u32>,
}

impl Peers {
    /// The user postfix where there is one, and these users, by number, as whom a Postfix runs;
    /// beside them root and the user of this process, to whom the database belongs anyway.
    ///
    /// # Errors
    /// What the system says if its list of users cannot be read.
    pub fn new(further: &[u32]) -> io::Result<Self> {
        let mut postfix = further.iter().copied().collect::<BTreeSet<_>>();
        if let Some(user) = nix::unistd::User::from_name("postfix")? {
            postfix.insert(user.uid.as_raw());
        }
        Ok(Self {
            postfix,
            others: [0, nix::unistd::geteuid().as_raw()].into(),
        })
    }

    /// Whether a process of this user may ask.
    #[must_use]
    pub fn allows(&self, uid: u32) -> bool {
        self.counts(uid) || self.others.contains(&uid)
    }

    /// Whether it is Postfix that asks.
    #[must_use]
    pub fn counts(&self, uid: u32) -> bool {
        self.postfix.contains(&uid)
    }
}

/// How much a peer may take up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time. When one more comes, the one that has been idle for longest goes, for
    /// closing it is harmless: Postfix connects again.
    pub connections: usize,
    /// How long a connection may say nothing.
    pub idle: Duration,
    /// How long a request may take to come, and an answer to be read.
    pub slow: Duration,
    /// How long peers wait in the socket's queue for the rules to be read.
    pub ready: Duration,
}

/// 512 connections (Postfix with its default of 100 processes opens 99), idle for two minutes at most
/// (its processes end after 100 s), and ten seconds for a request. Rules are waited for for
/// two seconds: after that TEMP is better than silence, which holds Postfix's process.
impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            idle: Duration::from_mins(2),
            slow: Duration::from_secs(10),
            ready: Duration::from_secs(2),
        }
    }
}

/// What the server answers from.
#[derive(Debug)]
pub struct Service {
    /// The rules.
    pub index: Arc<Index>,
    /// How often each was asked for.
    pub counters: Arc<Counters>,
    /// Who may ask.
    pub peers: Peers,
    /// How much a peer may take up.
    pub limits: Limits,
    /// The present moment.
    pub clock: fn() -> Timestamp,
}

/// Answers on this socket until `stop` is over; then finishes what has been asked, and closes every
/// connection. Whoever connects before the rules have been read waits for them, as long as the
/// limits say, so that a restart defers no mail.
///
/// # Errors
/// What the system says if this socket cannot be listened on, or that somebody has shut it down;
/// connections that are open are finished first.
pub async fn serve(
    listener: UnixListener,
    service: Service,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    #[expect(
        deprecated,
        reason = "its successor is unsafe for types whose descriptor may change; a listener's does not"
    )]
    let listener = AsyncFd::with_interest(listener, Interest::READABLE)?;
    let service = Arc::new(service);
    let connections = Connections::new(service.limits.connections);
    let mut tasks = JoinSet::new();
    tokio::pin!(stop);
    tokio::select! {
        () = &mut stop => return Ok(()),
        () = ready(&service.index, service.limits.ready) => {}
    }
    let ended = loop {
        let accepted = tokio::select! {
            () = &mut stop => break Ok(()),
            // Forgets what has ended, so that the set does not grow.
            Some(_) = tasks.join_next() => continue,
            accepted = accept(&listener) => accepted,
        };
        match accepted {
            Ok(Some(stream)) => {
                let connection = connections.open();
                tasks.spawn(converse(stream, Arc::clone(&service), connection));
            }
            Ok(None) => break Err(io::Error::other("the socket was shut down")),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(NO_ROOM).await;
            }
        }
    };
    drop(listener);
    connections.close_all();
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        tracing::warn!("some connections did not take their last answer");
    }
    ended
}

/// Over when the index has rules to answer from, or has been waited for long enough.
async fn ready(index: &Index, patience: Duration) {
    let read = async {
        while index.version().is_none() {
            sleep(LOOK).await;
        }
    };
    if timeout(patience, read).await.is_err() {
        tracing::warn!("the routes have not been read yet: look-ups are answered with TEMP");
    }
}

/// The next connection, or `None` once the socket has been shut down, after which there is none.
///
/// Tokio's own `accept` turns in a circle then, for the socket stays readable and has nothing to give.
async fn accept(listener: &AsyncFd<UnixListener>) -> io::Result<Option<UnixStream>> {
    loop {
        let mut ready = listener.readable().await?;
        if ready.ready().is_read_closed() {
            return Ok(None);
        }
        if let Ok(accepted) = ready.try_io(|listener| listener.get_ref().accept()) {
            let (stream, _) = accepted?;
            stream.set_nonblocking(true)?;
            return UnixStream::from_std(stream).map(Some);
        }
    }
}

/// One connection, from its first byte to its end.
async fn converse(mut stream: UnixStream, service: Arc<Service>, connection: Connection) {
    let uid = stream.peer_cred().map(|peer| peer.uid());
    let allowed = uid.as_ref().is_ok_and(|uid| service.peers.allows(*uid));
    let counted = uid.as_ref().is_ok_and(|uid| service.peers.counts(*uid));
    let slow = service.limits.slow;
    let mut decoder = Decoder::default();
    let (mut bytes, mut replies) = (vec![0; READ], Vec::new());
    let mut deadline = Instant::now() + service.limits.idle;
    loop {
        let read = tokio::select! {
            () = connection.closed() => return,
            read = timeout_at(deadline, stream.read(&mut bytes)) => read,
        };
        let Ok(Ok(count @ 1..)) = read else {
            if decoder.is_inside() {
                tracing::debug!("a connection ended within a request");
            }
            return;
        };
        let begun = decoder.is_inside();
        decoder.push(bytes.get(..count).unwrap_or_default());
        let end = if allowed {
            reply_to_all(&mut decoder, &service, counted, &mut replies)
        } else {
            tracing::warn!(uid = uid.as_ref().ok(), "a user who may not was refused");
            refuse(&mut replies);
            true
        };
        let mut answered = false;
        if !replies.is_empty() {
            let written = timeout(slow, stream.write_all(&replies)).await;
            if !matches!(written, Ok(Ok(()))) {
                return;
            }
            replies.clear();
            replies.shrink_to(READ);
            connection.was_active();
            answered = true;
        }
        if end {
            // Says that nothing more will come, and takes it well if the peer has gone.
            let _ = stream.shutdown().await;
            return;
        }
        if !decoder.is_inside() {
            decoder.shrink();
            deadline = Instant::now() + service.limits.idle;
        } else if answered || !begun {
            // A request has begun; what comes of it later does not give it more time.
            deadline = Instant::now() + slow;
        }
    }
}

/// Answers every request that is whole, and counts it if it is Postfix's; says whether the connection must end, because what comes
/// next cannot be read.
fn reply_to_all(
    decoder: &mut Decoder,
    service: &Service,
    counted: bool,
    replies: &mut Vec<u8>,
) -> bool {
    loop {
        match decoder.text() {
            Ok(Some(request)) => {
                let at = (service.clock)();
                let note = |row| {
                    if counted {
                        service.counters.note(row, at);
                    }
                };
                let reply = answer(&service.index, request, at, note);
                netstring::encode(&reply.to_string(), replies);
            }
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(%error, "a request could not be read");
                return true;
            }
        }
    }
}

fn refuse(replies: &mut Vec<u8>) {
    let reply = Reply::Perm("only Postfix may ask: see --allow-uid".to_owned());
    netstring::encode(&reply.to_string(), replies);
}
