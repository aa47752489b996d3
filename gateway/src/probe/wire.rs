//! A connection that speaks in lines.

use std::io;

use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::probe::reply::{Reply, ReplyError, ReplyReader};

/// How much is read at once, in octets.
const PIECE: usize = 2048;

/// Anything that SMTP can be spoken over.
pub(super) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// A connection to an SMTP server.
pub(super) struct Wire {
    stream: Box<dyn ByteStream>,
    replies: ReplyReader,
}

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error("The server closed the connection.")]
    Closed,
    #[error("The connection broke: {0}.")]
    Broken(#[from] io::Error),
    #[error("The server does not speak SMTP: {0}.")]
    Nonsense(#[from] ReplyError),
}

impl Wire {
    pub(super) fn new(stream: impl ByteStream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            replies: ReplyReader::default(),
        }
    }

    /// Sends a line, to which the line end is added.
    pub(super) async fn send(&mut self, line: &[u8]) -> io::Result<()> {
        // In one piece, so that it leaves in one packet; wiped, since it may hold a password.
        let mut whole = Zeroizing::new(Vec::with_capacity(line.len() + 2));
        whole.extend_from_slice(line);
        whole.extend_from_slice(b"\r\n");
        self.stream.write_all(&whole).await?;
        self.stream.flush().await
    }

    /// Waits for the next reply. May be given up at any time; nothing that came is lost.
    pub(super) async fn reply(&mut self) -> Result<Reply, WireError> {
        loop {
            if let Some(reply) = self.replies.next()? {
                return Ok(reply);
            }
            let mut piece = [0; PIECE];
            match self.stream.read(&mut piece).await? {
                0 => return Err(WireError::Closed),
                length => self.replies.push(&piece[..length]),
            }
        }
    }

    /// Whether more has come than replies were asked for.
    pub(super) fn has_more(&self) -> bool {
        self.replies.has_more()
    }

    /// The beginning of a reply whose end has not come.
    pub(super) fn begun(&self) -> Vec<Vec<u8>> {
        self.replies.begun()
    }

    /// The connection itself, to begin TLS on it.
    pub(super) fn into_stream(self) -> Box<dyn ByteStream> {
        self.stream
    }
}
