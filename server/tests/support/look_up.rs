//! Asking the look-up service as Postfix does.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Asks one question on a connection of its own, and returns the answer as a netstring.
pub(crate) fn look_up(socket: &Path, request: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    write!(stream, "{}:{request},", request.len()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}
