//! Where routes are kept: one async API, with a log of every change.
//!
//! A [`Store`] is one database file. Every operation is one transaction: it happens as a whole or
//! not at all, and every rule between rows is checked inside it, so it holds whoever else writes at
//! the same moment, in this process or in another. What changes is recorded in the same
//! transaction, one [`Change`] for each row, with who and when from [`By`].
//!
//! The two lists, of [`routing::Route`] and of [`routing::ManagedDomain`], have the same powers:
//! operations take the [`Record`] they work on as a type.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("smart-hosts.db");
//! use routing::{Input, Route};
//! use store::{By, Query, Store, Timestamp};
//!
//! let store = Store::open(&path).await?;
//! let typed = Input {
//!     domain: "example.com".into(),
//!     relay_host: "mail.example.net".into(),
//!     relay_port: "25".into(),
//!     ..Input::default()
//! };
//! let by = By::new("local", Timestamp(1_772_323_200_000));
//! let saved = store.add(&by, typed.route().unwrap()).await?;
//!
//! let page = store.page::<Route>(Query::default()).await?;
//! assert_eq!(page.rows, [saved.row]);
//! store.close().await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod asked;
mod author;
mod bulk;
mod by;
mod change;
mod cursor;
mod default_routing;
mod error;
mod export;
mod feed;
mod found;
mod held;
mod history;
mod id;
mod import;
mod key;
mod known;
mod managed_hosts;
mod many;
mod note;
mod open;
mod owner;
mod page;
mod people;
mod pool;
mod query;
mod record;
mod row;
mod rules;
mod search;
mod sessions;
mod settings;
mod show;
mod smart_host;
mod store;
mod tested;
mod tombstone;
mod write;

pub use crate::{
    asked::Asked,
    by::{By, Timestamp, TimestampError},
    change::{Action, Change, ObjectKind},
    cursor::{Cursor, CursorError},
    default_routing::DefaultRouting,
    error::Error,
    export::Export,
    feed::{About, Event, Feed, Invalid},
    held::{HeldPage, HeldQuery, Release, Released},
    history::{
        Act, Batch, BatchKind, Broken, Counts, Detail, Difference, DifferencePage, DifferenceQuery,
        Hash, HashError, Head, HistoryFilter, HistoryPage, HistoryPosition, HistoryQuery,
        LinesPage, LinesQuery, Moment, Named, NoUndo, ObjectKey, Restore, Restored, Undone,
        Verdict, Verified,
    },
    id::{RowId, Version},
    import::{
        Canceller, Import, ImportMode, ImportVerdict, Imported, Phase, Preview, PreviewPage,
        PreviewPlace, PreviewQuery, PreviewRow, Progress, RefusedLine, RefusedPage, RefusedQuery,
    },
    key::Rotated,
    known::Known,
    many::{Affected, Changes},
    note::Note,
    open::OpenError,
    page::Page,
    people::{Credentials, Digest, Factor, Keep, NewPerson, Person, SignIn, StoredSeed},
    query::{PageSize, Position, Query, Sort, SortBy, SortError},
    record::{Existing, Record, Saved, Selection, Stored},
    sessions::{Lapse, SessionKey, SignedIn, StoredSession},
    smart_host::{
        Login, PasswordState, SmartHostInput, SmartHostPage, SmartHostPosition, SmartHostQuery,
        StoredLogin, StoredSmartHost,
    },
    store::Store,
    tested::{TestNote, TestOutcome, Tested},
    tombstone::{QueuedMail, Tombstone},
};
