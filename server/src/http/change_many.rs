//! Changing many rows of a list in the same way, and switching one on or off.

use app::error::AppError;
use app::forms::selection;
use app::list_state::{Done, ListState, Place, RowRef};
use app::listing::Listing;
use app::operations::{change_rows, chosen, chosen_anew, read_changes};
use app::plain::change_many::{ChangeMany, Chosen, Typed, change_many_page};
use app::wire::Selection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use store::Changes;

use super::Shared;
use super::extract::{Form, Query};

/// Names and values in the order in which they came; a name may come several times.
type Pairs = Vec<(String, String)>;

/// The question: which rows, and what is to become of them.
pub(super) async fn ask(
    listing: Listing,
    shared: Shared,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    let state = state_of(&query);
    let told = number(&query, "expected").zip(number(&query, "as_of"));
    let found = chosen(&shared.backend, listing, &state, told).await;
    let page = ChangeMany::new(listing, state.plain());
    answer(&shared, &headers, StatusCode::OK, page, found)
}

/// Does what the form says.
pub(super) async fn change(
    listing: Listing,
    shared: Shared,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
    Form(body): Form<Pairs>,
) -> Response {
    let state = state_of(&query).plain();
    for (name, enabled) in [("enable", true), ("disable", false)] {
        if let Some(row) = text(&body, name).and_then(|row| row.parse().ok()) {
            return switch(listing, &shared, &headers, &state, (row, enabled)).await;
        }
    }
    let mut page = ChangeMany::new(listing, state.clone());
    page.typed = Typed {
        enabled: owned(&body, "enabled"),
        host: owned(&body, "relay_host"),
        port: owned(&body, "relay_port"),
        comment: owned(&body, "comment"),
        no_comment: text(&body, "no_comment").is_some(),
    };
    let Ok(selection) = selection(&body, &state) else {
        return answer(
            &shared,
            &headers,
            StatusCode::UNPROCESSABLE_ENTITY,
            page,
            Ok(None),
        );
    };
    let backend = &shared.backend;
    let status = match read_changes(&page.typed) {
        Ok(changes) => match change_rows(backend, listing, selection.clone(), changes).await {
            Ok(done) => {
                let done = ListState {
                    done: Some(Done::Changed(done.rows)),
                    undo: done.act,
                    ..state.away_from_row()
                };
                return Redirect::to(&done.href(listing.path())).into_response();
            }
            Err(error) => refused(&mut page, &error),
        },
        Err(wrong) => {
            page.wrong = wrong;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    // Whoever presses OK again means what is there now.
    let anew = chosen_anew(backend, listing, &state, &selection).await;
    answer(&shared, &headers, status, page, anew)
}

/// Enables or disables one row.
async fn switch(
    listing: Listing,
    shared: &Shared,
    headers: &HeaderMap,
    state: &ListState,
    (row, enabled): (RowRef, bool),
) -> Response {
    let changes = Changes {
        enabled: Some(enabled),
        ..Changes::default()
    };
    let selection = Selection::Rows(vec![row]);
    match change_rows(&shared.backend, listing, selection.clone(), changes).await {
        Ok(done) => {
            let done = ListState {
                done: Some(Done::Saved),
                undo: done.act,
                ..state.at(Place::At(row.id))
            };
            let href = format!("{}#row-{}", done.href(listing.path()), row.id);
            Redirect::to(&href).into_response()
        }
        Err(error) => {
            let mut page = ChangeMany::new(listing, state.clone());
            let status = refused(&mut page, &error);
            let anew = chosen_anew(&shared.backend, listing, state, &selection).await;
            answer(shared, headers, status, page, anew)
        }
    }
}

/// Says on the page why it was not done, and returns the status.
fn refused(page: &mut ChangeMany, error: &AppError) -> StatusCode {
    page.alert = Some(error.message());
    StatusCode::from_u16(error.status()).unwrap_or_default()
}

/// The page with the rows that were found, or with why they could not be.
fn answer(
    shared: &Shared,
    headers: &HeaderMap,
    mut status: StatusCode,
    mut page: ChangeMany,
    found: Result<Option<Chosen>, AppError>,
) -> Response {
    match found {
        Ok(chosen) => page.chosen = chosen,
        Err(error) => status = refused(&mut page, &error),
    }
    (status, Html(change_many_page(&shared.frame(headers), page))).into_response()
}

fn state_of(query: &Pairs) -> ListState {
    ListState::from_pairs(query.iter().map(|(name, value)| (name, value)))
}

fn text<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

fn owned(pairs: &Pairs, name: &str) -> String {
    text(pairs, name).unwrap_or_default().to_owned()
}

fn number<N: std::str::FromStr>(pairs: &Pairs, name: &str) -> Option<N> {
    text(pairs, name)?.parse().ok()
}
