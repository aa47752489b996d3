//! The two lists of the console and the words each uses.

use serde::{Deserialize, Serialize};

/// A list that the console shows, searches, edits and exports.
///
/// Smart hosts and managed domains have the same powers and nearly the same columns, so one screen
/// serves both; what differs between them is asked of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// Routes: mail for a domain goes to a smart host.
    SmartHosts,
    /// Domains whose mail this gateway accepts.
    ManagedDomains,
}

/// Postfix's service for mail that it relays, master(5), which delivers to the servers of managed
/// domains by what main.cf says.
pub const RELAY: &str = "relay";

impl Listing {
    /// Both lists, in the order of their tabs.
    pub const ALL: [Listing; 2] = [Listing::ManagedDomains, Listing::SmartHosts];

    /// The path of the list's page.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::SmartHosts => "/smtp/domains/smart-hosts",
            Self::ManagedDomains => "/smtp/domains/managed-domains",
        }
    }

    /// The name of the list where programs speak of it: the last part of its path.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SmartHosts => "smart-hosts",
            Self::ManagedDomains => "managed-domains",
        }
    }

    /// The path that answers with the list as a file.
    #[must_use]
    pub fn export_path(self) -> &'static str {
        match self {
            Self::SmartHosts => "/smtp/domains/smart-hosts/export",
            Self::ManagedDomains => "/smtp/domains/managed-domains/export",
        }
    }

    /// The path of the page that changes many rows at once.
    #[must_use]
    pub fn change_path(self) -> &'static str {
        match self {
            Self::SmartHosts => "/smtp/domains/smart-hosts/change",
            Self::ManagedDomains => "/smtp/domains/managed-domains/change",
        }
    }

    /// What to say where rows were to be ticked and none was.
    #[must_use]
    pub fn nothing_ticked(self) -> String {
        format!("Nothing is ticked. Tick the {} first.", self.plural())
    }

    /// The path of the page on which a file is imported into the list.
    #[must_use]
    pub fn import_path(self) -> &'static str {
        match self {
            Self::SmartHosts => "/smtp/domains/smart-hosts/import",
            Self::ManagedDomains => "/smtp/domains/managed-domains/import",
        }
    }

    /// The name of the page, its tab and its table.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SmartHosts => "Smart Hosts",
            Self::ManagedDomains => "Managed Domains",
        }
    }

    /// One sentence under the heading: what this list decides.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::SmartHosts => {
                "Mail for these domains leaves through the smart host beside them instead of going \
                 to the domain\u{2019}s own mail servers."
            }
            Self::ManagedDomains => {
                "This gateway accepts mail for these domains and hands it to their own server, or \
                 to the default where no host is given."
            }
        }
    }

    /// The service of Postfix that delivers mail for these domains, if it is not one for smart hosts,
    /// whose settings then do not count.
    #[must_use]
    pub fn delivered_by(self) -> Option<&'static str> {
        match self {
            Self::SmartHosts => None,
            Self::ManagedDomains => Some(RELAY),
        }
    }

    /// What one row is called: `route` or `managed domain`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::SmartHosts => "route",
            Self::ManagedDomains => "managed domain",
        }
    }

    /// What several rows are called.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::SmartHosts => "routes",
            Self::ManagedDomains => "managed domains",
        }
    }

    /// A number of rows in words: `1 route`, `1,234 routes`.
    #[must_use]
    pub fn count(self, number: u64) -> String {
        let noun = if number == 1 {
            self.noun()
        } else {
            self.plural()
        };
        format!("{} {noun}", grouped(number))
    }

    /// What to say of a row that was asked for and does not exist.
    #[must_use]
    pub fn row_gone(self) -> String {
        format!("That {} is no longer there.", self.noun())
    }

    /// All rows that match a search in words: `all 1,234 routes`, `the 1 route that matches`.
    ///
    /// Without a search every row matches.
    #[must_use]
    pub fn all_matching(self, number: u64, search: &str) -> String {
        let count = self.count(number);
        match (number, search.is_empty()) {
            (1, true) => format!("the only {}", self.noun()),
            (1, false) => format!("the {count} that matches \u{201c}{search}\u{201d}"),
            (_, true) => format!("all {count}"),
            (_, false) => format!("all {count} that match \u{201c}{search}\u{201d}"),
        }
    }

    /// Whether a row may leave host and port empty, to follow the default.
    #[must_use]
    pub fn host_is_optional(self) -> bool {
        self == Self::ManagedDomains
    }

    /// The list as the vocabulary of file formats knows it.
    #[must_use]
    pub fn file(self) -> routing::List {
        match self {
            Self::SmartHosts => routing::List::Routes,
            Self::ManagedDomains => routing::List::ManagedDomains,
        }
    }
}

/// A number with thousands separated by commas, as the interface writes numbers.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn all_that_match_are_named_with_their_search() {
        for (number, search, text) in [
            (120, "", "all 120 routes"),
            (1, "", "the only route"),
            (12, "net", "all 12 routes that match \u{201c}net\u{201d}"),
            (1, "net", "the 1 route that matches \u{201c}net\u{201d}"),
        ] {
            assert_eq!(Listing::SmartHosts.all_matching(number, search), text);
        }
    }

    #[test]
    fn counts_name_the_object() {
        assert_eq!(Listing::SmartHosts.count(1), "1 route");
        assert_eq!(Listing::SmartHosts.count(0), "0 routes");
        assert_eq!(
            Listing::ManagedDomains.count(1_234),
            "1,234 managed domains"
        );
    }
}
