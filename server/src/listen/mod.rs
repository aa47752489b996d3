//! Takes connections and carries HTTP on them: as many as there is room for, and as long as a client
//! does its part.

mod connection;
mod files;
mod patient;
mod places;
mod refusal;
mod stopping;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub(crate) use files::open_at_most;
pub(crate) use stopping::Stopping;
pub(crate) use tls::EVERY;
pub use tls::{Tls, TlsError};

use crate::http::client::Proxies;
use crate::limits::Limits;
use connection::Connection;
use places::Places;
use refusal::Refusal;

/// How many clients are told at the same time why they are turned away. Those beyond are cut off
/// without a word, or refusals would use up what the limits are to keep.
const REFUSALS: usize = 32;

/// How often it is logged that clients are turned away: in an attack there are thousands.
const REFUSALS_LOGGED: Duration = Duration::from_secs(10);

/// How long to wait after no connection could be taken, as when there are no file descriptors left.
const BREATHER: Duration = Duration::from_secs(1);

/// On which terms connections are taken.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Certificate and key, if the console speaks TLS itself.
    pub tls: Option<Tls>,
    /// Whose word on who asks is taken.
    pub proxies: Proxies,
    /// Whether only they, and this machine, may connect.
    pub proxies_only: bool,
    /// What a client may use up.
    pub limits: Limits,
}

impl Terms {
    fn admits(&self, peer: SocketAddr) -> bool {
        let address = peer.ip().to_canonical();
        !self.proxies_only || address.is_loopback() || self.proxies.trust(address)
    }
}

/// Serves until it is told to stop; then takes no more connections, lets requests in flight finish,
/// and returns. Whoever drops it cuts them off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    terms: Terms,
    stop: impl Future<Output = ()>,
) {
    let mut stop = std::pin::pin!(stop);
    let (told, stopping) = watch::channel(false);
    let mut door = Door {
        places: Places::new(&terms.limits),
        refusals: Arc::new(Semaphore::new(REFUSALS)),
        turned_away: TurnedAway::default(),
        conversations: JoinSet::new(),
        router,
        terms: Arc::new(terms),
        stopping: Stopping::new(stopping),
    };
    loop {
        tokio::select! {
            () = &mut stop => break,
            // Those that have ended are forgotten.
            Some(_) = door.conversations.join_next() => {}
            (stream, peer) = accept(&listener) => door.open(stream, peer),
        }
    }
    drop(listener);
    // An error means that there is nobody to be told.
    let _ = told.send(true);
    while door.conversations.join_next().await.is_some() {}
}

/// The next connection, whatever it takes.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be taken");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

/// Whether a client was gone before it could be served.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Where connections come in.
struct Door {
    places: Places,
    refusals: Arc<Semaphore>,
    turned_away: TurnedAway,
    conversations: JoinSet<()>,
    router: Router,
    terms: Arc<Terms>,
    stopping: Stopping,
}

impl Door {
    /// Lets a client in, or turns it away.
    fn open(&mut self, stream: TcpStream, peer: SocketAddr) {
        let connection = Connection {
            stream,
            peer,
            terms: Arc::clone(&self.terms),
            stopping: self.stopping.clone(),
        };
        let place = if self.terms.admits(peer) {
            // Behind a proxy there are many people; to tell them apart is up to it.
            let is_proxy = self.terms.proxies.trust(peer.ip());
            self.places.take(peer.ip(), is_proxy)
        } else {
            Err(Refusal::NotThroughTheProxy)
        };
        match place {
            Ok(place) => {
                let router = self.router.clone();
                self.conversations.spawn(async move {
                    connection.serve(router).await;
                    drop(place);
                });
            }
            Err(refusal) => {
                self.turned_away.note(peer, refusal);
                // Without a permit the connection is dropped here.
                if let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() {
                    self.conversations.spawn(async move {
                        connection.refuse(refusal).await;
                        drop(permit);
                    });
                }
            }
        }
    }
}

/// Clients that were turned away and have not been logged.
#[derive(Default)]
struct TurnedAway {
    logged: Option<Instant>,
    unlogged: u64,
}

impl TurnedAway {
    fn note(&mut self, peer: SocketAddr, refusal: Refusal) {
        self.unlogged += 1;
        if self
            .logged
            .is_none_or(|logged| logged.elapsed() >= REFUSALS_LOGGED)
        {
            let (client, connections, why) = (peer.ip(), self.unlogged, refusal.why());
            tracing::warn!(%client, connections, why, "turned connections away");
            *self = Self {
                logged: Some(Instant::now()),
                unlogged: 0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_proxies_and_this_machine_connect() {
        let terms = |proxies_only| Terms {
            proxies: Proxies::new(vec!["192.0.2.0/24".parse().unwrap()]),
            proxies_only,
            ..Terms::default()
        };
        for (peer, admitted) in [
            ("192.0.2.7:1", true),
            ("[::ffff:192.0.2.7]:1", true),
            ("127.0.0.1:1", true),
            ("[::1]:1", true),
            ("198.51.100.1:1", false),
            ("[2001:db8::1]:1", false),
        ] {
            let peer = peer.parse().unwrap();
            assert_eq!(terms(true).admits(peer), admitted, "{peer}");
            assert!(terms(false).admits(peer), "{peer}");
        }
    }
}
