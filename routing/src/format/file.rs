//! Reading files of any size, piece by piece: ours, and those of other programs.
//!
//! `docs/formats.md` describes what is read from each and where that is specified.

mod cells;
mod elements;
mod ending;
mod foreign;
mod lines;
mod recognise;
#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use self::cells::{Csv, modoboa, spamtitan};
use self::elements::Elements;
pub use self::ending::Ending;
use self::foreign::{Postfix, domain_only};
use self::lines::Lines;
use super::record::{Record, Take};
use super::{LineError, List, text};
use crate::managed::ManagedDomain;
use crate::route::Route;
use crate::typed::{Typed, choice};

/// A row takes no more bytes than this: enough for any, little enough to be held.
const LONGEST: usize = 64 * 1024;

/// A format in which files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// As [`Format::Text`](super::Format::Text).
    Text,
    /// As [`Format::Csv`](super::Format::Csv).
    Csv,
    /// As [`Format::Json`](super::Format::Json).
    Json,
    /// A Postfix table, transport(5).
    Postfix,
    /// Proxmox Mail Gateway's `/etc/pmg/transport`: a Postfix table with comments.
    PmgTransport,
    /// Proxmox Mail Gateway's `/etc/pmg/domains`: domains, one a line.
    PmgDomains,
    /// What mailcow's API answers to `get/transport/all`.
    Mailcow,
    /// Relay domains in Modoboa's CSV.
    Modoboa,
    /// Domains in `SpamTitan`'s CSV.
    #[serde(rename = "spamtitan")]
    SpamTitan,
}

impl FileFormat {
    /// Every format, in the order of a menu.
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Csv,
        Self::Json,
        Self::Postfix,
        Self::PmgTransport,
        Self::PmgDomains,
        Self::Mailcow,
        Self::Modoboa,
        Self::SpamTitan,
    ];

    /// The written form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Postfix => "postfix",
            Self::PmgTransport => "pmg-transport",
            Self::PmgDomains => "pmg-domains",
            Self::Mailcow => "mailcow",
            Self::Modoboa => "modoboa",
            Self::SpamTitan => "spamtitan",
        }
    }

    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Postfix => "Postfix transport map",
            Self::PmgTransport => "Proxmox Mail Gateway transport",
            Self::PmgDomains => "Proxmox Mail Gateway domains",
            Self::Mailcow => "mailcow transport maps",
            Self::Modoboa => "Modoboa relay domains",
            Self::SpamTitan => "SpamTitan domains",
        }
    }

    /// The format in which a file seems to be, from its beginning; nothing if it seems to be in none.
    #[must_use]
    pub fn recognise(beginning: &[u8]) -> Option<Self> {
        recognise::recognise(&String::from_utf8_lossy(beginning))
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no format. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{typed} is no format that can be read. Choose one of text, csv, json, postfix, pmg-transport, \
     pmg-domains, mailcow, modoboa, spamtitan."
)]
pub struct FileFormatError {
    typed: Typed,
}

impl FromStr for FileFormat {
    type Err = FileFormatError;

    fn from_str(typed: &str) -> Result<Self, FileFormatError> {
        choice(Self::ALL, Self::as_str, typed).map_err(|typed| FileFormatError { typed })
    }
}

/// A row of a file, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow<'a, T> {
    /// The number of the line, counted from 1; of a row that spans several, the first.
    pub line: usize,
    /// The row as it stands in the file.
    pub text: &'a str,
    /// What it says, or everything that is wrong with it.
    pub row: Result<T, Vec<LineError>>,
}

/// What files are read as: [`Route`] or [`ManagedDomain`].
pub trait Listed: Sized + private::Sealed {
    /// The list.
    const LIST: List;
}

impl Listed for Route {
    const LIST: List = List::Routes;
}

impl Listed for ManagedDomain {
    const LIST: List = List::ManagedDomains;
}

mod private {
    use super::{LineError, ManagedDomain, Record, Route};

    pub trait Sealed: Sized {
        #[expect(private_interfaces, reason = "nobody else can name this trait")]
        fn understood(record: &Record<'_>) -> Result<Self, Vec<LineError>>;
    }

    impl Sealed for Route {
        #[expect(private_interfaces, reason = "as above")]
        fn understood(record: &Record<'_>) -> Result<Self, Vec<LineError>> {
            record.route()
        }
    }

    impl Sealed for ManagedDomain {
        #[expect(private_interfaces, reason = "as above")]
        fn understood(record: &Record<'_>) -> Result<Self, Vec<LineError>> {
            record.managed_domain()
        }
    }
}

/// Reads a file piece by piece, in little memory. Rows are not compared with one another.
///
/// ```
/// use routing::{FileFormat, FileReader, FileRow, Route};
///
/// let mut reader = FileReader::<Route>::new(FileFormat::Postfix);
/// let mut domains = Vec::new();
/// let mut take = |row: FileRow<'_, Route>| domains.push(row.row.unwrap().pattern.to_string());
/// for piece in ["example.com  sm", "tp:[mail.example.net]\n"] {
///     reader.push(piece.as_bytes(), &mut take);
/// }
/// // The next line could have gone on with the last one.
/// reader.finish(&mut take);
/// assert_eq!(domains, ["example.com"]);
/// ```
#[derive(Debug)]
pub struct FileReader<T> {
    state: State,
    rows: u64,
    list: PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum State {
    Text(Lines, Text),
    Csv(Lines, Csv),
    Postfix(Lines, Postfix),
    Domains(Lines),
    Modoboa(Lines),
    SpamTitan(Lines),
    Elements(Elements),
}

impl<T: Listed> FileReader<T> {
    /// A reader of a file in this format.
    #[must_use]
    pub fn new(format: FileFormat) -> Self {
        let lines = Lines::default();
        let state = match format {
            FileFormat::Text => State::Text(lines, Text::default()),
            FileFormat::Csv => State::Csv(lines, Csv::new(T::LIST)),
            FileFormat::Json => State::Elements(Elements::ours(T::LIST)),
            FileFormat::Postfix => State::Postfix(lines, Postfix::default()),
            FileFormat::PmgTransport => State::Postfix(lines, Postfix::with_comments()),
            FileFormat::PmgDomains => State::Domains(lines),
            FileFormat::Mailcow => State::Elements(Elements::mailcow()),
            FileFormat::Modoboa => State::Modoboa(lines),
            FileFormat::SpamTitan => State::SpamTitan(lines),
        };
        Self {
            state,
            rows: 0,
            list: PhantomData,
        }
    }

    /// Reads the next piece of the file, and gives the rows that have ended in it.
    pub fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(FileRow<'_, T>)) {
        let take = &mut understanding(take, &mut self.rows);
        self.state.push(T::LIST, bytes, take);
    }

    /// The file has ended: gives the rows that are left, and says what is known of it.
    pub fn finish(mut self, take: &mut dyn FnMut(FileRow<'_, T>)) -> Ending {
        let announced = self
            .state
            .finish(T::LIST, &mut understanding(take, &mut self.rows));
        Ending {
            list: T::LIST,
            rows: self.rows,
            announced,
        }
    }
}

fn understanding<T: Listed>(
    take: &mut dyn FnMut(FileRow<'_, T>),
    rows: &mut u64,
) -> impl FnMut(usize, &str, Result<Record<'_>, LineError>) {
    |line, text, record| {
        *rows += 1;
        let row = record
            .map_err(|error| vec![error])
            .and_then(|record| T::understood(&record));
        take(FileRow { line, text, row });
    }
}

impl State {
    fn push(&mut self, list: List, bytes: &[u8], take: &mut Take<'_>) {
        match self.parts() {
            Parts::Lines(lines, mut rest) => {
                lines.push(bytes, &mut |line, read, shown| {
                    rest.line(list, (line, read, shown), take);
                });
            }
            Parts::Elements(elements) => elements.push(bytes, take),
        }
    }

    /// Returns how many rows the file says it has.
    fn finish(&mut self, list: List, take: &mut Take<'_>) -> Option<u64> {
        match self.parts() {
            Parts::Lines(lines, mut rest) => {
                lines.finish(&mut |line, read, shown| {
                    rest.line(list, (line, read, shown), take);
                });
                rest.end(take)
            }
            Parts::Elements(elements) => {
                elements.finish(take);
                elements.announced()
            }
        }
    }

    fn parts(&mut self) -> Parts<'_> {
        let (lines, rest) = match self {
            Self::Text(lines, text) => (lines, Rest::Text(text)),
            Self::Csv(lines, csv) => (lines, Rest::Csv(csv)),
            Self::Postfix(lines, postfix) => (lines, Rest::Postfix(postfix)),
            Self::Domains(lines) => (lines, Rest::Domains),
            Self::Modoboa(lines) => (lines, Rest::Modoboa),
            Self::SpamTitan(lines) => (lines, Rest::SpamTitan),
            Self::Elements(elements) => return Parts::Elements(elements),
        };
        Parts::Lines(lines, rest)
    }
}

/// How a file is taken apart.
enum Parts<'a> {
    Lines(&'a mut Lines, Rest<'a>),
    Elements(&'a mut Elements),
}

/// Our text.
#[derive(Debug, Default)]
struct Text {
    /// No more can be understood.
    ended: bool,
    /// How many rows its first line says that it has.
    announced: Option<u64>,
}

/// What is made of lines.
enum Rest<'a> {
    Text(&'a mut Text),
    Csv(&'a mut Csv),
    Postfix(&'a mut Postfix),
    Domains,
    Modoboa,
    SpamTitan,
}

impl Rest<'_> {
    fn line(
        &mut self,
        list: List,
        (line, read, shown): (usize, Result<&str, &'static str>, &str),
        take: &mut Take<'_>,
    ) {
        let text = match read {
            Ok(text) => text,
            Err(message) => return take(line, shown, Err(LineError::whole(line, message))),
        };
        match self {
            Self::Text(state) => {
                if line == 1 {
                    state.announced = text::announced(text);
                }
                if !state.ended {
                    state.ended = !text::read_line(list, line, text, take);
                }
            }
            Self::Csv(csv) => csv.line(line, text, take),
            Self::Postfix(postfix) => postfix.line(line, text, take),
            Self::Domains => domain_only(line, text, take),
            Self::Modoboa => modoboa(line, text, take),
            Self::SpamTitan => spamtitan(line, text, take),
        }
    }

    /// Returns how many rows the file says it has.
    fn end(&mut self, take: &mut Take<'_>) -> Option<u64> {
        match self {
            Self::Text(state) => return state.announced,
            Self::Csv(csv) => csv.end(take),
            Self::Postfix(postfix) => postfix.end(take),
            _ => {}
        }
        None
    }
}
