//! A file that was sent, put aside so that it can be read again in another way.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, mem};

use tokio::task::spawn_blocking;

use crate::import::PIECE;

/// Bytes that are written at once.
const BATCH: usize = 256 * 1024;

/// A file without a name, which nothing has to tidy up. It lies where the database engine puts such files.
pub(super) struct Spool {
    file: Arc<File>,
    waiting: Vec<u8>,
    length: u64,
}

impl Spool {
    /// An empty one.
    pub(super) async fn new() -> io::Result<Self> {
        let file = spawn_blocking(|| tempfile::tempfile_in(folder())).await??;
        Ok(Self {
            file: Arc::new(file),
            waiting: Vec::new(),
            length: 0,
        })
    }

    /// Puts the next bytes aside.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        self.length += bytes.len() as u64;
        if self.waiting.len() < BATCH {
            return Ok(());
        }
        self.flush().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        let (file, bytes) = (Arc::clone(&self.file), mem::take(&mut self.waiting));
        spawn_blocking(move || (&*file).write_all(&bytes)).await?
    }

    /// All of it is there.
    pub(super) async fn whole(mut self) -> io::Result<Spooled> {
        self.flush().await?;
        Ok(Spooled {
            file: self.file,
            length: self.length,
        })
    }
}

/// A file that is there whole.
#[derive(Clone, Debug)]
pub(super) struct Spooled {
    file: Arc<File>,
    pub(super) length: u64,
}

impl Spooled {
    /// Its first bytes. To be called away from async threads.
    pub(super) fn beginning(&self) -> io::Result<Vec<u8>> {
        let mut beginning = Vec::new();
        self.rewound()?
            .take(PIECE as u64)
            .read_to_end(&mut beginning)?;
        Ok(beginning)
    }

    /// All of it. One reader at a time.
    pub(super) fn rewound(&self) -> io::Result<impl Read + '_> {
        let mut file = &*self.file;
        file.rewind()?;
        Ok(file)
    }
}

/// Where the database engine would put a temporary file.
fn folder() -> PathBuf {
    let named = ["SQLITE_TMPDIR", "TMPDIR"]
        .into_iter()
        .filter_map(env::var_os);
    named
        .map(PathBuf::from)
        .chain(["/var/tmp".into()])
        .find(|folder| folder.is_dir())
        .unwrap_or_else(env::temp_dir)
}
