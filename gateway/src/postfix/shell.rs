//! Commands as text that a shell reads back as the same words.

/// A word for a POSIX shell: as it is where that is safe, else in single quotes.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line of such words.
pub(super) fn line(words: &[String]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn only_what_needs_quotes_has_them() {
        for (word, text) in [
            ("postconf", "postconf"),
            ("/etc/postfix", "/etc/postfix"),
            ("a b", "'a b'"),
            ("$x", "'$x'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("~", "'~'"),
        ] {
            assert_eq!(quoted(word), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_shell_reads_the_same_words(words in prop::collection::vec("[^\0]{0,12}", 1..4)) {
            let script = format!("printf '%s\\0' {}", line(&words));
            let ran = Command::new("sh").args(["-c", &script]).output().unwrap();
            let expected = words.join("\0") + "\0";
            prop_assert_eq!(String::from_utf8(ran.stdout).unwrap(), expected);
        }
    }
}
