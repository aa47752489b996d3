//! Follows the store, whichever process writes there.

use std::time::Duration;

use app::listing::Listing;
use routing::{ManagedDomain, Route};
use store::{Error, Event, Feed, ObjectKind, PageSize, Query, Record, RowId, Store, Version};
use tokio::sync::watch;
use tokio::time::sleep;

use super::words::{self, Change};
use super::{Live, Recent};

/// How often to look for changes of other processes. Those of this one are told at once.
const LOOK: Duration = Duration::from_millis(250);

/// How long to wait after each step, so that a burst of changes is told in few words.
const GATHER: Duration = Duration::from_millis(100);

/// How long to wait after a fault.
const BREATHER: Duration = Duration::from_secs(1);

/// So many rows of both lists are told one by one. A page has 500 at most.
const MOST: usize = 1_000;

/// Follows the store for as long as anybody listens.
pub(super) async fn follow(live: Live, recent: watch::Sender<Recent>) {
    let mut changed = live.store.changed();
    let mut complained = false;
    loop {
        tokio::select! {
            () = recent.closed() => {
                let mut following = live.following.lock().await;
                // Somebody may have come meanwhile.
                if recent.is_closed() {
                    *following = None;
                    return;
                }
            }
            // An error means that the store is closed, which reading it says as well.
            _ = changed.changed() => {}
            () = sleep(LOOK) => {}
        }
        match catch_up(&live.store, &recent).await {
            Ok(false) => complained = false,
            Ok(true) => {
                complained = false;
                sleep(GATHER).await;
            }
            Err(error) => {
                if !complained {
                    tracing::warn!(%error, "open pages cannot be told of changes");
                }
                complained = true;
                sleep(BREATHER).await;
            }
        }
    }
}

/// Takes one step, if anything has changed.
async fn catch_up(store: &Store, recent: &watch::Sender<Recent>) -> Result<bool, Error> {
    let known = recent.borrow().version();
    if store.latest().await? == known {
        return Ok(false);
    }
    let feed = store.feed(Some(known)).await?;
    let version = feed.version;
    let events = match read(feed, known).await? {
        Some(changes) => {
            let Changes { routes, managed } = changes;
            let list = Listing::SmartHosts;
            let routes = said::<Route>(store, list, version, Some(&routes)).await;
            let list = Listing::ManagedDomains;
            routes + &said::<ManagedDomain>(store, list, version, managed.as_deref()).await
        }
        None => words::somewhere(version),
    };
    recent.send_modify(|recent| recent.step(version, events));
    Ok(true)
}

/// What has become of the rows of both lists.
#[derive(Debug, Default)]
struct Changes {
    routes: Vec<Change>,
    /// Nothing can be said of single rows where the default has changed, for it shows in many.
    managed: Option<Vec<Change>>,
}

/// Reads what has changed since a state; nothing if that is too much.
async fn read(mut feed: Feed, known: Version) -> Result<Option<Changes>, Error> {
    if feed.whole {
        return Ok(None);
    }
    let mut routes = Vec::new();
    let mut managed = Vec::new();
    let mut default_changed = false;
    while let Some(events) = feed.next().await? {
        for event in events {
            match event {
                Event::Route(row) => routes.push(there(row.id, known)),
                Event::RouteGone(id) => routes.extend(gone(id, known)),
                Event::Managed(row) => managed.push(there(row.id, known)),
                Event::ManagedGone(id) => managed.extend(gone(id, known)),
                Event::DefaultRouting(_) => default_changed = true,
                Event::Invalid(row) => match row.kind {
                    ObjectKind::Route => routes.push(there(row.id, known)),
                    ObjectKind::ManagedDomain => managed.push(there(row.id, known)),
                    _ => {}
                },
                // No list shows removed routes.
                Event::Held(_) | Event::Released(_) => {}
            }
        }
        if routes.len() + managed.len() > MOST {
            return Ok(None);
        }
    }
    Ok(Some(Changes {
        routes,
        managed: (!default_changed).then_some(managed),
    }))
}

/// A row has the number of the change that added it.
fn there(id: RowId, known: Version) -> Change {
    if id.0 > known.0 {
        Change::Added(id)
    } else {
        Change::Edited(id)
    }
}

/// Nothing for a row that has come and gone between two looks.
fn gone(id: RowId, known: Version) -> Option<Change> {
    (id.0 <= known.0).then_some(Change::Gone(id))
}

/// What to say of a list; nothing if nothing has changed in it.
async fn said<T: Record>(
    store: &Store,
    list: Listing,
    version: Version,
    rows: Option<&[Change]>,
) -> String {
    let Some(rows) = rows else {
        return words::changed(list, version, None);
    };
    if rows.is_empty() {
        return String::new();
    }
    let one = Query {
        size: PageSize::new(1),
        ..Query::default()
    };
    // A row that cannot be read keeps nobody from hearing of the others.
    let total = store.page::<T>(one).await.ok().map(|page| page.total);
    words::changed(list, version, total.map(|total| (total, rows)))
}
