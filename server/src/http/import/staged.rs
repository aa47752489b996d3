//! An import into either list.

use std::sync::atomic::AtomicU64;

use app::listing::Listing;
use app::plain::import::{Rows, Shown, Tab};
use routing::{Ending, FileFormat, Listed, ManagedDomain, Route};
use store::{
    By, Canceller, Error, Import, ImportMode, ImportVerdict, Imported, Preview, PreviewPage,
    PreviewPlace, PreviewQuery, Progress, Record, RefusedPage, RefusedQuery, Store,
};
use tokio::sync::watch;

use super::spool::Spooled;
use crate::import::{ReadError, read};

/// Rows of a page of a preview.
const ROWS: usize = 50;

/// Does the same, whichever list it is.
macro_rules! either {
    ($staged:expr, $import:ident => $what:expr) => {
        match $staged {
            Staged::Routes($import) => $what,
            Staged::ManagedDomains($import) => $what,
        }
    };
}

/// A file whose rows have been put aside.
pub(super) enum Staged {
    Routes(Import<Route>),
    ManagedDomains(Import<ManagedDomain>),
}

impl Staged {
    pub(super) async fn begin(
        store: &Store,
        listing: Listing,
        mode: ImportMode,
    ) -> Result<Self, Error> {
        Ok(match listing {
            Listing::SmartHosts => Self::Routes(store.import(mode).await?),
            Listing::ManagedDomains => Self::ManagedDomains(store.import(mode).await?),
        })
    }

    pub(super) fn canceller(&self) -> Canceller {
        either!(self, import => import.canceller())
    }

    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        either!(self, import => import.progress())
    }

    /// Reads the file, and says what is known of it then. To be called away from async threads.
    pub(super) fn read(
        &mut self,
        format: FileFormat,
        file: &Spooled,
        count: &AtomicU64,
    ) -> Result<Ending, ReadError> {
        let file = file.rewound()?;
        either!(self, import => read(format, file, count, import))
    }

    pub(super) async fn check(&mut self) -> Result<Preview, Error> {
        either!(self, import => import.check().await)
    }

    pub(super) async fn commit(&mut self, by: &By, name: &str) -> Result<Imported, Error> {
        either!(self, import => import.commit(by, name).await)
    }

    /// Lines that are left out.
    pub(super) async fn refused(&self, query: RefusedQuery) -> Result<RefusedPage, Error> {
        either!(self, import => import.refused(query).await)
    }

    /// Some of what it would do.
    pub(super) async fn shown(
        &self,
        tab: Tab,
        search: String,
        place: PreviewPlace<String>,
    ) -> Result<Shown, Error> {
        match tab {
            Tab::Rows(verdict) => {
                either!(self, import => rows(import, verdict, search, place).await)
            }
            Tab::Refused => self.lines(search, place).await,
        }
    }

    async fn lines(&self, search: String, place: PreviewPlace<String>) -> Result<Shown, Error> {
        // A place that is no number is the first one.
        let place = match place {
            PreviewPlace::First => PreviewPlace::First,
            PreviewPlace::After(key) => key
                .parse()
                .map_or_else(|_| PreviewPlace::First, PreviewPlace::After),
            PreviewPlace::Before(key) => key
                .parse()
                .map_or_else(|_| PreviewPlace::First, PreviewPlace::Before),
        };
        let query = RefusedQuery {
            search: search.clone(),
            place,
            most: ROWS,
        };
        let RefusedPage {
            lines,
            has_previous,
            has_next,
        } = self.refused(query).await?;
        let first = lines.first().filter(|_| has_previous);
        let last = lines.last().filter(|_| has_next);
        Ok(Shown {
            tab: Tab::Refused,
            search,
            previous: first.map(|line| line.number.to_string()),
            next: last.map(|line| line.number.to_string()),
            rows: Rows::Lines(lines),
        })
    }
}

async fn rows<T: Record + Listed>(
    import: &Import<T>,
    verdict: ImportVerdict,
    search: String,
    place: PreviewPlace<String>,
) -> Result<Shown, Error> {
    let query = PreviewQuery {
        verdict,
        search: search.clone(),
        place,
        most: ROWS,
    };
    let PreviewPage {
        rows,
        has_previous,
        has_next,
    } = import.page(query).await?;
    let first = rows.first().filter(|_| has_previous);
    let last = rows.last().filter(|_| has_next);
    Ok(Shown {
        tab: Tab::Rows(verdict),
        search,
        previous: first.map(|row| row.key.clone()),
        next: last.map(|row| row.key.clone()),
        rows: Rows::Rows(
            rows.iter()
                .map(|row| Ok((row.name()?, row.details()?)))
                .collect::<Result<_, Error>>()?,
        ),
    })
}
