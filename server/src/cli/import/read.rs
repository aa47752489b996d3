//! Reading the file.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use routing::{Ending, FileFormat, Listed};
use store::{Import, Record};
use tokio::task::spawn_blocking;

use crate::cli::Failure;
use crate::import::{self, Counter, PIECE, ReadError, format_of};

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
        let Some(format) = format.or_else(|| format_of(&beginning)) else {
            return Err(Failure::Value(format!(
                "The format of {} is not recognised. Name it with --format.",
                path.display()
            )));
        };
        Ok(Self {
            format,
            length,
            read: Arc::default(),
            beginning,
            rest,
        })
    }

    /// Puts all its rows aside, and says what is known of it then.
    pub(super) async fn read<T: Record + Listed>(
        self,
        import: Import<T>,
    ) -> Result<(Import<T>, Ending), Failure> {
        let done = spawn_blocking(move || self.read_here(import));
        done.await
            .unwrap_or_else(|stopped| Err(Failure::Io(io::Error::other(stopped))))
    }

    fn read_here<T: Record + Listed>(
        self,
        mut import: Import<T>,
    ) -> Result<(Import<T>, Ending), Failure> {
        let file = Cursor::new(self.beginning).chain(self.rest);
        match import::read(self.format, file, &self.read, &mut import) {
            Ok(ending) => Ok((import, ending)),
            Err(ReadError::Io(error)) => Err(error.into()),
            Err(ReadError::Store(error)) => Err(error.into()),
        }
    }
}
