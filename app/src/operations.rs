//! What the server does for a person: the one way from the screen into the store.
//!
//! Server functions ([`crate::api`]) and forms posted without JavaScript ([`crate::forms`]) both
//! come through here, so they obey the same rules and say the same things.

use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use routing::{Field, Input, ManagedDomain, Route};
use store::{By, Existing, Position, Query, Record, Store, Stored, Timestamp};

use crate::error::{AppError, Link, Problem};
use crate::list_state::{Done, ListState, Open, Place, RowRef};
use crate::listing::Listing;
use crate::wire::{
    DefaultOpening, DefaultRouting, Deleted, Form, Notice, Opening, Page, Refused, Row, Saved,
    Selection,
};

/// What operations work on; the server provides it to every request as context.
#[derive(Clone)]
pub struct Backend {
    /// Where everything is kept.
    pub store: Store,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Backend {
    /// The author of a change made through the console.
    fn by(&self) -> By {
        By {
            actor: "local".to_owned(),
            at: (self.now)(),
        }
    }
}

/// The backend of the request being served.
pub(crate) fn backend() -> Result<Backend, AppError> {
    use_context::<Backend>().ok_or(AppError::Internal)
}

/// Sets the status code that belongs to a refusal; leptos would answer 500 to each.
pub(crate) fn answer<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    result.inspect_err(set_status)
}

pub(crate) fn set_status(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = error.status().try_into()
    {
        response.set_status(status);
    }
}

/// A record of one of the two lists, as the screen sees it.
trait Listed: Record {
    /// Reads what was typed.
    fn typed(input: &Input) -> Result<Self, AppError>;
    /// Shapes a stored record for the screen.
    fn row(stored: &Stored<Self>) -> Row;
}

impl Listed for Route {
    fn typed(input: &Input) -> Result<Self, AppError> {
        Ok(input.route()?)
    }

    fn row(stored: &Stored<Self>) -> Row {
        let route = &stored.value;
        Row {
            key: row_ref(stored),
            domain: route.pattern.domain.to_string(),
            domain_unicode: route.pattern.domain.to_unicode(),
            scope: route.pattern.scope,
            host: route.next_hop.host.to_string(),
            host_unicode: route.next_hop.host.to_unicode(),
            port: Some(route.next_hop.port.get()),
            comment: route.comment.to_string(),
        }
    }
}

impl Listed for ManagedDomain {
    fn typed(input: &Input) -> Result<Self, AppError> {
        Ok(input.managed_domain()?)
    }

    fn row(stored: &Stored<Self>) -> Row {
        let managed = &stored.value;
        let hop = managed.routing.as_ref();
        Row {
            key: row_ref(stored),
            domain: managed.domain.to_string(),
            domain_unicode: managed.domain.to_unicode(),
            scope: routing::Scope::Domain,
            host: hop.map(|hop| hop.host.to_string()).unwrap_or_default(),
            host_unicode: hop.and_then(|hop| hop.host.to_unicode()),
            port: hop.map(|hop| hop.port.get()),
            comment: managed.comment.to_string(),
        }
    }
}

fn row_ref<T>(stored: &Stored<T>) -> RowRef {
    RowRef {
        id: stored.id.0,
        version: stored.version.0,
    }
}

/// Reads all that a list's page is first drawn from.
pub(crate) async fn open_list(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Opening, AppError> {
    match listing {
        Listing::SmartHosts => open::<Route>(backend, listing, state).await,
        Listing::ManagedDomains => open::<ManagedDomain>(backend, listing, state).await,
    }
}

async fn open<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Opening, AppError> {
    let mut page = self::page::<T>(backend, listing, state).await?;
    let refused = use_context::<Refused>();
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
    let ids: Vec<_> = match &state.open {
        Open::Edit(id) => vec![store::RowId(*id)],
        Open::Delete(rows) => rows.iter().map(|row| store::RowId(row.id)).collect(),
        _ => Vec::new(),
    };
    let about = if ids.is_empty() {
        Vec::new()
    } else {
        let stored = backend.store.get_many::<T>(&ids).await?;
        stored.iter().map(T::row).collect()
    };
    Ok(Opening {
        notice: notice_of::<T>(backend, listing, state).await?,
        page,
        about,
        refused,
    })
}

/// What to say on the page that follows a form without JavaScript.
async fn notice_of<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Option<Notice>, AppError> {
    let (done, id) = match (state.done, &state.place) {
        (Some(Done::Deleted(count)), _) => return Ok(Some(deleted_notice(listing, count))),
        (Some(done), Place::At(id)) => (done, store::RowId(*id)),
        _ => return Ok(None),
    };
    let saved = backend.store.get_with_notes::<T>(id).await?;
    Ok(saved.map(|saved| saved_notice(done, &T::row(&saved.row), &saved.notes)))
}

fn saved_notice(done: Done, row: &Row, notes: &[store::Note]) -> Notice {
    let verb = if done == Done::Added {
        "Added"
    } else {
        "Saved"
    };
    Notice {
        done: format!("{verb} {}: mail goes to {}.", row.name(), row.destination()),
        notes: notes.iter().map(ToString::to_string).collect(),
    }
}

fn deleted_notice(listing: Listing, count: u64) -> Notice {
    Notice {
        done: format!("Deleted {}.", listing.count(count)),
        notes: Vec::new(),
    }
}

/// Reads one page of a list.
pub(crate) async fn read_page(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Page, AppError> {
    match listing {
        Listing::SmartHosts => page::<Route>(backend, listing, state).await,
        Listing::ManagedDomains => page::<ManagedDomain>(backend, listing, state).await,
    }
}

async fn page<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Page, AppError> {
    let sort: store::Sort = state.sort.to_string().parse().unwrap_or_default();
    // A cursor that cannot be read (a cut-off URL) shows the first page.
    let position = match &state.place {
        Place::First => Position::First,
        Place::Last => Position::Last,
        Place::After(cursor) => cursor.parse().map_or(Position::First, Position::After),
        Place::Before(cursor) => cursor.parse().map_or(Position::First, Position::Before),
        Place::At(id) => Position::At(store::RowId(*id)),
    };
    let query = Query {
        search: state.search.clone(),
        sort,
        size: store::PageSize::new(state.size.into()),
        position,
    };
    let page = backend.store.page::<T>(query).await?;
    let default_missing = listing == Listing::ManagedDomains && {
        let default = backend.store.default_routing().await?;
        default.next_hop.is_none() && default.using > 0
    };
    Ok(Page {
        previous: page
            .has_previous
            .then(|| page.first_cursor(sort).map(|cursor| cursor.to_string()))
            .flatten(),
        next: page
            .has_next
            .then(|| page.last_cursor(sort).map(|cursor| cursor.to_string()))
            .flatten(),
        rows: page.rows.iter().map(T::row).collect(),
        matching: page.matching,
        total: page.total,
        latest: page.latest.0,
        search_dropped: page.search_dropped,
        default_missing,
    })
}

/// Adds a row.
pub(crate) async fn add_row(
    backend: &Backend,
    listing: Listing,
    input: &Input,
    state: &ListState,
) -> Result<Saved, AppError> {
    match listing {
        Listing::SmartHosts => add::<Route>(backend, listing, input, state).await,
        Listing::ManagedDomains => add::<ManagedDomain>(backend, listing, input, state).await,
    }
}

async fn add<T: Listed>(
    backend: &Backend,
    listing: Listing,
    input: &Input,
    state: &ListState,
) -> Result<Saved, AppError> {
    let saved = backend.store.add(&backend.by(), T::typed(input)?).await?;
    shown::<T>(backend, listing, state, Done::Added, saved).await
}

/// Changes a row.
pub(crate) async fn edit_row(
    backend: &Backend,
    listing: Listing,
    key: RowRef,
    input: &Input,
    state: &ListState,
) -> Result<Saved, AppError> {
    match listing {
        Listing::SmartHosts => edit::<Route>(backend, listing, key, input, state).await,
        Listing::ManagedDomains => edit::<ManagedDomain>(backend, listing, key, input, state).await,
    }
}

async fn edit<T: Listed>(
    backend: &Backend,
    listing: Listing,
    key: RowRef,
    input: &Input,
    state: &ListState,
) -> Result<Saved, AppError> {
    let (id, version) = (store::RowId(key.id), store::Version(key.version));
    let saved = backend
        .store
        .edit(&backend.by(), id, version, T::typed(input)?)
        .await?;
    shown::<T>(backend, listing, state, Done::Saved, saved).await
}

/// The answer to an addition or an edit, with a page on which the row stands.
async fn shown<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
    done: Done,
    saved: store::Saved<T>,
) -> Result<Saved, AppError> {
    let row = T::row(&saved.row);
    let here = page::<T>(backend, listing, state).await?;
    let moved = here.row(row.key.id).is_none();
    let page = if moved {
        page::<T>(backend, listing, &state.at(Place::At(row.key.id))).await?
    } else {
        here
    };
    Ok(Saved {
        notice: saved_notice(done, &row, &saved.notes),
        row,
        page,
        moved,
    })
}

/// Deletes rows, all or none.
pub(crate) async fn delete_rows(
    backend: &Backend,
    listing: Listing,
    selection: Selection,
    state: &ListState,
) -> Result<Deleted, AppError> {
    match listing {
        Listing::SmartHosts => delete::<Route>(backend, listing, selection, state).await,
        Listing::ManagedDomains => {
            delete::<ManagedDomain>(backend, listing, selection, state).await
        }
    }
}

async fn delete<T: Listed>(
    backend: &Backend,
    listing: Listing,
    selection: Selection,
    state: &ListState,
) -> Result<Deleted, AppError> {
    let selection = match selection {
        Selection::Rows(rows) => store::Selection::Rows(
            rows.into_iter()
                .map(|row| (store::RowId(row.id), store::Version(row.version)))
                .collect(),
        ),
        Selection::Matching {
            search,
            as_of,
            expected,
        } => store::Selection::Matching {
            search,
            as_of: store::Version(as_of),
            expected,
        },
    };
    let deleted = backend.store.delete::<T>(&backend.by(), selection).await?;
    let page = page::<T>(backend, listing, state).await?;
    // The page that was shown may have gone with its rows: show the last one then.
    let page = if page.rows.is_empty() && page.matching > 0 {
        self::page::<T>(backend, listing, &state.at(Place::Last)).await?
    } else {
        page
    };
    Ok(Deleted {
        page,
        notice: deleted_notice(listing, deleted.len() as u64),
    })
}

/// Reads all that the page of default domain routing is first drawn from.
pub(crate) async fn open_default_routing(
    backend: &Backend,
    saved: bool,
) -> Result<DefaultOpening, AppError> {
    let current = default_view(&backend.store.default_routing().await?);
    Ok(DefaultOpening {
        notice: saved.then(|| default_notice(&current)),
        current,
        refused: use_context::<Refused>(),
    })
}

/// Sets or clears default domain routing.
pub(crate) async fn save_default_routing(
    backend: &Backend,
    input: &Input,
    version: i64,
) -> Result<(DefaultRouting, Notice), AppError> {
    let next_hop = input.next_hop()?;
    let stored = backend
        .store
        .set_default_routing(&backend.by(), store::Version(version), next_hop)
        .await?;
    let view = default_view(&stored);
    let notice = default_notice(&view);
    Ok((view, notice))
}

fn default_view(stored: &store::DefaultRouting) -> DefaultRouting {
    let hop = stored.next_hop.as_ref();
    DefaultRouting {
        host: hop
            .map(|hop| {
                hop.host
                    .to_unicode()
                    .unwrap_or_else(|| hop.host.to_string())
            })
            .unwrap_or_default(),
        port: hop.map(|hop| hop.port.to_string()).unwrap_or_default(),
        version: stored.version.0,
        using: stored.using,
        managed: stored.managed,
    }
}

fn default_notice(view: &DefaultRouting) -> Notice {
    let done = if view.host.is_empty() {
        "Saved: there is no default domain routing.".to_owned()
    } else {
        format!("Saved: the default is {}, port {}.", view.host, view.port)
    };
    Notice {
        done,
        notes: Vec::new(),
    }
}

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        let message = error.to_string();
        let in_the_way = |existing: &Existing| {
            Self::Conflict(vec![Problem {
                field: Field::Domain,
                message: message.clone(),
                link: Some(link_to(existing)),
            }])
        };
        match error {
            store::Error::Exists(existing) => in_the_way(&existing),
            store::Error::ManagedDomain(managed) => in_the_way(&Existing::ManagedDomain(managed)),
            store::Error::Routed(route) => in_the_way(&Existing::Route(route)),
            store::Error::Changed { now, .. } => Self::Changed {
                message,
                now: Box::new(existing_row(&now)),
            },
            store::Error::DefaultRoutingChanged { .. } | store::Error::SelectionChanged { .. } => {
                Self::Outdated(message)
            }
            store::Error::Gone { .. } => Self::NotFound(message),
            store::Error::Busy
            | store::Error::Full
            | store::Error::Closed
            | store::Error::Interrupted => {
                tracing::warn!(error = message, "the store cannot be used");
                Self::Unavailable(message)
            }
            fault => {
                tracing::error!(error = %fault, "the store failed");
                Self::Internal
            }
        }
    }
}

fn existing_row(existing: &Existing) -> Row {
    match existing {
        Existing::Route(stored) => Route::row(stored),
        Existing::ManagedDomain(stored) => ManagedDomain::row(stored),
    }
}

fn link_to(existing: &Existing) -> Link {
    let listing = match existing {
        Existing::Route(_) => Listing::SmartHosts,
        Existing::ManagedDomain(_) => Listing::ManagedDomains,
    };
    let row = existing_row(existing);
    Link {
        href: format!(
            "{}#row-{}",
            ListState::default()
                .at(Place::At(row.key.id))
                .href(listing.path()),
            row.key.id
        ),
        text: format!("Show {}", row.name()),
    }
}

/// The refusal that a page rendered for a posted form shows.
pub(crate) fn refused(form: Form, input: Input, error: AppError) -> Refused {
    Refused { form, input, error }
}
