//! The connections that are open, so that a new one finds room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// All of them.
#[derive(Debug)]
pub(super) struct Connections {
    limit: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Known>,
}

#[derive(Debug)]
struct Known {
    active: Instant,
    close: Arc<Notify>,
}

impl Connections {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            open: Arc::default(),
        }
    }

    /// Makes room for a connection, closing the one that has been idle for longest if need be.
    pub(super) fn open(&self) -> Connection {
        let mut open = lock(&self.open);
        if open.connections.len() >= self.limit {
            let idle = open
                .connections
                .iter()
                .min_by_key(|(_, known)| known.active);
            if let Some((&number, _)) = idle
                && let Some(known) = open.connections.remove(&number)
            {
                tracing::warn!(
                    limit = self.limit,
                    "too many connections: the idlest is closed"
                );
                known.close.notify_one();
            }
        }
        let number = open.next;
        open.next += 1;
        let close = Arc::new(Notify::new());
        let known = Known {
            active: Instant::now(),
            close: Arc::clone(&close),
        };
        open.connections.insert(number, known);
        Connection {
            number,
            close,
            open: Arc::clone(&self.open),
        }
    }

    /// Closes all, once each has given the answer that it is about to give.
    pub(super) fn close_all(&self) {
        for known in lock(&self.open).connections.values() {
            known.close.notify_one();
        }
    }
}

/// One of them; it makes room when it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    number: u64,
    close: Arc<Notify>,
    open: Arc<Mutex<Open>>,
}

impl Connection {
    /// Waits until it is to be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// It has just given an answer.
    pub(super) fn was_active(&self) {
        if let Some(known) = lock(&self.open).connections.get_mut(&self.number) {
            known.active = Instant::now();
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        lock(&self.open).connections.remove(&self.number);
    }
}

fn lock(mutex: &Mutex<Open>) -> MutexGuard<'_, Open> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
