//! Forms posted without JavaScript: the same operations through the browser's own means.
//!
//! A page's forms post to the page's own path. What is done answers with a redirect to the page
//! that shows it; what is refused answers with the page itself, the form as it was typed and the
//! reasons beside its fields.

use routing::Input;

use crate::error::AppError;
use crate::list_state::{Done, ListState, Place, RowRef};
use crate::listing::Listing;
use crate::operations::{self, Backend};
use crate::pages::{DEFAULT_ROUTING_PATH, DEFAULT_ROUTING_PURPOSE, DEFAULT_ROUTING_TITLE};
use crate::wire::{Form, Refused, Selection};

/// A page whose forms can be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormPage {
    /// A list.
    List(Listing),
    /// Default domain routing.
    DefaultRouting,
}

impl FormPage {
    /// Every page that takes posts.
    pub const ALL: [FormPage; 3] = [
        FormPage::List(Listing::SmartHosts),
        FormPage::List(Listing::ManagedDomains),
        FormPage::DefaultRouting,
    ];

    /// The page at a path.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.path() == path)
    }

    /// The page's name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::List(listing) => listing.title(),
            Self::DefaultRouting => DEFAULT_ROUTING_TITLE,
        }
    }

    /// One sentence of what the page is for.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::List(listing) => listing.purpose(),
            Self::DefaultRouting => DEFAULT_ROUTING_PURPOSE,
        }
    }

    /// The page's path.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::List(listing) => listing.path(),
            Self::DefaultRouting => DEFAULT_ROUTING_PATH,
        }
    }
}

/// Carries out a posted form.
///
/// `query` holds the pairs of the URL, `body` those of the form. Returns the URL to go to.
///
/// # Errors
/// The refusal to show on the page, for which [`open`](crate::operations::open) takes it.
pub async fn submit(
    backend: &Backend,
    page: FormPage,
    query: &[(String, String)],
    body: &[(String, String)],
) -> Result<String, Refused> {
    let input = input(body);
    let state = ListState::from_pairs(query.iter().map(|(name, value)| (name, value))).plain();
    let (form, result) = match (page, value(body, "do")) {
        (FormPage::DefaultRouting, _) => (
            Form::Default,
            save_default(backend, &input, value(body, "version")).await,
        ),
        (FormPage::List(listing), "add") => (
            Form::Add,
            save(backend, listing, None, &input, &state).await,
        ),
        (FormPage::List(listing), "save") => {
            let key = row_refs(body, "row")
                .ok()
                .and_then(|rows| rows.first().copied());
            let key = key.unwrap_or(RowRef { id: 0, version: 0 });
            (
                Form::Edit(key),
                save(backend, listing, Some(key), &input, &state).await,
            )
        }
        (FormPage::List(listing), "delete") => {
            (Form::Delete, delete(backend, listing, body, &state).await)
        }
        (FormPage::List(_), _) => (Form::Add, Err(not_understood())),
    };
    result.map_err(|error| {
        let input = match &error {
            AppError::Changed { merged, .. } => (**merged).clone(),
            _ => input,
        };
        Refused { form, input, error }
    })
}

/// Adds a row, or changes the row that `key` names.
async fn save(
    backend: &Backend,
    listing: Listing,
    key: Option<RowRef>,
    input: &Input,
    state: &ListState,
) -> Result<String, AppError> {
    // What is to be said of it stands on the page that follows.
    let saved = operations::save_row(backend, listing, key, input).await?;
    let (id, notice) = (saved.row.key.id, saved.notice);
    let state = ListState {
        done: Some(if key.is_none() {
            Done::Added
        } else {
            Done::Saved
        }),
        undo: notice.undo,
        ..state.at(Place::At(id))
    };
    Ok(format!("{}#row-{id}", state.href(listing.path())))
}

async fn delete(
    backend: &Backend,
    listing: Listing,
    body: &[(String, String)],
    state: &ListState,
) -> Result<String, AppError> {
    let selection = selection(body, state)?;
    let rows_before = match &selection {
        Selection::Rows(rows) => rows.len() as u64,
        Selection::Matching { expected, .. } => *expected,
    };
    let notice = operations::delete_rows(backend, listing, selection).await?;
    let state = ListState {
        done: Some(Done::Deleted(rows_before)),
        undo: notice.undo,
        ..state.away_from_row()
    };
    Ok(state.href(listing.path()))
}

async fn save_default(backend: &Backend, input: &Input, version: &str) -> Result<String, AppError> {
    let (_, notice) = operations::set_default_routing(backend, input, number(version)?).await?;
    let undo = notice.undo.map(|change| format!("&undo={change}"));
    Ok(format!(
        "{DEFAULT_ROUTING_PATH}?done=saved{}",
        undo.unwrap_or_default()
    ))
}

/// The rows that a form is about.
///
/// # Errors
/// [`AppError::BadRequest`] if it names none, or not in a way that can be read: then it is unknown what is
/// meant.
pub fn selection(body: &[(String, String)], state: &ListState) -> Result<Selection, AppError> {
    Ok(match value(body, "matching") {
        "" => Selection::Rows(row_refs(body, "row")?),
        expected => Selection::Matching {
            search: state.search.clone(),
            as_of: number(value(body, "as_of"))?,
            expected: number(expected)?,
        },
    })
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value)
}

/// The rows that a form names: at least one, and every one readable, so that just these are meant.
fn row_refs(pairs: &[(String, String)], name: &str) -> Result<Vec<RowRef>, AppError> {
    let rows: Vec<RowRef> = pairs
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| number(value))
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        Err(not_understood())
    } else {
        Ok(rows)
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, AppError> {
    text.parse().map_err(|_| not_understood())
}

fn not_understood() -> AppError {
    AppError::BadRequest(
        "The form was not understood. Load the page again and repeat what you did.".to_owned(),
    )
}

fn input(pairs: &[(String, String)]) -> Input {
    let field = |name| value(pairs, name).to_owned();
    Input {
        domain: field("domain"),
        scope: field("scope"),
        relay_host: field("relay_host"),
        relay_port: field("relay_port"),
        comment: field("comment"),
        ..Input::default()
    }
}
