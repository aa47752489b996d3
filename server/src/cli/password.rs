//! Where a password comes from: a person at a terminal, or standard input. Never the command line,
//! which every user of the machine can read (ps(1)).

use std::io::{self, Read};

use routing::Password;

use super::Failure;

/// Asks for a password in these words, or reads it from standard input without the line break at its
/// end.
///
/// # Errors
/// If there is no terminal to ask at, or nothing can be read.
pub(super) fn read(from_stdin: bool, words: &str) -> Result<String, Failure> {
    if from_stdin {
        return Ok(without_line_break(io::stdin().lock())?);
    }
    rpassword::prompt_password(words).map_err(|error| {
        Failure::Io(io::Error::new(
            error.kind(),
            format!(
                "there is no terminal to ask for the password at ({error}): use --password-stdin"
            ),
        ))
    })
}

/// All there is, without the line break at its end.
fn without_line_break(input: impl Read) -> io::Result<String> {
    let mut text = bounded(input)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// What there is, up to more than any password and its line end have: a longer one is refused later,
/// and not cut.
pub(super) fn bounded(input: impl Read) -> io::Result<String> {
    let most = Password::MAX_BYTES + 3;
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let mut text = String::with_capacity(most);
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    input.take(most).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::without_line_break;

    #[test]
    fn only_the_last_line_break_is_not_part_of_it() {
        for (input, password) in [
            ("secret", "secret"),
            ("secret\n", "secret"),
            (" se:cret \r\n", " se:cret "),
            ("secret\n\n", "secret\n"),
            ("", ""),
        ] {
            assert_eq!(without_line_break(input.as_bytes()).unwrap(), password);
        }
        assert!(without_line_break(&b"\xff"[..]).is_err());
        assert_eq!(without_line_break(io_repeat()).unwrap().len(), 1027);
    }

    fn io_repeat() -> impl std::io::Read {
        std::io::repeat(b'a')
    }
}
