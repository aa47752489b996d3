//! The giving end of a feed.

use tokio::sync::mpsc::Sender;

use super::{Event, Piece};
use crate::Error;

/// Events that travel together.
const BATCH: usize = 500;

/// Gathers events and sends them in batches.
pub(super) struct Given {
    to: Sender<Result<Piece, Error>>,
    batch: Vec<Event>,
}

impl Given {
    pub(super) fn new(to: Sender<Result<Piece, Error>>) -> Self {
        Self {
            to,
            batch: Vec::with_capacity(BATCH),
        }
    }

    /// Gives one event, waiting for a slow receiver.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if nobody receives any more.
    pub(super) fn give(&mut self, event: Event) -> Result<(), Error> {
        self.batch.push(event);
        if self.batch.len() == BATCH {
            self.send_batch()?;
        }
        Ok(())
    }

    /// Gives what is left, and that it was all.
    pub(super) fn end(mut self) -> Result<(), Error> {
        if !self.batch.is_empty() {
            self.send_batch()?;
        }
        self.send(Piece::End)
    }

    fn send_batch(&mut self) -> Result<(), Error> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.send(Piece::Events(batch))
    }

    fn send(&self, piece: Piece) -> Result<(), Error> {
        let sent = self.to.blocking_send(Ok(piece));
        sent.map_err(|_| Error::Interrupted)
    }
}
