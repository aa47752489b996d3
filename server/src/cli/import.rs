//! `smart-hosts import`: a list from a file.

mod bar;
mod read;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use routing::{FileFormat, Listed, ManagedDomain, Route};
use store::{Import as Staged, ImportMode, Imported, Preview, Record, Store};

use self::bar::Bar;
use self::read::Source;
use self::report::Report;
use super::history::entry_of;
use super::stop::Stop;
use super::{DataDirArg, Failure, by, output, published};
use crate::own::OwnArgs;

/// How often the file is compared anew because somebody changes the list meanwhile.
const ATTEMPTS: u8 = 5;

/// Read a list from a file, all of it in one transaction.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which list
    #[arg(long, value_enum, default_value_t)]
    list: super::export::List,
    /// The format: text, csv, json, postfix, pmg-transport, pmg-domains, mailcow, modoboa or
    /// spamtitan; recognised if it is left out
    #[arg(long)]
    format: Option<FileFormat>,
    /// What becomes of rows that the file does not name
    #[arg(long, value_enum, default_value_t)]
    mode: Mode,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Write the lines that are left out to a file, each below its reason, instead of standard error
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Replace the list even though lines are left out or seem to be missing, and remove what they may
    /// have named
    #[arg(long)]
    skip_refused: bool,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// They stay
    #[default]
    Merge,
    /// They are removed; mail that is still queued for routes among them is held
    Replace,
}

impl From<Mode> for ImportMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Merge => Self::Merge,
            Mode::Replace => Self::Replace,
        }
    }
}

impl Import {
    /// Exit code 3 if lines were left out.
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let store = self.data_dir.open().create().await?;
        let store = store.guarded(self.own.gather(None));
        match routing::List::from(self.list) {
            routing::List::Routes => self.import::<Route>(&store).await,
            routing::List::ManagedDomains => self.import::<ManagedDomain>(&store).await,
        }
    }

    async fn import<T: Record + Listed>(&self, store: &Store) -> Result<ExitCode, Failure> {
        let stop = Stop::listen()?;
        let source = Source::open(&self.file, self.format)?;
        let staged = store.import::<T>(self.mode.into()).await?;
        let canceller = staged.canceller();
        let bar = Bar::begin(&source, &staged);
        let work = self.work(source, staged);
        tokio::pin!(work);
        let worked = tokio::select! {
            worked = &mut work => worked,
            signal = stop.wait() => {
                canceller.cancel();
                match work.await {
                    Err(Failure::Store(store::Error::Cancelled)) => Err(Failure::Stopped(format!(
                        "Stopped by {signal}: nothing was imported."
                    ))),
                    // It was done before the signal came.
                    worked => worked,
                }
            }
        };
        bar.end().await;
        let report = worked?;
        if report.imported.is_some() {
            published::wait_for_it(store).await;
        }
        let entry = match report.imported.and_then(|imported| imported.act) {
            Some(act) => Some(entry_of(store, act).await?),
            None => None,
        };
        report.tell(entry, self.json)
    }

    async fn work<T: Record + Listed>(
        &self,
        source: Source,
        staged: Staged<T>,
    ) -> Result<Report, Failure> {
        let (format, list) = (source.format, T::LIST);
        let (mut staged, ending) = source.read(staged).await?;
        let preview = staged.check().await?;
        report::refused(&staged, self.refused.as_deref()).await?;
        let mut report = Report {
            format,
            list,
            dry_run: self.dry_run,
            preview,
            imported: None,
        };
        let replaces = self.mode == Mode::Replace && !self.skip_refused;
        match ending.doubt() {
            Some(doubt) if replaces && !self.dry_run => {
                return Err(Failure::Value(format!(
                    "{doubt} What it does not name would be removed. Nothing was imported. Take the whole \
                     file, or replace the list all the same by --skip-refused."
                )));
            }
            doubt => doubt.iter().for_each(output::note),
        }
        if self.dry_run {
            return Ok(report);
        }
        if replaces && preview.refused > 0 {
            return Err(Failure::Value(format!(
                "{} lines were refused, so what they name would be removed. Nothing was imported. \
                 Correct them, or replace the list without them by --skip-refused.",
                preview.refused
            )));
        }
        let imported = self.commit(&mut staged, preview).await?;
        report.preview = imported.done;
        report.imported = Some(imported);
        Ok(report)
    }

    /// Nobody has seen a preview, so if somebody changes the list meanwhile, it is compared anew.
    async fn commit<T: Record>(
        &self,
        staged: &mut Staged<T>,
        mut preview: Preview,
    ) -> Result<Imported, Failure> {
        let name = match self.file.file_name() {
            Some(name) if self.file.as_os_str() != "-" => name.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        for _ in 1..ATTEMPTS {
            match staged.commit(&by(), &name).await {
                Err(store::Error::ImportOutdated) => {}
                done => return Ok(done?),
            }
            let now = staged.check().await?;
            if now.refused > preview.refused {
                return Err(store::Error::ImportOutdated.into());
            }
            preview = now;
        }
        Ok(staged.commit(&by(), &name).await?)
    }
}
