//! Reading a password that comes in by standard input.

use std::io::{self, Read};

use routing::Password;

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
