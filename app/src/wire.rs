//! What travels between server and browser, shaped for the screen.

use routing::{Input, Scope};
use serde::{Deserialize, Serialize};

use crate::error::{AppError, Link};
use crate::list_state::RowRef;
use crate::listing::Listing;

/// A row of either list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which row, in which version.
    pub key: RowRef,
    /// The domain as an A-label.
    pub domain: String,
    /// The domain in Unicode, where that differs.
    pub domain_unicode: Option<String>,
    /// What the row applies to.
    pub scope: Scope,
    /// Host name or address; empty where the default applies.
    pub host: String,
    /// The host name in Unicode, where that differs.
    pub host_unicode: Option<String>,
    /// The port; none where the default applies.
    pub port: Option<u16>,
    /// A remark for people.
    pub comment: String,
    /// Whether it decides anything.
    pub enabled: bool,
    /// The hosts after the first, each in words.
    pub further: Vec<String>,
    /// What has become of the row since it was saved.
    pub facts: Vec<Fact>,
}

/// Something that is known of a row, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The words, such as "Asked for 12 times, last 3 min ago".
    pub text: String,
    /// Somebody should see to it.
    pub warning: bool,
}

impl Row {
    /// The domain as it is typed: with a leading dot where only subdomains are meant.
    #[must_use]
    pub fn pattern(&self) -> String {
        let dot = if self.scope == Scope::Subdomains {
            "."
        } else {
            ""
        };
        format!("{dot}{}", self.domain)
    }

    /// The name by which messages call the row: as a person reads it.
    #[must_use]
    pub fn name(&self) -> String {
        let dot = if self.scope == Scope::Subdomains {
            "."
        } else {
            ""
        };
        let domain = self.domain_unicode.as_ref().unwrap_or(&self.domain);
        format!("{dot}{domain}")
    }

    /// What an edit of this row starts from.
    #[must_use]
    pub fn input(&self) -> Input {
        Input {
            // Without the dot that marks subdomains: the scope says it, and can be chosen anew.
            domain: self.domain_unicode.as_ref().unwrap_or(&self.domain).clone(),
            scope: self.scope.to_string(),
            relay_host: self.host_unicode.as_ref().unwrap_or(&self.host).clone(),
            relay_port: self.port.map(|port| port.to_string()).unwrap_or_default(),
            comment: self.comment.clone(),
            ..Input::default()
        }
    }

    /// The name in every form that people meet: in Unicode and, where that differs, as an A-label.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self.domain_unicode {
            Some(_) => format!("{} ({})", self.name(), self.pattern()),
            None => self.name(),
        }
    }

    /// Where mail goes, in words.
    #[must_use]
    pub fn destination(&self) -> String {
        match self.port {
            Some(port) => next_hop(&self.host, self.host_unicode.as_deref(), port),
            None => "default domain routing".to_owned(),
        }
    }
}

/// A next hop in words, a name in every form that people meet.
pub(crate) fn next_hop(host: &str, unicode: Option<&str>, port: u16) -> String {
    match unicode {
        Some(unicode) => format!("{unicode} ({host}), port {port}"),
        None => format!("{host}, port {port}"),
    }
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// How many rows match the search.
    pub matching: u64,
    /// How many rows there are.
    pub total: u64,
    /// The cursor before which the previous page ends.
    pub previous: Option<String>,
    /// The cursor after which the next page begins.
    pub next: Option<String>,
    /// The newest change when the page was read.
    pub latest: i64,
    /// The search was dropped because the row asked for does not match it.
    pub search_dropped: bool,
    /// Managed domains without routing of their own have nowhere to go: no default is set.
    pub default_missing: bool,
}

impl Page {
    /// The row with this id, if it stands on the page.
    #[must_use]
    pub fn row(&self, id: i64) -> Option<&Row> {
        self.rows.iter().find(|row| row.key.id == id)
    }
}

/// Everything a list's page is first drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The page of rows.
    pub page: Page,
    /// Rows that the open dialog or editor is about and that may not be on the page.
    pub about: Vec<Row>,
    /// A form that was just refused, when the page answers one.
    pub refused: Option<Refused>,
    /// What to say about what was just done.
    pub notice: Option<Notice>,
}

/// What a living page is first drawn from. It stands in the page's document, where the module finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    /// A list.
    List(Listing, Opening),
    /// Default domain routing.
    DefaultRouting(DefaultOpening),
}

/// A posted form that was refused: what was typed, and why it was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which form.
    pub form: Form,
    /// What was typed.
    pub input: Input,
    /// Why it was not taken.
    pub error: AppError,
}

/// Which form of a page a posted form came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The entry row.
    Add,
    /// The editor of one row.
    Edit(RowRef),
    /// A confirmation to delete.
    Delete,
    /// Default domain routing.
    Default,
}

/// What was done and what is worth knowing about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What was done, in one sentence.
    pub done: String,
    /// A page without a module that tells more of it.
    pub link: Option<Link>,
    /// Warnings that do not stand in the way: who wins where rules overlap, names that look odd.
    pub notes: Vec<String>,
    /// The change by which it was done, where it can be taken back.
    pub undo: Option<i64>,
}

/// The answer to an addition or an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The row as stored.
    pub row: Row,
    /// What to say.
    pub notice: Notice,
    /// Where it stands now; none if it was saved but the list could not be read.
    pub shown: Option<Shown>,
}

/// A page with a row that was just saved on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The page.
    pub page: Page,
    /// The row does not stand on the page that the person was looking at, so this is another one.
    pub moved: bool,
}

/// The answer to a deletion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The page as it is now; none if the rows were deleted but the list could not be read.
    pub page: Option<Page>,
    /// What to say.
    pub notice: Notice,
}

/// Which rows a deletion is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// These rows, in the versions that were shown.
    Rows(Vec<RowRef>),
    /// Every row that matches the search, as the list was at change `as_of`.
    Matching {
        /// The search.
        search: String,
        /// The newest change when the person looked.
        as_of: i64,
        /// How many rows the person was told of.
        expected: u64,
    },
}

/// Default domain routing as the page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRouting {
    /// Host name or address, as an A-label; empty if there is no default.
    pub host: String,
    /// The host name in Unicode, where that differs.
    pub host_unicode: Option<String>,
    /// The port; none if there is no default.
    pub port: Option<u16>,
    /// The version that was shown.
    pub version: i64,
    /// How many managed domains follow the default.
    pub using: u64,
    /// How many managed domains there are.
    pub managed: u64,
}

impl DefaultRouting {
    /// What an edit starts from.
    #[must_use]
    pub fn input(&self) -> Input {
        Input {
            relay_host: self.host_unicode.as_ref().unwrap_or(&self.host).clone(),
            relay_port: self.port.map(|port| port.to_string()).unwrap_or_default(),
            ..Input::default()
        }
    }

    /// Where mail goes, in words; none if there is no default.
    #[must_use]
    pub fn destination(&self) -> Option<String> {
        let unicode = self.host_unicode.as_deref();
        self.port.map(|port| next_hop(&self.host, unicode, port))
    }
}

/// Everything the page of default domain routing is first drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultOpening {
    /// What is stored.
    pub current: DefaultRouting,
    /// A form that was just refused, when the page answers one.
    pub refused: Option<Refused>,
    /// What to say about what was just done.
    pub notice: Option<Notice>,
}

/// What comes of signing in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInAnswer {
    /// The browser is signed in.
    Done,
    /// The password is right; a code of the second factor is needed, too.
    CodeNeeded,
}
