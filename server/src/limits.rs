//! How much of it one client may have, so that others get theirs.

use std::time::Duration;

/// What a client may use up, and for how long it may keep the server waiting.
///
/// [`Limits::default`] is what is served with; tests shorten it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time, of everybody: each open page holds one by which it hears of
    /// changes. Each needs a file descriptor, and the database, the look-up service and connection
    /// tests need some, too.
    pub connections: usize,
    /// Connections at the same time from one address, or from one IPv6 network of 64 bits, which is
    /// what one customer has. A browser opens 6; many people may share one address.
    pub connections_per_address: usize,
    /// For the TLS handshake: a few packets and one signature.
    pub handshake: Duration,
    /// Until the headers of a request are there, from the end of the one before. So it is also how
    /// long a connection may be idle.
    pub headers: Duration,
    /// Bytes of a request's first line and headers. Browsers send about 1 KB, and their cookies.
    pub header_bytes: usize,
    /// Until the body of a request is there: 256 KB at the pace of a poor mobile network.
    pub body: Duration,
    /// Bytes of a body. A confirmation to delete 500 ticked rows has 20 KB.
    pub body_bytes: usize,
    /// Bytes of a file that is sent to be imported, with the form around it: a million long lines have
    /// a third of it.
    pub upload_bytes: u64,
    /// For so many bytes of such a file to come, as [`Limits::upload_pace`] says. How long all of it
    /// takes does not matter.
    pub upload_stalled: Duration,
    /// Bytes of a file that come within [`Limits::upload_stalled`], even through a poor mobile network.
    pub upload_pace: u64,
    /// Until an answer begins. Nothing that people ask for should take a tenth of it. Answers that
    /// are sent piece by piece may then take as long as they need.
    pub answer: Duration,
    /// For the client to take some of what it asked for: as long as a download may pause.
    pub stalled: Duration,
}

impl Limits {
    /// The same for a process that may have so many files open: half of them are left for the rest.
    pub(crate) fn with_files(self, files: usize) -> Self {
        Self {
            connections: self.connections.min(files / 2),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2048,
            connections_per_address: 256,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(20),
            header_bytes: 16 * 1024,
            body: Duration::from_secs(30),
            body_bytes: 256 * 1024,
            upload_bytes: 256 * 1024 * 1024,
            upload_stalled: Duration::from_secs(30),
            upload_pace: 16 * 1024,
            answer: Duration::from_mins(1),
            stalled: Duration::from_mins(1),
        }
    }
}
