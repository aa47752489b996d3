//! Reading rows that are shown once more.

use routing::{ManagedDomain, Route};
use store::RowId;

use super::list::{Listed, page};
use super::{Backend, facts};
use crate::error::AppError;
use crate::list_state::{ListState, SIZES};
use crate::listing::Listing;
use crate::wire::Page;

/// So many rows say at most who has just changed them.
const NAMED: usize = 25;

/// Reads these rows as they are now, as far as they are still there, on a page that leads nowhere; with
/// the numbers of a page with this search.
pub(crate) async fn read_rows(
    backend: &Backend,
    listing: Listing,
    ids: &[i64],
    search: String,
) -> Result<Page, AppError> {
    if ids.len() > SIZES.into_iter().max().unwrap_or_default().into() {
        return Err(AppError::BadRequest(
            "No page shows so many rows. Reload the page and try again.".to_owned(),
        ));
    }
    match listing {
        Listing::SmartHosts => read::<Route>(backend, listing, ids, search).await,
        Listing::ManagedDomains => read::<ManagedDomain>(backend, listing, ids, search).await,
    }
}

async fn read<T: Listed>(
    backend: &Backend,
    listing: Listing,
    ids: &[i64],
    search: String,
) -> Result<Page, AppError> {
    let state = ListState {
        search,
        size: 1,
        ..ListState::default()
    };
    // Before the rows: they may be newer than the page says, and are then read once more, but not older.
    let numbers = page::<T>(backend, listing, &state).await?;
    let ids: Vec<_> = ids.iter().copied().map(RowId).collect();
    let stored = backend.store.get_many::<T>(&ids).await?;
    let mut rows: Vec<_> = stored.iter().map(T::row).collect();
    facts::add(backend, &stored, &mut rows).await?;
    // More at a time were changed by an import, or were not heard of for a while.
    if rows.len() <= NAMED {
        for row in &mut rows {
            let by = facts::changed_by_another::<T>(backend, RowId(row.key.id)).await?;
            row.facts.splice(..0, by);
        }
    }
    Ok(Page {
        rows,
        previous: None,
        next: None,
        ..numbers
    })
}
