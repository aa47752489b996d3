//! How a stream says it.
//!
//! Each event is one line: `LIST VERSION TOTAL ROW…`, where a row that is new has a plus before its
//! number and one that is gone a minus. `LIST VERSION ?` says that more has changed than is worth
//! saying, and `* VERSION ?` the same of both lists. A dot is only a sign of life.

use std::fmt::Write as _;

use app::listing::Listing;
use store::{RowId, Version};

/// When a browser asks again after an interruption, in milliseconds.
pub(super) const RETRY: &str = "retry: 1000\n\n";

/// A sign of life. It is an event, not a comment, since a page does not hear of comments.
pub(super) const BEAT: &str = "data: .\n\n";

/// What has become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Added(RowId),
    Edited(RowId),
    Gone(RowId),
}

/// These rows of a list have changed, and it has this many now; without any, too many have.
pub(super) fn changed(list: Listing, version: Version, rows: Option<(u64, &[Change])>) -> String {
    let Version(version) = version;
    let mut event = format!("id: {version}\ndata: {} {version} ", list.name());
    match rows {
        None => event.push('?'),
        Some((total, rows)) => {
            // Writing to a string does not fail.
            let _ = write!(event, "{total}");
            for row in rows {
                let _ = match row {
                    Change::Added(RowId(id)) => write!(event, " +{id}"),
                    Change::Edited(RowId(id)) => write!(event, " {id}"),
                    Change::Gone(RowId(id)) => write!(event, " -{id}"),
                };
            }
        }
    }
    event + "\n\n"
}

/// The store is at this state; what has changed on the way there is not known.
pub(super) fn somewhere(version: Version) -> String {
    let Version(version) = version;
    format!("id: {version}\ndata: * {version} ?\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_of_data() {
        let rows = [
            Change::Added(RowId(9)),
            Change::Edited(RowId(2)),
            Change::Gone(RowId(3)),
        ];
        assert_eq!(
            changed(Listing::SmartHosts, Version(9), Some((41, &rows))),
            "id: 9\ndata: smart-hosts 9 41 +9 2 -3\n\n"
        );
        assert_eq!(
            changed(Listing::ManagedDomains, Version(9), None),
            "id: 9\ndata: managed-domains 9 ?\n\n"
        );
        assert_eq!(somewhere(Version(9)), "id: 9\ndata: * 9 ?\n\n");
    }
}
