//! Server functions: what the browser asks of the server.
//!
//! Arguments and answers are JSON. Each function has a fixed endpoint, so that a tab that was
//! opened before an upgrade goes on working. The work itself is in [`crate::operations`], which
//! forms posted without JavaScript call as well.

#![allow(
    missing_docs,
    reason = "the macro makes a public field of each argument, and gives it no documentation"
)]

use leptos::prelude::*;
use routing::Input;

use crate::codec::Json;
use crate::error::AppError;
use crate::list_state::{ListState, RowRef};
use crate::listing::Listing;
use crate::wire::{DefaultRouting, Deleted, Notice, Page, Saved, Selection, SignInAnswer};

#[cfg(feature = "ssr")]
use crate::operations::{self, answer, backend};

/// Reads one page of a list.
#[server(endpoint = "list/page", input = Json, output = Json)]
pub async fn read_page(listing: Listing, state: ListState) -> Result<Page, AppError> {
    answer(operations::read_page(&backend()?, listing, &state).await)
}

/// Reads these rows as they are now, as far as they are still there, and how many there are of all.
#[server(endpoint = "list/rows", input = Json, output = Json)]
pub async fn read_rows(listing: Listing, ids: Vec<i64>, search: String) -> Result<Page, AppError> {
    answer(operations::read_rows(&backend()?, listing, &ids, search).await)
}

/// Adds a row, or changes the row that is still in the version given; `state` is what the person
/// is looking at.
#[server(endpoint = "list/save", input = Json, output = Json)]
pub async fn save_row(
    listing: Listing,
    key: Option<RowRef>,
    input: Input,
    state: ListState,
) -> Result<Saved, AppError> {
    answer(operations::save_and_show(&backend()?, listing, key, &input, &state).await)
}

/// Deletes rows, all or none.
#[server(endpoint = "list/delete", input = Json, output = Json)]
pub async fn delete_rows(
    listing: Listing,
    selection: Selection,
    state: ListState,
) -> Result<Deleted, AppError> {
    answer(operations::delete_and_show(&backend()?, listing, selection, &state).await)
}

/// Reads default domain routing.
#[server(endpoint = "default-routing/read", input = Json, output = Json)]
pub async fn read_default_routing() -> Result<DefaultRouting, AppError> {
    answer(operations::read_default_routing(&backend()?).await)
}

/// Sets or clears default domain routing, if it is still in the version given.
#[server(endpoint = "default-routing/save", input = Json, output = Json)]
pub async fn save_default_routing(
    input: Input,
    version: i64,
) -> Result<(DefaultRouting, Notice), AppError> {
    answer(operations::save_default_routing(&backend()?, &input, version).await)
}

/// Signs in again on a page whose session has ended.
#[server(endpoint = "session/sign-in", input = Json, output = Json)]
pub async fn sign_in(
    name: String,
    password: String,
    code: String,
) -> Result<SignInAnswer, AppError> {
    let typed = operations::Typed {
        name,
        password,
        code,
    };
    answer(operations::sign_in(typed).await)
}

/// Takes a change back, with all that was made together with it.
#[server(endpoint = "history/undo", input = Json, output = Json)]
pub async fn undo(change: i64) -> Result<Notice, AppError> {
    answer(operations::undo(&backend()?, change).await)
}
