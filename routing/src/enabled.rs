//! Whether a route is enabled, as people and programs write it.

use crate::typed::Typed;

/// A text that says neither yes nor no. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{typed} is neither yes nor no. Write yes for an enabled route, no for a disabled one.")]
pub(crate) struct EnabledError {
    typed: Typed,
}

/// Reads `yes` or `no`, or what other programs write instead. Nothing means yes.
pub(crate) fn parse(typed: &str) -> Result<bool, EnabledError> {
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|word| typed.trim().eq_ignore_ascii_case(word))
    };
    if is(&["yes", "", "y", "true", "1", "on"]) {
        Ok(true)
    } else if is(&["no", "n", "false", "0", "off"]) {
        Ok(false)
    } else {
        Err(EnabledError {
            typed: Typed::new(typed),
        })
    }
}

/// What [`parse`] reads back.
pub(crate) const fn as_str(enabled: bool) -> &'static str {
    if enabled { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::{as_str, parse};

    #[test]
    fn yes_and_no_are_read_in_the_words_of_other_programs() {
        for enabled in [true, false] {
            assert_eq!(parse(as_str(enabled)), Ok(enabled));
        }
        for (typed, enabled) in [
            ("", true),
            (" TRUE ", true),
            ("1", true),
            ("off", false),
            ("0", false),
        ] {
            assert_eq!(parse(typed), Ok(enabled), "{typed}");
        }
        assert_eq!(
            parse("maybe").unwrap_err().to_string(),
            "\"maybe\" is neither yes nor no. Write yes for an enabled route, no for a disabled one."
        );
    }
}
