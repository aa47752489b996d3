//! Changing many rows of a list in the same way, and switching one on or off.

use app::error::AppError;
use app::list_state::{Done, ListState, Place, RowRef};
use app::listing::Listing;
use app::operations::{change_rows, chosen, chosen_anew, read_changes};
use app::plain::change_many::{ChangeMany, Chosen, Typed, after, change_many_page};
use app::plain::form::Wrong;
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
    let page = Page {
        listing,
        state: state.plain(),
        ..Page::default_of(listing)
    };
    page.answer(&shared, &headers, found)
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
    let typed = Typed {
        enabled: owned(&body, "enabled"),
        host: owned(&body, "relay_host"),
        port: owned(&body, "relay_port"),
        comment: owned(&body, "comment"),
        no_comment: text(&body, "no_comment").is_some(),
    };
    let Some(selection) = selection_of(&body, &state) else {
        let page = Page::default_of(listing).typed(typed).at(state);
        return page
            .refused(StatusCode::UNPROCESSABLE_ENTITY)
            .answer(&shared, &headers, Ok(None));
    };
    let page = Page::default_of(listing)
        .typed(typed.clone())
        .at(state.clone());
    let refused = match read_changes(&typed) {
        Ok(changes) => {
            match change_rows(&shared.backend, listing, selection.clone(), changes).await {
                Ok(done) => {
                    let done = ListState {
                        done: Some(Done::Changed(done.rows)),
                        undo: done.act,
                        ..after(&state)
                    };
                    return Redirect::to(&done.href(listing.path())).into_response();
                }
                Err(error) => page.because(&error),
            }
        }
        Err(wrong) => page.wrong(wrong),
    };
    // Whoever presses OK again means what is there now.
    let anew = chosen_anew(&shared.backend, listing, &state, &selection).await;
    refused.answer(&shared, &headers, anew)
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
            let page = Page::default_of(listing).at(state.clone()).because(&error);
            let anew = chosen_anew(&shared.backend, listing, state, &selection).await;
            page.answer(shared, headers, anew)
        }
    }
}

/// The page that is answered with.
struct Page {
    listing: Listing,
    state: ListState,
    typed: Typed,
    wrong: Vec<Wrong>,
    alert: Option<String>,
    status: StatusCode,
}

impl Page {
    fn default_of(listing: Listing) -> Self {
        Self {
            listing,
            state: ListState::default(),
            typed: Typed::default(),
            wrong: Vec::new(),
            alert: None,
            status: StatusCode::OK,
        }
    }

    fn typed(self, typed: Typed) -> Self {
        Self { typed, ..self }
    }

    fn at(self, state: ListState) -> Self {
        Self { state, ..self }
    }

    fn refused(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn wrong(self, wrong: Vec<Wrong>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self {
            wrong,
            status,
            ..self
        }
    }

    fn because(self, error: &AppError) -> Self {
        Self {
            alert: Some(error.message()),
            status: StatusCode::from_u16(error.status()).unwrap_or_default(),
            ..self
        }
    }

    fn answer(
        self,
        shared: &Shared,
        headers: &HeaderMap,
        found: Result<Option<Chosen>, AppError>,
    ) -> Response {
        let (page, chosen) = match found {
            Ok(chosen) => (self, chosen),
            Err(error) => (self.because(&error), None),
        };
        let status = page.status;
        let page = ChangeMany {
            listing: page.listing,
            state: page.state,
            chosen,
            typed: page.typed,
            wrong: page.wrong,
            alert: page.alert,
        };
        (status, Html(change_many_page(&shared.frame(headers), page))).into_response()
    }
}

fn state_of(query: &Pairs) -> ListState {
    ListState::from_pairs(query.iter().map(|(name, value)| (name, value)))
}

/// Nothing if the form names no rows, or not in a way that can be read: then it is unknown what is meant.
fn selection_of(body: &Pairs, state: &ListState) -> Option<Selection> {
    if text(body, "matching").is_some() {
        return Some(Selection::Matching {
            search: state.search.clone(),
            as_of: number(body, "as_of")?,
            expected: number(body, "matching")?,
        });
    }
    let rows = body.iter().filter(|(name, _)| name == "row");
    let rows: Vec<RowRef> = rows
        .map(|(_, row)| row.parse().ok())
        .collect::<Option<_>>()?;
    (!rows.is_empty()).then_some(Selection::Rows(rows))
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
