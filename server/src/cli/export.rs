//! `smart-hosts export`: a list as a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use futures::StreamExt;
use routing::Format;

use super::{DataDirArg, Failure, output};
use crate::export::export;

/// Write a list to standard output or a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Which list
    #[arg(long, value_enum, default_value_t)]
    list: List,
    /// The format: text, csv, json or postfix
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
        // Written beside the file and moved over it, so that it is never half there.
        let mut partial = path.clone().into_os_string();
        partial.push(".part");
        let mut file = BufWriter::new(File::create(&partial)?);
        while let Some(chunk) = text.next().await {
            file.write_all(chunk?.as_bytes())?;
        }
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .sync_all()?;
        std::fs::rename(&partial, &path)?;
        Ok(())
    }
}
