//! Reading and changing a list.

use std::time::Duration;

use routing::{Field, FieldError, Input, ManagedDomain, NextHop, NextHops, Route};
use serde::de::DeserializeOwned;
use store::{PageSize, Position, Query, Record, RowId, Stored, Version};

use super::merge::refused;
use super::publication::PATIENCE;
use super::{Backend, facts};
use crate::error::{AppError, Link};
use crate::list_state::{Done, ListState, Place, RowRef, Sort, SortBy};
use crate::listing::Listing;
use crate::plain::held::HELD_PATH;
use crate::wire::{Deleted, Notice, Page, Row, Saved, Selection, Shown, next_hop};

/// A record of one of the two lists, as the screen sees it.
pub(crate) trait Listed: Record + DeserializeOwned {
    /// Whether what is set for a smart host counts for mail by such a record.
    const HAS_SETTINGS: bool;

    /// Reads what was typed.
    fn typed(input: &Input) -> Result<Self, AppError>;
    /// Takes over from the record as it is what the form had no field for.
    fn keep_unasked(self, _input: &Input, _now: &Self) -> Result<Self, AppError> {
        Ok(self)
    }
    /// Shapes a stored record for the screen.
    fn row(stored: &Stored<Self>) -> Row;
    /// The host that is tried first; none where the default applies.
    fn first_hop(&self) -> Option<&NextHop>;
    /// All hosts, in the order in which they are tried.
    fn hops(&self) -> Vec<NextHop>;
}

impl Listed for Route {
    const HAS_SETTINGS: bool = true;

    fn first_hop(&self) -> Option<&NextHop> {
        Some(self.next_hops.first())
    }

    fn hops(&self) -> Vec<NextHop> {
        self.next_hops.iter().cloned().collect()
    }

    fn typed(input: &Input) -> Result<Self, AppError> {
        Ok(input.route()?)
    }

    fn keep_unasked(self, input: &Input, now: &Self) -> Result<Self, AppError> {
        let enabled = match input.enabled {
            Some(_) => self.enabled,
            None => now.enabled,
        };
        let next_hops = if input.further_hosts.is_some() {
            self.next_hops
        } else {
            let first = self.next_hops.first().clone();
            let further = now.next_hops.further().to_vec();
            NextHops::new(first, further)
                .map_err(|error| vec![FieldError::new(Field::Host, error.to_string())])?
        };
        Ok(Self {
            next_hops,
            enabled,
            ..self
        })
    }

    fn row(stored: &Stored<Self>) -> Row {
        let route = &stored.value;
        let first = route.next_hops.first();
        Row {
            key: row_ref(stored),
            domain: route.pattern.domain.to_string(),
            domain_unicode: route.pattern.domain.to_unicode(),
            scope: route.pattern.scope,
            host: first.host.to_string(),
            host_unicode: first.host.to_unicode(),
            port: Some(first.port.get()),
            comment: route.comment.to_string(),
            enabled: route.enabled,
            further: route.next_hops.further().iter().map(in_words).collect(),
            facts: Vec::new(),
        }
    }
}

impl Listed for ManagedDomain {
    const HAS_SETTINGS: bool = false;

    fn first_hop(&self) -> Option<&NextHop> {
        self.routing.as_ref()
    }

    fn hops(&self) -> Vec<NextHop> {
        self.routing.iter().cloned().collect()
    }

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
            enabled: true,
            further: Vec::new(),
            facts: Vec::new(),
        }
    }
}

fn in_words(hop: &NextHop) -> String {
    next_hop(
        &hop.host.to_string(),
        hop.host.to_unicode().as_deref(),
        hop.port.get(),
    )
}

fn row_ref<T>(stored: &Stored<T>) -> RowRef {
    RowRef {
        id: stored.id.0,
        version: stored.version.0,
    }
}

/// The rows of these names, as far as they are there.
pub(super) async fn rows_by_id<T: Listed>(
    backend: &Backend,
    ids: &[RowId],
) -> Result<Vec<Row>, AppError> {
    let stored = backend.store.get_many::<T>(ids).await?;
    Ok(stored.iter().map(T::row).collect())
}

/// What to say on the page that follows a form without JavaScript.
pub(super) async fn notice_of<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Option<Notice>, AppError> {
    let (notice, hops) = match (state.done, &state.place) {
        (Some(Done::Deleted(count)), _) => (deleted_notice(listing, count, state.undo), Vec::new()),
        (Some(Done::Changed(count)), _) => (changed_notice(listing, count, state.undo), Vec::new()),
        (Some(Done::Undone), _) => {
            let notice = Notice {
                done: "Undone.".to_owned(),
                undo: state.undo,
                ..Notice::default()
            };
            (notice, Vec::new())
        }
        (Some(done), Place::At(id)) => {
            let Some(saved) = backend.store.get_with_notes::<T>(RowId(*id)).await? else {
                return Ok(None);
            };
            let notice = saved_notice(done, &T::row(&saved.row), &saved.notes, state.undo);
            (notice, saved.row.value.hops())
        }
        _ => return Ok(None),
    };
    // The form that was posted has waited already.
    let notice = backend.with_publication(notice, Duration::ZERO).await;
    Ok(Some(backend.with_cautions(notice, hops).await))
}

fn saved_notice(done: Done, row: &Row, notes: &[store::Note], undo: Option<i64>) -> Notice {
    let verb = if done == Done::Added {
        "Added"
    } else {
        "Saved"
    };
    Notice {
        done: if row.enabled {
            let (name, to) = (row.full_name(), row.destination());
            format!("{verb} {name}: mail goes to {to}.")
        } else {
            format!(
                "{verb} {}: it is disabled and decides nothing.",
                row.full_name()
            )
        },
        link: None,
        notes: notes.iter().map(ToString::to_string).collect(),
        undo,
    }
}

fn changed_notice(listing: Listing, count: u64, undo: Option<i64>) -> Notice {
    Notice {
        done: if count == 0 {
            format!(
                "Nothing was changed: the {} are so already.",
                listing.plural()
            )
        } else {
            format!("Changed {}.", listing.count(count))
        },
        undo,
        ..Notice::default()
    }
}

fn deleted_notice(listing: Listing, count: u64, undo: Option<i64>) -> Notice {
    let deleted = format!("Deleted {}.", listing.count(count));
    match listing {
        Listing::SmartHosts => {
            let what = if count == 1 { "it" } else { "them" };
            Notice {
                done: format!(
                    "{deleted} Mail for {what} is held for 5 days, unless another rule applies."
                ),
                link: Some(Link {
                    href: HELD_PATH.to_owned(),
                    text: "Held mail".to_owned(),
                    other_list: false,
                }),
                undo,
                ..Notice::default()
            }
        }
        // A managed domain leaves no hold: mail for it may well be meant for its new servers.
        Listing::ManagedDomains => Notice {
            done: deleted,
            undo,
            ..Notice::default()
        },
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

pub(super) async fn page<T: Listed>(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
) -> Result<Page, AppError> {
    let sort = order(state.sort);
    // A cursor that cannot be read (a cut-off URL) shows the first page.
    let position = match &state.place {
        Place::First => Position::First,
        Place::Last => Position::Last,
        Place::After(cursor) => cursor.parse().map_or(Position::First, Position::After),
        Place::Before(cursor) => cursor.parse().map_or(Position::First, Position::Before),
        Place::At(id) => Position::At(RowId(*id)),
    };
    let query = Query {
        search: state.search.clone(),
        sort,
        size: PageSize::new(state.size.into()),
        position,
    };
    let page = backend.store.page::<T>(query).await?;
    let default_missing = listing == Listing::ManagedDomains && {
        let default = backend.store.default_routing().await?;
        default.next_hop.is_none() && default.using > 0
    };
    let mut rows: Vec<_> = page.rows.iter().map(T::row).collect();
    facts::add(backend, &page.rows, &mut rows).await?;
    Ok(Page {
        previous: page
            .has_previous
            .then(|| page.first_cursor(sort).map(|cursor| cursor.to_string()))
            .flatten(),
        next: page
            .has_next
            .then(|| page.last_cursor(sort).map(|cursor| cursor.to_string()))
            .flatten(),
        rows,
        matching: page.matching,
        total: page.total,
        latest: page.latest.0,
        search_dropped: page.search_dropped,
        default_missing,
    })
}

/// The store's name for an order.
fn order(sort: Sort) -> store::Sort {
    store::Sort {
        by: match sort.by {
            SortBy::Domain => store::SortBy::Domain,
            SortBy::Host => store::SortBy::Host,
            SortBy::Port => store::SortBy::Port,
        },
        descending: sort.descending,
    }
}

/// A row that was just saved.
pub(crate) struct SavedRow {
    /// The row.
    pub(crate) row: Row,
    /// What to say of it; DNS has not been asked.
    pub(crate) notice: Notice,
    hops: Vec<NextHop>,
}

/// Adds a row, or changes the row that `key` names.
pub(crate) async fn save_row(
    backend: &Backend,
    listing: Listing,
    key: Option<RowRef>,
    input: &Input,
) -> Result<SavedRow, AppError> {
    match listing {
        Listing::SmartHosts => save::<Route>(backend, key, input).await,
        Listing::ManagedDomains => save::<ManagedDomain>(backend, key, input).await,
    }
}

async fn save<T: Listed>(
    backend: &Backend,
    key: Option<RowRef>,
    input: &Input,
) -> Result<SavedRow, AppError> {
    let mut value = T::typed(input)?;
    let by = backend.by();
    let (done, saved) = match key {
        None => (Done::Added, backend.store.add(&by, value).await?),
        Some(RowRef { id, version }) => {
            // If someone changes it after this, the version tells the store.
            if let Some(now) = backend.store.get::<T>(RowId(id)).await? {
                value = value.keep_unasked(input, &now.value)?;
            }
            let edit = backend.store.edit(&by, RowId(id), Version(version), value);
            let edited = edit.await.map_err(|error| refused::<T>(error, input))?;
            (Done::Saved, edited)
        }
    };
    let row = T::row(&saved.row);
    let notice = saved_notice(done, &row, &saved.notes, saved.act);
    Ok(SavedRow {
        row,
        notice: backend.with_publication(notice, PATIENCE).await,
        hops: saved.row.value.hops(),
    })
}

/// Adds or changes a row, and reads a page on which it stands.
pub(crate) async fn save_and_show(
    backend: &Backend,
    listing: Listing,
    key: Option<RowRef>,
    input: &Input,
    state: &ListState,
) -> Result<Saved, AppError> {
    let SavedRow { row, notice, hops } = save_row(backend, listing, key, input).await?;
    let notice = backend.with_cautions(notice, hops).await;
    // From here on it is saved: that a page cannot be read is no longer a refusal.
    let shown = page_with(backend, listing, state, row.key.id).await.ok();
    Ok(Saved { row, notice, shown })
}

async fn page_with(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
    id: i64,
) -> Result<Shown, AppError> {
    let here = read_page(backend, listing, state).await?;
    let moved = here.row(id).is_none();
    let page = if moved {
        read_page(backend, listing, &state.at(Place::At(id))).await?
    } else {
        here
    };
    Ok(Shown { page, moved })
}

/// Deletes rows, all or none.
pub(crate) async fn delete_rows(
    backend: &Backend,
    listing: Listing,
    selection: Selection,
) -> Result<Notice, AppError> {
    let selection = selection.into();
    let (by, store) = (backend.by(), &backend.store);
    let deleted = match listing {
        Listing::SmartHosts => store.delete::<Route>(&by, selection).await?,
        Listing::ManagedDomains => store.delete::<ManagedDomain>(&by, selection).await?,
    };
    let notice = deleted_notice(listing, deleted.rows, deleted.act);
    Ok(backend.with_publication(notice, PATIENCE).await)
}

/// Deletes rows, all or none, and reads the page as it is then.
pub(crate) async fn delete_and_show(
    backend: &Backend,
    listing: Listing,
    selection: Selection,
    state: &ListState,
) -> Result<Deleted, AppError> {
    let notice = delete_rows(backend, listing, selection).await?;
    // From here on they are deleted: that the page cannot be read is no longer a refusal.
    let page = read_page(backend, listing, state).await.ok();
    Ok(Deleted { page, notice })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads what was typed, and then what an edit of the stored row would start from.
    fn typed_twice<T: Listed + PartialEq + std::fmt::Debug>(domain: &str, scope: &str, host: &str) {
        let input = Input {
            domain: domain.to_owned(),
            scope: scope.to_owned(),
            relay_host: host.to_owned(),
            relay_port: if host.is_empty() { "" } else { "2525" }.to_owned(),
            comment: "note".to_owned(),
            ..Input::default()
        };
        let value = T::typed(&input).unwrap();
        let row = T::row(&Stored {
            id: RowId(1),
            version: Version(1),
            value: value.clone(),
        });
        assert_eq!(T::typed(&row.input()).unwrap(), value, "{domain} {host}");
    }

    #[test]
    fn an_edit_that_changes_nothing_changes_nothing() {
        for host in [
            "mail.example.net",
            "xn--bcher-kva.net",
            "192.0.2.1",
            "2001:db8::1",
        ] {
            for (domain, scope) in [
                ("example.com", "domain"),
                (".example.com", "subdomains"),
                ("b\u{fc}cher.example", "both"),
            ] {
                typed_twice::<Route>(domain, scope, host);
            }
            typed_twice::<ManagedDomain>("example.com", "", host);
        }
        typed_twice::<ManagedDomain>("example.com", "", "");
    }
}
