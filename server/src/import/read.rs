//! Reading the file.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use routing::{Ending, FileFormat, FileReader, FileRow, Listed};
use store::{Import, Record};

/// Bytes that are read at once; the first of them tell the format.
pub(crate) const PIECE: usize = 64 * 1024;

/// How many bytes have been read.
pub(crate) type Counter = Arc<AtomicU64>;

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its rows cannot be put aside, or nobody wants them any more.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The format of a file that begins like this; nothing if it is not recognised.
pub(crate) fn format_of(beginning: &[u8]) -> Option<FileFormat> {
    if beginning.is_empty() {
        return Some(FileFormat::Text);
    }
    FileFormat::recognise(beginning)
}

/// Puts all rows of a file aside, and says what is known of it then. To be called away from async threads.
///
/// # Errors
/// What keeps it from the end of the file.
pub(crate) fn read<T: Record + Listed>(
    format: FileFormat,
    mut file: impl Read,
    count: &AtomicU64,
    import: &mut Import<T>,
) -> Result<Ending, ReadError> {
    let mut reader = FileReader::<T>::new(format);
    let mut pushed = Ok(());
    let mut piece = vec![0; PIECE];
    // Whoever has cancelled is not to wait for the end of the file, which may be a terminal.
    while pushed.is_ok() {
        let length = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        reader.push(&piece[..length], &mut |row| push(import, &mut pushed, row));
        count.fetch_add(length as u64, Ordering::Relaxed);
    }
    let ending = reader.finish(&mut |row| push(import, &mut pushed, row));
    pushed?;
    Ok(ending)
}

/// Puts a row aside, unless that has failed for one before it.
fn push<T: Record>(
    import: &mut Import<T>,
    pushed: &mut Result<(), store::Error>,
    row: FileRow<'_, T>,
) {
    if pushed.is_ok() {
        *pushed = import.push(row.line, row.text, row.row);
    }
}
