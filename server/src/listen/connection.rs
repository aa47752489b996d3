//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::ServiceExt;

use super::Terms;
use super::patient::Patient;
use super::refusal::Refusal;
use super::stopping::Stopping;

/// How long a client that is turned away has to hear why, handshake included.
const HEARING: Duration = Duration::from_secs(2);

/// How long a connection stays after its last answer, for the client to read it: were it closed while
/// something of the client's is unread, the answer might be lost (RFC 9112, 9.6).
const FAREWELL: Duration = Duration::from_secs(1);

/// How many times the headers that are answered in words hyper reads at most; beyond that it answers
/// 431 without any.
const HEADROOM: usize = 4;

/// What goes back and forth: TCP, or TLS on it.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// A connection that was just taken.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) terms: Arc<Terms>,
    pub(super) stopping: Stopping,
}

impl Connection {
    /// Answers its requests until one side has enough.
    pub(super) async fn serve(self, router: Router) {
        let Self {
            stream,
            peer,
            terms,
            mut stopping,
        } = self;
        // Answers are written at once and whole; waiting to fill packets only delays them.
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, terms.limits.stalled);
        let Some(tls) = &terms.tls else {
            return converse(stream, peer, &terms, stopping, router).await;
        };
        let handshake = tls.acceptor().accept(stream);
        tokio::select! {
            made = timeout(terms.limits.handshake, handshake) => match made {
                Ok(Ok(stream)) => converse(stream, peer, &terms, stopping, router).await,
                Ok(Err(error)) => tracing::debug!(client = %peer.ip(), %error, "no TLS handshake"),
                Err(_) => tracing::debug!(client = %peer.ip(), "the TLS handshake took too long"),
            },
            () = stopping.told() => {}
        }
    }

    /// Says why it is not served.
    pub(super) async fn refuse(self, refusal: Refusal) {
        let stream = self.stream;
        let telling = async {
            match &self.terms.tls {
                None => tell(stream, refusal).await,
                Some(tls) => {
                    if let Ok(stream) = tls.acceptor().accept(stream).await {
                        tell(stream, refusal).await;
                    }
                }
            }
        };
        // Whoever does not listen does not hear it.
        let _ = timeout(HEARING, telling).await;
    }
}

/// Carries HTTP on a connection.
async fn converse(
    stream: impl Stream,
    peer: SocketAddr,
    terms: &Arc<Terms>,
    mut stopping: Stopping,
    router: Router,
) {
    let (answering, ending) = (Arc::clone(terms), stopping.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        // Some answers last until then.
        request.extensions_mut().insert(ending.clone());
        Box::pin(answer(
            request,
            peer,
            Arc::clone(&answering),
            router.clone(),
        ))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.limits.headers)
        .max_header_size(HEADROOM * terms.limits.header_bytes)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = poll_fn(|context| connection.poll_without_shutdown(context)) => Some(ended),
        () = stopping.told() => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        Pin::new(&mut connection).graceful_shutdown();
        poll_fn(|context| connection.poll_without_shutdown(context)).await
    };
    let parts = connection.into_parts();
    let stream = parts.io.into_inner();
    match ended {
        Err(error) if error.is_timeout() => {
            // One that was only idle has asked for nothing, and is answered nothing.
            if parts.read_buf.is_empty() {
                part(stream).await;
            } else {
                tracing::warn!(client = %peer.ip(), why = Refusal::TooSlow.why(), "cut a connection");
                tell(stream, Refusal::TooSlow).await;
            }
        }
        // What has failed is not written to again, or half an answer would look like a whole one.
        Err(error) if !error.is_parse() => {
            tracing::debug!(client = %peer.ip(), %error, "a connection broke off");
        }
        _ => part(stream).await,
    }
}

/// One request's answer.
async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    terms: Arc<Terms>,
    router: Router,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    let (client, by_tls) = terms
        .proxies
        .seen(peer.ip(), terms.tls.is_some(), request.headers());
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(by_tls);
    router.oneshot(request).await
}

/// Says why the connection is not served (any more).
async fn tell(mut stream: impl Stream, refusal: Refusal) {
    let answer = refusal.answer();
    let telling = stream.write_all(answer.as_bytes());
    if let Ok(Ok(())) = timeout(FAREWELL, telling).await {
        part(stream).await;
    }
}

/// Ends a connection so that the client can read the last answer.
async fn part(mut stream: impl Stream) {
    let parting = async {
        stream.shutdown().await?;
        let mut unread = vec![0; 4096];
        while stream.read(&mut unread).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // It is over in any case.
    let _ = timeout(FAREWELL, parting).await;
}
