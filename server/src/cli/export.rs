//! `smart-hosts export`: a list as a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use futures::StreamExt;
use futures::stream::BoxStream;
use routing::Format;

use super::stop::Stop;
use super::{DataDirArg, Failure, PATIENCE, output};
use crate::export::export;

/// Write a list to standard output or a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Which list
    #[arg(long, value_enum, default_value_t)]
    list: List,
    /// The format: text, csv, json, postfix, postfix-tls, exim or opensmtpd
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
pub(super) enum List {
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
        let list = self.list.into();
        let mut text = export(&store, list, self.format, &self.search, PATIENCE).await?;
        let Some(path) = self.output else {
            while let Some(chunk) = text.next().await {
                output::text(&chunk?)?;
            }
            return Ok(());
        };
        let stop = Stop::listen()?;
        write_file(&path, text, stop.wait()).await
    }
}

/// Writes the file, or leaves everything as it was: also when a signal comes first.
async fn write_file(
    path: &Path,
    text: BoxStream<'static, Result<String, store::Error>>,
    stop: impl Future<Output = &'static str>,
) -> Result<(), Failure> {
    let partial = Partial::create(path)?;
    tokio::select! {
        biased;
        signal = stop => Err(Failure::Stopped(format!(
            "Stopped by {signal}: {} was not written.",
            path.display()
        ))),
        written = partial.fill(text, path) => written,
    }
}

/// A file beside the one that is wanted, to be moved over it, so that it is never half there. When
/// this goes before it is moved, so does the file.
struct Partial {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Partial {
    fn create(wanted: &Path) -> Result<Self, Failure> {
        let mut path = wanted.to_owned().into_os_string();
        path.push(".part");
        let path = PathBuf::from(path);
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        Ok(Self {
            path,
            file: BufWriter::new(file),
        })
    }

    async fn fill(
        mut self,
        mut text: BoxStream<'static, Result<String, store::Error>>,
        wanted: &Path,
    ) -> Result<(), Failure> {
        while let Some(chunk) = text.next().await {
            self.write(chunk?.as_bytes())
                .map_err(|error| cannot_write(&self.path, &error))?;
        }
        self.finish()
            .map_err(|error| cannot_write(&self.path, &error))?;
        fs::rename(&self.path, wanted).map_err(|error| cannot_write(wanted, &error))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once it has been moved, it is not there any more.
        let _ = fs::remove_file(&self.path);
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::cannot("write", path, error)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::stream;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_whole_text_replaces_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        fs::write(&path, "old").unwrap();
        let text = stream::iter(["a\n", "b\n"].map(|line| Ok(line.to_owned())));
        write_file(&path, text.boxed(), pending()).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\n");
        assert_eq!(names(folder.path()), ["list.txt"]);
    }

    #[tokio::test]
    async fn half_a_text_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        fs::write(&path, "old").unwrap();
        let text = stream::iter([Ok("a\n".to_owned()), Err(store::Error::Busy)]);
        let failure = write_file(&path, text.boxed(), pending()).await;
        assert!(matches!(failure, Err(Failure::Store(store::Error::Busy))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["list.txt"]);
    }

    #[tokio::test]
    async fn a_signal_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        // The signal comes when a chunk has been written and the next one is waited for.
        let text = stream::once(ready(Ok("a\n".to_owned()))).chain(stream::once(async {
            begun.send(()).unwrap();
            pending().await
        }));
        let stop = async {
            has_begun.await.unwrap();
            assert_eq!(names(folder.path()), ["list.txt.part"]);
            "SIGINT"
        };
        let failure = write_file(&path, text.boxed(), stop).await.unwrap_err();
        let why = format!("Stopped by SIGINT: {} was not written.", path.display());
        assert_eq!(failure.to_string(), why);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_named_and_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        // It is not ours.
        fs::create_dir(folder.path().join("list.txt.part")).unwrap();
        let text = stream::iter([]).boxed();
        let failure = write_file(&path, text, pending()).await.unwrap_err();
        let named = format!("Cannot write {}.part: ", path.display());
        assert!(failure.to_string().starts_with(&named), "{failure}");
        assert_eq!(names(folder.path()), ["list.txt.part"]);
    }
}
