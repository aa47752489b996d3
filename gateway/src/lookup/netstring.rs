//! Netstrings, the frames of socketmap requests and replies (`socketmap_table(5)`, "PROTOCOL").

/// The most octets that the text of a request may have: as many as Postfix takes in a reply
/// (`socketmap_max_reply_size`). A longer one is not read.
pub const LONGEST: usize = 100_000;

/// Digits in front of the colon. Postfix writes none that are not needed; some zeros do no harm.
const MOST_DIGITS: usize = 9;

/// Why what a peer sends cannot be read further: where the next frame would begin is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetstringError {
    /// The length is no number.
    #[error("a length is missing: a netstring is LENGTH:TEXT,")]
    Length,
    /// The text is too long to be read.
    #[error("a text of {octets} octets is too long: at most {LONGEST} are read")]
    TooLong {
        /// Its length.
        octets: usize,
    },
    /// The text does not end where it should.
    #[error("a comma is missing after the text")]
    Comma,
}

/// Takes bytes as they come, in pieces of any size, and gives whole texts.
///
/// It never keeps more than one text that is not yet whole, and what came together with its end.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// What comes before has been given.
    start: usize,
}

impl Decoder {
    /// Takes what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a text has begun that is not whole yet.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.start < self.bytes.len()
    }

    /// The next whole text; `None` until more has come.
    ///
    /// # Errors
    /// [`NetstringError`]; then nothing more can be read from this peer.
    pub fn text(&mut self) -> Result<Option<&[u8]>, NetstringError> {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let Some((length, digits)) = length(rest)? else {
            return Ok(None);
        };
        let from = self.start + digits + 1;
        let to = from + length;
        match self.bytes.get(to) {
            Some(b',') => {
                self.start = to + 1;
                Ok(self.bytes.get(from..to))
            }
            Some(_) => Err(NetstringError::Comma),
            None => Ok(None),
        }
    }

    /// Gives memory back that a long text has taken.
    pub fn shrink(&mut self) {
        if !self.is_inside() {
            *self = Self::default();
        }
    }
}

/// The length at the start, and how many digits it has; `None` until its colon has come.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, NetstringError> {
    let mut octets = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b':' if at > 0 => return Ok(Some((octets, at))),
            b'0'..=b'9' if at < MOST_DIGITS => octets = octets * 10 + usize::from(byte - b'0'),
            _ => return Err(NetstringError::Length),
        }
        if octets > LONGEST {
            return Err(NetstringError::TooLong { octets });
        }
    }
    Ok(None)
}

/// Writes a text as a netstring behind what is there.
pub fn encode(text: &str, to: &mut Vec<u8>) {
    to.extend_from_slice(text.len().to_string().as_bytes());
    to.push(b':');
    to.extend_from_slice(text.as_bytes());
    to.push(b',');
}

#[cfg(test)]
mod tests {
    use super::{Decoder, LONGEST, NetstringError, encode};
    use proptest::prelude::*;

    /// Everything that comes out of these pieces, and the error at the end if there is one.
    fn read(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Option<NetstringError>) {
        let mut decoder = Decoder::default();
        let mut texts = Vec::new();
        for piece in pieces {
            decoder.push(piece);
            assert!(decoder.bytes.len() <= LONGEST + 16 + piece.len());
            loop {
                match decoder.text() {
                    Ok(Some(text)) => texts.push(text.to_vec()),
                    Ok(None) => break,
                    Err(error) => return (texts, Some(error)),
                }
            }
        }
        (texts, None)
    }

    #[test]
    fn reads_frames() {
        use NetstringError::{Comma, Length, TooLong};
        for (bytes, texts, error) in [
            ("", &[][..], None),
            ("3:a b,", &["a b"], None),
            ("0:,3:a b,1", &["", "a b"], None),
            ("003:a:,,", &["a:,"], None),
            ("3:a b;", &[], Some(Comma)),
            ("3:a b3:", &[], Some(Comma)),
            (":", &[], Some(Length)),
            ("-1:", &[], Some(Length)),
            (" 3:a b,", &[], Some(Length)),
            ("3:a b,GET / HTTP/1.1", &["a b"], Some(Length)),
            ("0000000000", &[], Some(Length)),
            ("100001", &[], Some(TooLong { octets: 100_001 })),
            ("999999999:", &[], Some(TooLong { octets: 999_999 })),
        ] {
            let (read, fault) = read(&[bytes.as_bytes()]);
            assert_eq!(
                read,
                texts.iter().map(|t| t.as_bytes()).collect::<Vec<_>>(),
                "{bytes}"
            );
            assert_eq!(fault, error, "{bytes}");
        }
    }

    #[test]
    fn memory_that_a_long_text_took_is_given_back() {
        let mut decoder = Decoder::default();
        let mut frame = Vec::new();
        encode(&"a".repeat(LONGEST), &mut frame);
        decoder.push(&frame);
        assert_eq!(decoder.text().unwrap().map(<[u8]>::len), Some(LONGEST));
        decoder.shrink();
        assert_eq!(decoder.bytes.capacity(), 0);
    }

    /// Bytes near the border between frames and everything else.
    fn frames() -> impl Strategy<Value = Vec<u8>> {
        let frame = prop_oneof![
            4 => "[a-z *@.]{0,12}".prop_map(|text| {
                let mut frame = Vec::new();
                encode(&text, &mut frame);
                frame
            }),
            1 => "[0-9]{0,7}[:,;]?[a-z]{0,5}[,:]?".prop_map(String::into_bytes),
            1 => prop::collection::vec(any::<u8>(), 0..8),
        ];
        prop::collection::vec(frame, 0..6).prop_map(|frames| frames.concat())
    }

    proptest! {
        #[test]
        fn splitting_the_bytes_changes_nothing(
            bytes in frames(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            prop_assert_eq!(read(&pieces), read(&[&bytes]));
        }

        #[test]
        fn reads_what_it_writes(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let mut bytes = Vec::new();
            for text in &texts {
                encode(text, &mut bytes);
            }
            let texts = texts.into_iter().map(String::into_bytes).collect();
            prop_assert_eq!(read(&[&bytes]), (texts, None));
        }
    }
}
