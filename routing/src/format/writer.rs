//! Writing a list, whatever the format.

use super::known::Known;
use super::{Format, List, csv, exim, json, opensmtpd, postfix, text};
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::pattern::Pattern;
use crate::route::Route;
use crate::smart_host::SmartHost;

/// Writes a list row by row, so that a file of any length needs the memory of one row:
/// [`header`](Self::header), then each row, then [`footer`](Self::footer).
#[derive(Clone, Debug)]
pub struct Writer {
    format: Format,
    list: List,
    count: u64,
    default_next_hop: Option<NextHop>,
    known: Known,
    started: bool,
}

impl Writer {
    /// A writer for `count` rows. Only a mail server's table of managed domains uses
    /// `default_next_hop`, which it gives to the domains without routing of their own.
    #[must_use]
    pub const fn new(
        format: Format,
        list: List,
        count: u64,
        default_next_hop: Option<NextHop>,
    ) -> Self {
        Self {
            format,
            list,
            count,
            default_next_hop,
            known: Known::nothing(),
            started: false,
        }
    }

    /// The same, knowing the settings of smart hosts, as far as any are set, and the names for which
    /// removed routes hold mail that no other rule has a place for. Only tables for Postfix use them.
    #[must_use]
    pub fn knowing(mut self, settings: Vec<SmartHost>, held: Vec<Pattern>) -> Self {
        self.known = Known::new(settings, held);
        self
    }

    /// What comes before the first row.
    #[must_use]
    pub fn header(&self) -> String {
        match self.format {
            Format::Text => text::header(self.list, self.count),
            Format::Csv => csv::header(self.list),
            Format::Json => json::header(self.list, self.count),
            Format::Postfix => postfix::header(self.list, self.count),
            Format::PostfixTls => postfix::tls_header(self.list, self.count),
            Format::Exim => exim::header(self.list, self.count),
            Format::OpenSmtpd => opensmtpd::header(self.list, self.count),
        }
    }

    /// Appends a route to `out`. In the tables of mail servers a disabled one is a comment.
    pub fn route(&mut self, route: &Route, out: &mut String) {
        if !route.enabled && self.format.is_for_mail_servers() {
            if self.format != Format::PostfixTls {
                out.extend(["# ", &route.pattern.to_string(), ": disabled\n"]);
            }
            return;
        }
        match self.format {
            Format::Text => text::route(route, out),
            Format::Csv => csv::route(route, out),
            Format::Json => {
                self.separate(out);
                json::route(route, out);
            }
            Format::Postfix => postfix::route(route, &self.known, out),
            Format::PostfixTls => postfix::tls_policies(route, &mut self.known, out),
            Format::Exim => exim::route(route, out),
            Format::OpenSmtpd => opensmtpd::route(route, out),
        }
    }

    /// Appends a managed domain to `out`.
    pub fn managed_domain(&mut self, managed: &ManagedDomain, out: &mut String) {
        match self.format {
            Format::Text => text::managed_domain(managed, out),
            Format::Csv => csv::managed_domain(managed, out),
            Format::Json => {
                self.separate(out);
                json::managed_domain(managed, out);
            }
            Format::Postfix => {
                postfix::managed_domain(managed, self.default_next_hop.as_ref(), out);
            }
            Format::PostfixTls => {}
            Format::Exim => exim::managed_domain(managed, self.default_next_hop.as_ref(), out),
            Format::OpenSmtpd => {
                opensmtpd::managed_domain(managed, self.default_next_hop.as_ref(), out);
            }
        }
    }

    /// What comes after the last row.
    #[must_use]
    pub fn footer(&self) -> String {
        match self.format {
            Format::Json => json::FOOTER.to_owned(),
            Format::Postfix => postfix::held(&self.known.held),
            Format::Text | Format::Csv | Format::PostfixTls | Format::Exim | Format::OpenSmtpd => {
                String::new()
            }
        }
    }

    /// JSON's commas stand between rows, and each row on a line of its own.
    fn separate(&mut self, out: &mut String) {
        out.push_str(if self.started { ",\n" } else { "\n" });
        self.started = true;
    }
}
