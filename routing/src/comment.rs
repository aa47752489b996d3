//! What an administrator notes beside a row.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A note beside a row: one line of at most 255 characters, trimmed; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Comment(Box<str>);

impl Comment {
    /// The most characters (Unicode scalar values) that a comment may have.
    pub const MAX_CHARACTERS: usize = 255;

    /// Trims and checks what was typed.
    ///
    /// # Errors
    /// [`CommentError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, CommentError> {
        let text = typed.trim();
        if text.contains(is_line_break) {
            return Err(CommentError::LineBreak);
        }
        if text.contains(char::is_control) {
            return Err(CommentError::ControlCharacter);
        }
        let characters = text.chars().count();
        if characters > Self::MAX_CHARACTERS {
            return Err(CommentError::TooLong { characters });
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no comment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Everything that UAX #14 breaks a line at without fail; the last two are no control characters.
fn is_line_break(character: char) -> bool {
    matches!(
        character,
        '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

impl fmt::Display for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Comment {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Comment {
    type Err = CommentError;

    fn from_str(typed: &str) -> Result<Self, CommentError> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for Comment {
    type Error = CommentError;

    fn try_from(typed: String) -> Result<Self, CommentError> {
        Self::parse(&typed)
    }
}

impl From<Comment> for String {
    fn from(comment: Comment) -> Self {
        comment.0.into()
    }
}

/// Why a text cannot be a comment. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    /// More than one line.
    #[error("The comment has a line break in it. Type one line.")]
    LineBreak,
    /// A control character that is no line break.
    #[error("The comment has a control character in it, perhaps from pasting. Type it by hand.")]
    ControlCharacter,
    /// Too long.
    #[error(
        "The comment is {characters} characters long. At most {} are possible.",
        Comment::MAX_CHARACTERS
    )]
    TooLong {
        /// Its length.
        characters: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::{Comment, CommentError};
    use proptest::prelude::*;

    #[test]
    fn trims_and_checks() {
        let longest = "ü".repeat(255);
        for (typed, text) in [
            ("", ""),
            (" \t\n ", ""),
            (" Ask Bob, \"the boss\"\n", "Ask Bob, \"the boss\""),
            (&format!(" {longest} "), &longest),
        ] {
            assert_eq!(Comment::parse(typed).unwrap().as_str(), text);
        }
        for (typed, error) in [
            ("a\nb", CommentError::LineBreak),
            ("a\rb", CommentError::LineBreak),
            ("a\u{2028}b", CommentError::LineBreak),
            ("a\tb", CommentError::ControlCharacter),
            ("a\0b", CommentError::ControlCharacter),
            (&"ü".repeat(256), CommentError::TooLong { characters: 256 }),
        ] {
            assert_eq!(Comment::parse(typed), Err(error), "{typed:?}");
        }
        assert_eq!(
            CommentError::TooLong { characters: 256 }.to_string(),
            "The comment is 256 characters long. At most 255 are possible."
        );
        assert!(Comment::default().is_empty());
        assert!(serde_json::from_str::<Comment>(r#""a\nb""#).is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_is_idempotent(typed in any::<String>()) {
            if let Ok(comment) = Comment::parse(&typed) {
                prop_assert_eq!(comment.to_string().parse(), Ok(comment.clone()));
                let json = serde_json::to_string(&comment).unwrap();
                prop_assert_eq!(serde_json::from_str::<Comment>(&json).unwrap(), comment);
            }
        }
    }
}
