//! A small service on a real port, and clients that write just what they are told.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Extensions;
use axum::routing::{get, post};
use futures::stream;
use server::http::client::{ByTls, ClientAddr};
use server::http::limited;
use server::limits::Limits;
use server::listen::{Terms, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// No test waits longer for anything: whatever is tried must end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A service on a free port.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn new(terms: Terms) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = oneshot::channel::<()>();
        let router = limited(routes(), terms.limits);
        let serving = tokio::spawn(serve(listener, router, terms, async {
            let _ = stopping.await;
        }));
        Self {
            address,
            stop: Some(stop),
            serving,
        }
    }

    pub(crate) async fn within(limits: Limits) -> Self {
        Self::new(Terms {
            limits,
            ..Terms::default()
        })
        .await
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// A new connection that has been answered once, and stays.
    pub(crate) async fn connected(&self) -> Client {
        let mut client = self.connect().await;
        client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            answer.push(client.0.read_u8().await.unwrap());
        }
        client
    }

    /// Tells it to stop, and waits for it.
    pub(crate) async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(PATIENCE, &mut self.serving).await.unwrap().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A client.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// All that still comes, to the end of the connection.
    pub(crate) async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let reading = self.0.read_to_end(&mut rest);
        timeout(PATIENCE, reading).await.unwrap().unwrap();
        String::from_utf8(rest).unwrap()
    }

    /// What is answered to this, to the end of the connection.
    pub(crate) async fn ask(mut self, text: &str) -> String {
        self.write(text).await;
        self.rest().await
    }
}

/// A request after whose answer the connection ends.
pub(crate) fn get_once(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route("/length", post(async |body: String| body.len().to_string()))
        .route(
            "/who",
            get(async |extensions: Extensions| {
                let ClientAddr(client) = ClientAddr::of(&extensions);
                format!("{client} {}", ByTls::of(&extensions, false))
            }),
        )
        .route("/never", get(async || std::future::pending::<()>().await))
        .route("/soon", get(soon))
        .route("/endless", get(async || Body::from_stream(endless())))
        .route("/slowly", get(async || Body::from_stream(slowly())))
}

/// Takes a moment.
async fn soon() -> &'static str {
    tokio::time::sleep(Duration::from_millis(300)).await;
    "done"
}

/// As much as anybody takes.
fn endless() -> impl stream::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    stream::repeat_with(|| Ok(vec![b'x'; 64 * 1024]))
}

/// Ten pieces, one every 100 ms.
fn slowly() -> impl stream::Stream<Item = Result<String, std::io::Error>> {
    stream::unfold(0, |piece| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        (piece < 10).then(|| (Ok(format!("[{piece}]")), piece + 1))
    })
}
