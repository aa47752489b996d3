//! Where a password comes from: a person at a terminal, or standard input. Never the command line,
//! which every user of the machine can read (ps(1)).

use std::io::{self, Read};

use routing::{NextHop, Password};

use super::super::password::bounded;
use super::{Failure, invalid};

/// Asks for a password, or reads it from standard input without the line break at its end.
///
/// # Errors
/// If there is no terminal to ask at, nothing can be read, or it can be no password.
pub(super) fn read(from_stdin: bool, user: &str, of: &NextHop) -> Result<Password, Failure> {
    let text = if from_stdin {
        from(io::stdin().lock())?
    } else {
        rpassword::prompt_password(format!("Password of {user} at {of}: ")).map_err(|error| {
            Failure::Io(io::Error::new(
                error.kind(),
                format!("there is no terminal to ask for the password at ({error}): use --password-stdin"),
            ))
        })?
    };
    Password::parse(text).map_err(invalid)
}

/// All there is, without the line break at its end.
fn from(input: impl Read) -> io::Result<String> {
    let mut text = bounded(input)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn only_the_last_line_break_is_not_part_of_it() {
        for (input, password) in [
            ("secret", "secret"),
            ("secret\n", "secret"),
            (" se:cret \r\n", " se:cret "),
            ("secret\n\n", "secret\n"),
            ("", ""),
        ] {
            assert_eq!(from(input.as_bytes()).unwrap(), password);
        }
        assert!(from(&b"\xff"[..]).is_err());
        assert_eq!(from(io_repeat()).unwrap().len(), 1027);
    }

    fn io_repeat() -> impl std::io::Read {
        std::io::repeat(b'a')
    }
}
