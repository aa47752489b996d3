//! Importing a file, whoever asks for it: reading it, saying how far that has come, and telling of the
//! lines that are left out.

mod pace;
mod read;
mod refused;

pub(crate) use self::pace::{EVERY, Pace, Spent};
pub(crate) use self::read::{Counter, PIECE, ReadError, format_of, read};
pub(crate) use self::refused::{reason, written};
