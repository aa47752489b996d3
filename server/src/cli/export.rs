//! `smart-hosts export`: a list as a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use futures::StreamExt;
use futures::stream::BoxStream;
use routing::Format;

use super::{DataDirArg, Failure, output};
use crate::export::export;

/// Write a list to standard output or a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Which list
    #[arg(long, value_enum, default_value_t)]
    list: List,
    /// The format: text, csv, json, postfix, exim or opensmtpd
    #[arg(long, default_value_t)]
    format: Format,
    /// Only rows with this text in domain, host or comment
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// The file to write; it is replaced only once the export is complete
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum List {
    /// Smart host routes
    #[default]
    Routes,
    /// Managed domains
    ManagedDomains,
}

impl From<List> for routing::List {
    fn from(list: List) -> Self {
        match list {
            List::Routes => Self::Routes,
            List::ManagedDomains => Self::ManagedDomains,
        }
    }
}

impl Export {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut text = export(&store, self.list.into(), self.format, &self.search).await?;
        let Some(path) = self.output else {
            while let Some(chunk) = text.next().await {
                output::text(&chunk?)?;
            }
            return Ok(());
        };
        write_file(&path, text).await
    }
}

/// Writes beside the file and moves it over it, so that it is never half there.
async fn write_file(
    path: &Path,
    text: BoxStream<'static, Result<String, store::Error>>,
) -> Result<(), Failure> {
    let mut partial = path.to_owned().into_os_string();
    partial.push(".part");
    let partial = PathBuf::from(partial);
    let written = match write(&partial, text).await {
        Ok(()) => std::fs::rename(&partial, path).map_err(|error| cannot_write(path, &error)),
        Err(failure) => Err(failure),
    };
    if written.is_err() {
        // It may not have been made.
        let _ = std::fs::remove_file(&partial);
    }
    written
}

async fn write(
    path: &Path,
    mut text: BoxStream<'static, Result<String, store::Error>>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| cannot_write(path, &error);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    while let Some(chunk) = text.next().await {
        file.write_all(chunk?.as_bytes()).map_err(failed)?;
    }
    let file = file.into_inner().map_err(|error| failed(error.into()))?;
    file.sync_all().map_err(failed)
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::Io(io::Error::new(
        error.kind(),
        format!("Cannot write {}: {error}.", path.display()),
    ))
}
