//! Files: how the lists are written and read. `docs/formats.md` describes them for users.
//!
//! Writing is streamed, one row at a time, by a [`Writer`]. Reading takes a whole text, and either
//! accepts every line or says what is wrong with each that it refuses. Whatever is written as
//! [`Format::Text`], [`Format::Csv`] or [`Format::Json`] reads back as the same rows.

mod csv;
mod exim;
mod file;
mod json;
mod known;
mod opensmtpd;
mod postfix;
mod reader;
mod record;
#[cfg(test)]
mod tests;
mod text;
mod writer;

pub use file::{Ending, FileFormat, FileFormatError, FileReader, FileRow, Listed};
pub use reader::{LineError, parse_managed_domains, parse_routes};
pub use writer::Writer;

use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::route::Route;
use crate::typed::{Typed, choice};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The version of the text and JSON formats, which their first line names.
const VERSION: u64 = 1;

/// How a list is written to a file.
///
/// Written `text`, `csv`, `json`, `postfix`, `postfix-tls`, `exim` and `opensmtpd`, in links as on the
/// command line.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One row a line, `domain,host,port` and what differs from the usual.
    #[default]
    Text,
    /// A table for spreadsheets: RFC 4180, with a header row.
    Csv,
    /// One JSON document, with one row a line.
    Json,
    /// A table for Postfix, transport(5). It can be written, not read: comments are left out, and a
    /// managed domain's own routing looks like the default.
    Postfix,
    /// The TLS policies of the smart hosts in the former, for `smtp_tls_policy_maps` of postconf(5);
    /// written only.
    #[serde(rename = "postfix-tls")]
    PostfixTls,
    /// A file for Exim's lookups; written only, as for Postfix.
    Exim,
    /// A table for OpenSMTPD, table(5), without routes for subdomains; written only, as for Postfix.
    #[serde(rename = "opensmtpd")]
    OpenSmtpd,
}

impl Format {
    /// Every format, in the order of a menu.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Csv,
        Self::Json,
        Self::Postfix,
        Self::PostfixTls,
        Self::Exim,
        Self::OpenSmtpd,
    ];

    /// The written form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Postfix => "postfix",
            Self::PostfixTls => "postfix-tls",
            Self::Exim => "exim",
            Self::OpenSmtpd => "opensmtpd",
        }
    }

    /// Whether its files say how many rows they have.
    #[must_use]
    pub const fn says_count(self) -> bool {
        !matches!(self, Self::Csv)
    }

    /// Whether it is a table for a mail server, which holds what decides and nothing else.
    const fn is_for_mail_servers(self) -> bool {
        match self {
            Self::Text | Self::Csv | Self::Json => false,
            Self::Postfix | Self::PostfixTls | Self::Exim | Self::OpenSmtpd => true,
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
            Self::PostfixTls => "Postfix TLS policies",
            Self::Exim => "Exim lookup file",
            Self::OpenSmtpd => "OpenSMTPD table",
        }
    }

    /// The value of an HTTP `Content-Type` header.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text | Self::Postfix | Self::PostfixTls | Self::Exim | Self::OpenSmtpd => {
                "text/plain; charset=utf-8"
            }
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The end of a file's name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Postfix => "transport",
            Self::PostfixTls => "tls",
            Self::Exim => "exim",
            Self::OpenSmtpd => "opensmtpd",
        }
    }
}

/// A route as a line of [`Format::Text`], without its end.
#[must_use]
pub fn route_line(route: &Route) -> String {
    let mut line = String::new();
    text::route(route, &mut line);
    line.truncate(line.trim_end_matches('\n').len());
    line
}

/// A managed domain as a line of [`Format::Text`], without its end.
#[must_use]
pub fn managed_domain_line(managed: &ManagedDomain) -> String {
    let mut line = String::new();
    text::managed_domain(managed, &mut line);
    line.truncate(line.trim_end_matches('\n').len());
    line
}

/// Appends a comma, the host, a comma and the port; the commas alone where there is no next hop.
fn hop_cells(hop: Option<&NextHop>, out: &mut String) {
    out.push(',');
    if let Some(hop) = hop {
        hop.host.push_to(out);
    }
    out.push(',');
    if let Some(hop) = hop {
        hop.port.push_to(out);
    }
}

/// A next hop as Exim and OpenSMTPD write it: brackets hold IPv6 addresses only, for they say that
/// what is in them is an address.
fn host_and_port(next_hop: &NextHop) -> String {
    let NextHop { host, port } = next_hop;
    let host = host.to_string();
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no format. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{typed} is no format. Choose one of text, csv, json, postfix, postfix-tls, exim, opensmtpd."
)]
pub struct FormatError {
    typed: Typed,
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(typed: &str) -> Result<Self, FormatError> {
        choice(Self::ALL, Self::as_str, typed).map_err(|typed| FormatError { typed })
    }
}

/// Which list a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// The smart host routes.
    Routes,
    /// The managed domains.
    ManagedDomains,
}

impl List {
    /// The name of the list's files without their extension, and of its format within them.
    #[must_use]
    pub const fn file_stem(self) -> &'static str {
        match self {
            Self::Routes => "smart-hosts",
            Self::ManagedDomains => "managed-domains",
        }
    }

    /// The formats in which the list says something, in the order of a menu.
    #[must_use]
    pub fn formats(self) -> Vec<Format> {
        // Managed domains are delivered to as main.cf says.
        let says = |format: &Format| self == Self::Routes || *format != Format::PostfixTls;
        Format::ALL.into_iter().filter(says).collect()
    }

    /// The name of the list's file in a format, such as `smart-hosts.txt`.
    #[must_use]
    pub fn file_name(self, format: Format) -> String {
        format!("{}.{}", self.file_stem(), format.extension())
    }

    /// The list that a file says it holds.
    fn from_file_stem(stem: &str) -> Option<Self> {
        [Self::Routes, Self::ManagedDomains]
            .into_iter()
            .find(|list| list.file_stem() == stem)
    }

    /// A number of rows in words: "1 route", "2 routes".
    fn counted(self, count: u64) -> String {
        let (one, many) = match self {
            Self::Routes => ("route", "routes"),
            Self::ManagedDomains => ("managed domain", "managed domains"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }
}
