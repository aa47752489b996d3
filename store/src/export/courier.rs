//! Bringing what is read to a receiver that may be slow.

use std::time::Duration;

use tokio::{
    runtime::Handle,
    sync::mpsc::{self, error::SendTimeoutError},
};

use crate::Error;

/// Rows that travel together.
const BATCH: usize = 500;
/// Batches that wait for a slow receiver, before reading waits too.
pub(super) const BATCHES_AHEAD: usize = 2;

type Sent<B> = Result<B, Error>;

/// Brings batches of rows to a receiver that may be slow, but not for ever: while it is waited for, a
/// connection and a read transaction are held.
pub(crate) struct Courier<B> {
    to: mpsc::Sender<Sent<B>>,
    /// Room for an error, however full the channel is: without it the end would look like success.
    /// Given back once all has been sent.
    last: Option<mpsc::OwnedPermit<Sent<B>>>,
    patience: Duration,
}

impl<B: Send + 'static> Courier<B> {
    pub(crate) fn new(patience: Duration) -> (Self, mpsc::Receiver<Sent<B>>) {
        let (to, rows) = mpsc::channel(BATCHES_AHEAD + 1);
        let courier = Self {
            // There is room, since nothing has been sent.
            last: to.clone().try_reserve_owned().ok(),
            to,
            patience,
        };
        (courier, rows)
    }

    /// Hands a batch over; returns whether anybody wants more. Not on an async thread.
    pub(super) fn send(&mut self, batch: B) -> Result<bool, Error> {
        let sent = self.to.send_timeout(Ok(batch), self.patience);
        match Handle::current().block_on(sent) {
            Ok(()) => Ok(true),
            Err(SendTimeoutError::Closed(_)) => Ok(false),
            Err(SendTimeoutError::Timeout(_)) => Err(Error::Stalled),
        }
    }

    /// Ends with success: that was all.
    pub(crate) fn finish(mut self) {
        self.last = None;
    }

    /// Ends with an error.
    pub(crate) fn fail(mut self, error: Error) {
        self.end_with(error);
    }
}

impl<T: Send + 'static> Courier<Vec<T>> {
    /// Hands all rows over, batch by batch, as long as anybody wants more. Not on an async thread.
    pub(crate) fn send_all(
        &mut self,
        rows: impl IntoIterator<Item = Result<T, Error>>,
    ) -> Result<(), Error> {
        let mut batch = Vec::with_capacity(BATCH);
        for row in rows {
            batch.push(row?);
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                if !self.send(full)? {
                    return Ok(());
                }
            }
        }
        if !batch.is_empty() {
            // Nobody waiting for the last rows is no error either.
            self.send(batch)?;
        }
        Ok(())
    }
}

impl<B> Courier<B> {
    fn end_with(&mut self, error: Error) {
        if let Some(last) = self.last.take() {
            last.send(Err(error));
        }
    }
}

impl<B> Drop for Courier<B> {
    /// Nobody has said how it ended, so the work panicked: half a list is not to pass for a whole.
    fn drop(&mut self) {
        self.end_with(Error::Interrupted);
    }
}
