//! What was typed, as an error message may show it.

use std::fmt;

/// Longer text is cut here: enough to recognise what was typed, short enough for one line.
const SHOWN_CHARACTERS: usize = 60;

/// What somebody typed, made fit to be shown in a sentence: cut to 60 characters, with control
/// characters and those that change the direction of writing spelt out as `\u{..}`, so that a
/// pasted text can neither break a log line nor turn a message around. Displays in double quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(Box<str>);

impl Typed {
    /// Takes any text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(shown(text, SHOWN_CHARACTERS).into())
    }
}

/// The choice that was typed by its name, in any case; if there is none, what was typed.
pub(crate) fn choice<T: Copy>(
    all: impl IntoIterator<Item = T>,
    name: impl Fn(T) -> &'static str,
    typed: &str,
) -> Result<T, Typed> {
    let typed = typed.trim();
    let mut all = all.into_iter();
    let known = all.find(|choice| name(*choice).eq_ignore_ascii_case(typed));
    known.ok_or_else(|| Typed::new(typed))
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// A text made fit to be shown, cut to a number of characters.
pub(crate) fn shown(text: &str, at_most: usize) -> String {
    let mut characters = text.chars();
    let mut shown = String::new();
    for character in characters.by_ref().take(at_most) {
        if is_deceptive(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a character acts on the text around it instead of being seen: controls, line
/// separators, zero-width characters and the bidirectional controls of UAX #9. Such a character is
/// spelt out before a text of somebody else's is shown.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::Typed;
    use proptest::prelude::*;

    #[test]
    fn shows_text_without_its_effects() {
        for (text, shown) in [
            ("example.com", "\"example.com\""),
            ("", "\"\""),
            ("a\nb\0", "\"a\\u{a}b\\u{0}\""),
            ("\u{202e}moc", "\"\\u{202e}moc\""),
            ("bücher", "\"bücher\""),
        ] {
            assert_eq!(Typed::new(text).to_string(), shown);
        }
        let long = Typed::new(&"x".repeat(61)).to_string();
        assert_eq!(long, format!("\"{}…\"", "x".repeat(60)));
    }

    proptest! {
        #[test]
        fn never_shows_a_control_character(text in any::<String>()) {
            prop_assert!(!Typed::new(&text).to_string().contains(char::is_control));
        }
    }
}
