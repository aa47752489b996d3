//! What a server said, made fit to be shown.

use std::fmt::Write;

use routing::is_deceptive;
use secrecy::zeroize::Zeroizing;

/// Longer lines are cut here, in characters: the length of the longest reply line of RFC 5321
/// section 4.5.3.1.5.
const LINE_CHARACTERS: usize = 512;
/// Further lines are only counted. No real server announces so many capabilities.
const LINES: usize = 32;
/// What stands in place of a secret.
pub(super) const MASK: &str = "***";

/// Byte strings that must not be shown, whoever says them: the password and what is sent of it.
#[derive(Default)]
pub(super) struct Secrets(Vec<Zeroizing<Vec<u8>>>);

impl Secrets {
    /// Hides these bytes from now on.
    pub(super) fn hide(&mut self, secret: &[u8]) {
        if secret.is_empty() {
            return;
        }
        self.0.push(Zeroizing::new(secret.to_vec()));
        // The longest first: a secret may be part of another, whose rest would stay otherwise.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    fn mask(&self, text: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            let found = self.0.iter().find(|secret| rest.starts_with(secret));
            if let Some(secret) = found {
                shown.extend_from_slice(MASK.as_bytes());
                rest = &rest[secret.len()..];
            } else {
                shown.push(*first);
                rest = after;
            }
        }
        shown
    }
}

/// The lines of a reply as they may be shown: secrets masked before anything is cut, so that no
/// half of one is left; control characters, those that change the direction of writing and bytes
/// that are not UTF-8 spelt out; bounded in length and number.
pub(super) fn shown(lines: &[Vec<u8>], secrets: &Secrets) -> String {
    let mut shown = String::new();
    for (index, line) in lines.iter().take(LINES).enumerate() {
        if index > 0 {
            shown.push('\n');
        }
        shown.push_str(&line_shown(&secrets.mask(line)));
    }
    if lines.len() > LINES {
        // Writing to a string cannot fail.
        let _ = write!(shown, "\n… {} more lines", lines.len() - LINES);
    }
    shown
}

/// One line, without line breaks whatever it holds.
pub(super) fn line_shown(line: &[u8]) -> String {
    let mut shown = String::new();
    // One piece for each character to show; bytes that are not UTF-8 are spelt out one by one.
    let pieces = line.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid().chars().map(Ok);
        valid.chain(chunk.invalid().iter().map(Err))
    });
    for (index, piece) in pieces.enumerate() {
        if index == LINE_CHARACTERS {
            shown.push('…');
            break;
        }
        match piece {
            Ok(character) if is_deceptive(character) => shown.extend(character.escape_unicode()),
            Ok(character) => shown.push(character),
            // Writing to a string cannot fail.
            Err(byte) => drop(write!(shown, "\\x{byte:02x}")),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    #[test]
    fn spells_out_what_could_mislead() {
        let none = Secrets::default();
        for (said, expected) in [
            ("220 mail.example.net", "220 mail.example.net"),
            ("220 a\tb", "220 a\\u{9}b"),
            ("220 \u{1b}[2J", "220 \\u{1b}[2J"),
            ("220 \u{202e}moc", "220 \\u{202e}moc"),
            ("220 Grüße", "220 Grüße"),
        ] {
            assert_eq!(shown(&lines(&[said]), &none), expected);
        }
        assert_eq!(shown(&[b"220 \xff\x00".to_vec()], &none), "220 \\xff\\u{0}");
    }

    #[test]
    fn is_bounded() {
        let none = Secrets::default();
        let long = vec![b'x'; 5000];
        assert_eq!(line_shown(&long).chars().count(), LINE_CHARACTERS + 1);
        let many = vec![b"250-x".to_vec(); 100];
        let text = shown(&many, &none);
        assert!(text.ends_with("\n… 68 more lines"), "{text}");
    }

    #[test]
    fn secrets_are_masked_before_the_line_is_cut() {
        let mut secrets = Secrets::default();
        secrets.hide(b"hunter2");
        secrets.hide(b"");
        let at_the_edge = format!("{}hunter2", "x".repeat(LINE_CHARACTERS - 4));
        let text = shown(&lines(&["535 hunter2 is wrong", &at_the_edge]), &secrets);
        assert!(text.starts_with("535 *** is wrong\n"), "{text}");
        assert!(!text.contains("hunt"), "{text}");
    }

    #[test]
    fn a_secret_within_a_secret_leaves_nothing_of_the_longer_one() {
        let mut secrets = Secrets::default();
        secrets.hide(b"pass");
        secrets.hide(b"password");
        assert_eq!(
            shown(&lines(&["535 password pass"]), &secrets),
            "535 *** ***"
        );
    }

    proptest! {
        #[test]
        fn never_shows_a_control_character(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let text = line_shown(&bytes);
            prop_assert!(!text.contains(char::is_control));
            prop_assert!(text.len() <= 10 * bytes.len() + 3);
        }
    }
}
