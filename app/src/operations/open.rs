//! Reading what a page that comes to life is first drawn from.

use routing::{ManagedDomain, Route};
use store::RowId;

use super::list::{Listed, notice_of, page, rows_by_id};
use super::{Backend, default_routing};
use crate::error::AppError;
use crate::forms::FormPage;
use crate::list_state::{ListState, Open, Place};
use crate::listing::Listing;
use crate::wire::{First, Form, Opening, Refused, Row};

/// What a page is first drawn from, and what its answer says besides.
#[derive(Debug)]
pub struct Opened {
    /// The page's data.
    pub first: First,
    /// The row that the address asks for is there, if it asks for one.
    pub is_there: bool,
    /// The address that says what the page shows, where the one that was asked for does not.
    pub moved: Option<String>,
}

/// Reads what a page is first drawn from, as its address says; a form that was just refused is to stand on
/// it as it was typed.
pub async fn open(
    backend: &Backend,
    page: FormPage,
    query: &str,
    refused: Option<Refused>,
) -> Result<Opened, AppError> {
    let state = ListState::from_query(query);
    match page {
        FormPage::List(Listing::SmartHosts) => {
            list::<Route>(backend, Listing::SmartHosts, &state, refused).await
        }
        FormPage::List(Listing::ManagedDomains) => {
            list::<ManagedDomain>(backend, Listing::ManagedDomains, &state, refused).await
        }
        FormPage::DefaultRouting => Ok(Opened {
            first: First::DefaultRouting(default_routing::open(backend, &state, refused).await?),
            is_there: true,
            moved: None,
        }),
    }
}

async fn list<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
    refused: Option<Refused>,
) -> Result<Opened, AppError> {
    let mut page = page::<T>(backend, listing, state).await?;
    let edited = match (refused.as_ref().map(|refused| refused.form), &state.open) {
        (Some(Form::Edit(key)), _) => Some(key.id),
        (None, Open::Edit(id)) => Some(*id),
        _ => None,
    };
    if let Some(id) = edited
        && page.row(id).is_none()
    {
        // An editor needs its row: go where it stands.
        let there = state.at(Place::At(id));
        page = self::page::<T>(backend, listing, &there).await?;
    }
    let is_there = refused.is_some() || state.row().is_none_or(|id| page.row(id).is_some());
    let moved = (is_there && refused.is_none() && page.search_dropped)
        .then(|| state.without_search().href(listing.path()));
    let opening = Opening {
        notice: notice_of::<T>(backend, listing, state).await?,
        about: about::<T>(backend, &state.open).await?,
        page,
        refused,
    };
    Ok(Opened {
        first: First::List(listing, opening),
        is_there,
        moved,
    })
}

/// The rows that an open dialog or editor is about.
async fn about<T: Listed>(backend: &Backend, open: &Open) -> Result<Vec<Row>, AppError> {
    let ids: Vec<_> = match open {
        Open::Edit(id) => vec![RowId(*id)],
        Open::Delete(rows) => rows.iter().map(|row| RowId(row.id)).collect(),
        Open::Nothing | Open::DeleteMatching | Open::Export => return Ok(Vec::new()),
    };
    rows_by_id::<T>(backend, &ids).await
}
