//! The look-up service for Postfix as a part of a process.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gateway::lookup::Index;
use gateway::lookup::counters::Counters;
use gateway::lookup::follow::{Following, follow};
use gateway::lookup::published::Announcer;
use gateway::lookup::server::{Limits, Peers, Service, serve};
use gateway::lookup::socket::{self, Opened, SocketError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock;
use crate::data_dir::{DATABASE, DataDir};

/// How often counts are written down.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How long writing the last of them may take: another process may be writing.
const LAST_COUNT: Duration = Duration::from_secs(2);

/// A listening socket, and its file if this process has made it.
pub(crate) struct Door {
    listener: UnixListener,
    file: Option<Opened>,
}

/// Opens a socket.
///
/// # Errors
/// [`SocketError`] says what is in the way.
pub(crate) fn open(path: &Path) -> Result<Door, SocketError> {
    let (listener, file) = socket::open(path)?;
    Ok(Door {
        listener,
        file: Some(file),
    })
}

/// The socket that systemd holds open for this process, if it does.
///
/// # Errors
/// [`SocketError`] says why it cannot be used.
pub(crate) fn passed() -> Result<Option<Door>, SocketError> {
    let listener = socket::passed()?;
    Ok(listener.map(|listener| Door {
        listener,
        file: None,
    }))
}

/// The service, answering.
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    end_following: oneshot::Sender<()>,
    follower: JoinHandle<()>,
    file: Option<Opened>,
}

impl Running {
    /// Begins to answer, as soon as the routes have been read.
    pub(crate) fn start(door: Door, data_dir: &DataDir, peers: Peers) -> Self {
        let (index, counters) = (Arc::new(Index::default()), Arc::new(Counters::default()));
        let service = Service {
            index: Arc::clone(&index),
            counters: Arc::clone(&counters),
            peers,
            limits: Limits::default(),
            clock: clock::now,
        };
        let following = Following {
            database: data_dir.path().join(DATABASE),
            index,
            counters,
            count_every: COUNT_EVERY,
            // Without the folder, as soon as there is one.
            announcer: Announcer::new(data_dir.path()).ok(),
        };
        let (stop, stopping) = oneshot::channel();
        let (end_following, ending) = oneshot::channel();
        Self {
            stop,
            server: tokio::spawn(serve(door.listener, service, over(stopping))),
            end_following,
            follower: tokio::spawn(follow(following, over(ending))),
            file: door.file,
        }
    }

    /// Waits for the end of the service, which comes unasked only when its socket can no longer be
    /// used.
    ///
    /// # Errors
    /// What the system says of the socket.
    pub(crate) async fn ended(&mut self) -> std::io::Result<()> {
        (&mut self.server).await?
    }

    /// Gives the answers that are due, closes the door, and writes down what was asked.
    pub(crate) async fn stop(mut self) {
        // First, so that whoever comes now is told that nobody is there.
        drop(self.file);
        // The service may have ended by itself just now.
        let _ = self.stop.send(());
        match self.server.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the look-up service ended badly"),
            Err(error) => tracing::error!(%error, "the look-up service ended badly"),
        }
        // The last answers are counted, too.
        let _ = self.end_following.send(());
        let written = tokio::time::timeout(LAST_COUNT, &mut self.follower).await;
        if written.is_err() {
            tracing::warn!("the last counts could not be written in time");
            self.follower.abort();
        }
    }
}

/// Until something is said.
async fn over(said: oneshot::Receiver<()>) {
    // An error means that the sender is gone, which is a reason to stop, too.
    let _ = said.await;
}
