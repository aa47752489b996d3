//! Which entries a command is about.

use clap::Args;
use store::{HistoryFilter, ObjectKind, Store, Timestamp};

use crate::searched;

/// Which entries; all conditions that are given hold.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// Made by this person; "the command line" for what was done there
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// Of objects of this kind, such as route; a wrong one is answered with the list of kinds
    #[arg(long, value_parser = kind)]
    kind: Option<ObjectKind>,
    /// Of the object of this name: example.com, .example.com, mail.example.net, [mail.example.net]:25;
    /// with * at the end, of all whose names begin so
    #[arg(long, value_name = "NAME")]
    object: Option<String>,
    /// Made at this moment or later: 2026-01-31, 2026-01-31T23:59 (UTC)
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Made before this moment
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

fn kind(text: &str) -> Result<ObjectKind, String> {
    ObjectKind::named(text).ok_or_else(|| {
        let known = ObjectKind::ALL.map(ObjectKind::as_str).join(", ");
        format!("there is none; the kinds are {known}")
    })
}

impl FilterArgs {
    pub(super) async fn filter(&self, store: &Store) -> Result<HistoryFilter, store::Error> {
        let filter = HistoryFilter {
            person: self.person.as_deref().and_then(searched::person),
            kind: self.kind,
            name: None,
            from: self.from,
            until: self.until,
        };
        let object = self.object.as_deref().unwrap_or_default();
        searched::with_object(store, filter, object).await
    }
}
