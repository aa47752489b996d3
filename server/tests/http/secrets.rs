//! Secrets that tests look for where they must not be.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Secrets, in every form in which they might leak.
#[derive(Default)]
pub(crate) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Looks for this one, too.
    pub(crate) fn and(mut self, what: &str, secret: &[u8]) -> Self {
        let hex = secret.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let text = String::from_utf8(secret.to_vec());
        let forms = text.into_iter().chain(in_base64(secret)).chain([hex]);
        self.0.extend(forms.map(|form| (what.to_owned(), form)));
        self
    }

    /// What a text gives away.
    pub(crate) fn in_text(&self, text: &str) -> Vec<&str> {
        let found = self.0.iter().filter(|(_, form)| text.contains(form));
        found.map(|(what, _)| what.as_str()).collect()
    }

    /// Fails if a text gives anything away.
    #[track_caller]
    pub(crate) fn are_not_in(&self, place: &str, text: &str) {
        let found = self.in_text(text);
        assert!(found.is_empty(), "{place} gives away {found:?}: {text}");
    }
}

/// What base64 of a text with the secret anywhere in it holds: as three bytes become four characters,
/// that depends on where it begins. Characters that hold bits of what is beside it are left out.
fn in_base64(secret: &[u8]) -> Vec<String> {
    let at = |before: usize| {
        let bytes = [&vec![0; before], secret].concat();
        let text = STANDARD_NO_PAD.encode(&bytes);
        text[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
    };
    (0..3).map(at).collect()
}

#[test]
fn no_form_is_missed() {
    let secrets = Secrets::default().and("it", b"canary-7");
    for text in [
        "a canary-7.",
        "63616e6172792d37",
        // NUL, anna, NUL, canary-7, as AUTH PLAIN has it.
        "AGFubmEAY2FuYXJ5LTc=",
        "Y2FuYXJ5LTc=",
        "eGNhbmFyeS03eA==",
    ] {
        assert!(!secrets.in_text(text).is_empty(), "{text}");
    }
    assert!(secrets.in_text("canary- Y2FuYXJ5LQ==").is_empty());
}
