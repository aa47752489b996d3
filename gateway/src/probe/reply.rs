//! Replies of an SMTP server, read piece by piece (RFC 5321 section 4.2).

use crate::probe::words::line_shown;

/// The longest line that is read, in octets without the line end. RFC 5321 section 4.5.3.1.5 allows
/// 512 with it; Postfix reads as many as this (`line_length_limit`, postconf(5)).
const LINE_OCTETS: usize = 2048;
/// The most lines that a reply may have. The longest in use, those to EHLO, have about twenty.
const LINES: usize = 128;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The code, 200 to 599.
    pub(super) code: u16,
    /// Every line as it came, code included, line end not.
    pub(super) lines: Vec<Vec<u8>>,
}

impl Reply {
    /// Whether the code is 2xx.
    pub(super) fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the code is 4xx: try again later.
    pub(super) fn is_temporary(&self) -> bool {
        self.code / 100 == 4
    }

    /// The lines without code and separator.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.lines
            .iter()
            .map(|line| line.get(4..).unwrap_or_default())
    }
}

/// Why what a server sends is no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReplyError {
    #[error("a line does not end within {LINE_OCTETS} octets")]
    LineTooLong,
    #[error("a reply does not end within {LINES} lines")]
    TooManyLines,
    #[error("a line is no SMTP reply: \"{0}\"")]
    NotAReply(String),
    #[error("one reply has two codes, {0} and {1}")]
    TwoCodes(u16, u16),
}

/// Puts replies together from pieces of any size. Never holds more than one reply and one piece.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    bytes: Vec<u8>,
    lines: Vec<Vec<u8>>,
    code: Option<u16>,
}

impl ReplyReader {
    /// Takes what came from the server; [`next`](Self::next) has to be asked until it has nothing
    /// more before the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// Whether bytes have come that belong to no reply handed out yet.
    pub(super) fn has_more(&self) -> bool {
        !self.bytes.is_empty() || !self.lines.is_empty()
    }

    /// The lines of the reply that has begun to come, for whoever wants to show how far it got.
    pub(super) fn begun(&self) -> Vec<Vec<u8>> {
        let mut lines = self.lines.clone();
        if !self.bytes.is_empty() {
            lines.push(self.bytes.iter().take(LINE_OCTETS).copied().collect());
        }
        lines
    }

    /// The next whole reply, or nothing if it has not come yet.
    ///
    /// # Errors
    /// [`ReplyError`]; nothing useful follows one.
    pub(super) fn next(&mut self) -> Result<Option<Reply>, ReplyError> {
        while let Some(end) = self.bytes.iter().position(|&byte| byte == b'\n') {
            if end > LINE_OCTETS + 1 {
                return Err(ReplyError::LineTooLong);
            }
            let mut line: Vec<u8> = self.bytes.drain(..=end).collect();
            line.pop();
            // A line feed alone ends a line, too: Postfix takes it so.
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if let Some(reply) = self.line(line)? {
                return Ok(Some(reply));
            }
        }
        if self.bytes.len() > LINE_OCTETS + 1 {
            return Err(ReplyError::LineTooLong);
        }
        Ok(None)
    }

    fn line(&mut self, line: Vec<u8>) -> Result<Option<Reply>, ReplyError> {
        let Some((code, is_last)) = code(&line) else {
            return Err(ReplyError::NotAReply(line_shown(
                line.get(..80).unwrap_or(&line),
            )));
        };
        match self.code {
            Some(first) if first != code => return Err(ReplyError::TwoCodes(first, code)),
            _ => self.code = Some(code),
        }
        if self.lines.len() == LINES {
            return Err(ReplyError::TooManyLines);
        }
        self.lines.push(line);
        if !is_last {
            return Ok(None);
        }
        self.code = None;
        Ok(Some(Reply {
            code,
            lines: std::mem::take(&mut self.lines),
        }))
    }
}

/// The code of a line, and whether it is the last of its reply. A code alone is a line as well
/// (RFC 5321 section 4.2.1).
fn code(line: &[u8]) -> Option<(u16, bool)> {
    let digits = line.get(..3)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = digits
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let is_last = match line.get(3) {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return None,
    };
    (200..=599).contains(&code).then_some((code, is_last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All replies in a text, and how it ended.
    fn read(pieces: &[&[u8]]) -> (Vec<Reply>, Option<ReplyError>) {
        let mut reader = ReplyReader::default();
        let mut replies = Vec::new();
        for piece in pieces {
            reader.push(piece);
            loop {
                match reader.next() {
                    Ok(Some(reply)) => replies.push(reply),
                    Ok(None) => break,
                    Err(error) => return (replies, Some(error)),
                }
            }
        }
        (replies, None)
    }

    #[test]
    fn reads_replies_of_one_line_and_of_many() {
        let (replies, error) = read(&[b"220 hello\r\n250-a\r\n250-b\r\n250 c\r\n221\r\n250 lf\n"]);
        assert_eq!(error, None);
        let codes: Vec<_> = replies.iter().map(|reply| reply.code).collect();
        assert_eq!(codes, [220, 250, 221, 250]);
        let texts: Vec<_> = replies[1].texts().collect();
        assert_eq!(texts, [b"a", b"b", b"c"]);
        assert_eq!(replies[2].texts().next(), Some(&b""[..]));
    }

    #[test]
    fn refuses_what_is_no_reply() {
        for bad in [
            &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\n",
            b"\r\n",
            b"22\r\n",
            b"220hello\r\n",
            b"099 x\r\n",
            b"600 x\r\n",
            b"+OK ready\r\n",
            b"\x16\x03\x01\n",
        ] {
            let (replies, error) = read(&[bad]);
            assert!(replies.is_empty());
            assert!(matches!(error, Some(ReplyError::NotAReply(_))), "{bad:?}");
        }
        let (_, error) = read(&[b"250-a\r\n251 b\r\n"]);
        assert_eq!(error, Some(ReplyError::TwoCodes(250, 251)));
    }

    #[test]
    fn an_endless_line_and_an_endless_reply_are_given_up() {
        let (_, error) = read(&[b"220 ", &vec![b'x'; LINE_OCTETS]]);
        assert_eq!(error, Some(ReplyError::LineTooLong));
        let mut longest = vec![b'2'; 3];
        longest.resize(LINE_OCTETS, b' ');
        longest.extend_from_slice(b"\r\n");
        assert_eq!(read(&[&longest]).0.len(), 1);
        let (_, error) = read(&vec![&b"220-x\r\n"[..]; LINES + 1]);
        assert_eq!(error, Some(ReplyError::TooManyLines));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_read_the_same(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b'2'), Just(b'5'), Just(b'0'), Just(b'-'), Just(b' '), Just(b'\r'), Just(b'\n'), any::<u8>()],
                0..400,
            ),
            size in 1_usize..50,
        ) {
            let pieces: Vec<_> = bytes.chunks(size).collect();
            prop_assert_eq!(read(&pieces), read(&[&bytes]));
        }

        #[test]
        fn memory_is_bounded(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let mut reader = ReplyReader::default();
            for piece in bytes.chunks(512) {
                reader.push(piece);
                while let Ok(Some(_)) = reader.next() {}
                if reader.next().is_err() {
                    break;
                }
                prop_assert!(reader.bytes.len() <= LINE_OCTETS + 1);
            }
        }
    }
}
