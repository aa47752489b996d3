//! Reading the file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use routing::{FileFormat, FileReader, FileRow, Listed};
use store::{Import, Record};
use tokio::task::spawn_blocking;

use super::Counter;
use crate::cli::Failure;

/// Bytes that are read at once; the first of them tell the format.
const PIECE: usize = 64 * 1024;

/// A file, of which the beginning has been read.
pub(super) struct Source {
    pub(super) format: FileFormat,
    /// How long the file is, where that is known.
    pub(super) length: Option<u64>,
    /// How much of it has been read.
    pub(super) read: Counter,
    beginning: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl Source {
    /// Opens the file and, unless the format is given, recognises it.
    pub(super) fn open(path: &Path, format: Option<FileFormat>) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::cannot("read", path, &error);
        let (mut rest, length): (Box<dyn Read + Send>, _) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(path).map_err(failed)?;
            let about = file.metadata().map_err(failed)?;
            (Box::new(file), about.is_file().then_some(about.len()))
        };
        let mut beginning = Vec::with_capacity(PIECE);
        let read = (&mut rest).take(PIECE as u64).read_to_end(&mut beginning);
        read.map_err(failed)?;
        let format = match format.or_else(|| FileFormat::recognise(&beginning)) {
            Some(format) => format,
            None if beginning.is_empty() => FileFormat::Text,
            None => {
                return Err(Failure::Value(format!(
                    "The format of {} is not recognised. Name it with --format.",
                    path.display()
                )));
            }
        };
        Ok(Self {
            format,
            length,
            read: Arc::default(),
            beginning,
            rest,
        })
    }

    /// Puts all its rows aside.
    pub(super) async fn read<T: Record + Listed>(
        self,
        import: Import<T>,
    ) -> Result<Import<T>, Failure> {
        let done = spawn_blocking(move || self.read_here(import));
        done.await
            .unwrap_or_else(|stopped| Err(Failure::Io(io::Error::other(stopped))))
    }

    fn read_here<T: Record + Listed>(
        mut self,
        mut import: Import<T>,
    ) -> Result<Import<T>, Failure> {
        let mut reader = FileReader::<T>::new(self.format);
        let mut pushed = Ok(());
        let mut piece = std::mem::take(&mut self.beginning);
        // Whoever has cancelled is not to wait for the end of the file, which may be a terminal.
        while !piece.is_empty() && pushed.is_ok() {
            reader.push(&piece, &mut |row| push(&mut import, &mut pushed, row));
            self.read.fetch_add(piece.len() as u64, Ordering::Relaxed);
            piece.resize(PIECE, 0);
            let length = self.rest.read(&mut piece)?;
            piece.truncate(length);
        }
        reader.finish(&mut |row| push(&mut import, &mut pushed, row));
        pushed?;
        Ok(import)
    }
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
