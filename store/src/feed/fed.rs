//! How the rows of the two lists become events.

use routing::{ManagedDomain, Pattern, Route, Scope};
use rusqlite::Row as SqlRow;

use super::{Event, Invalid};
use crate::{
    Error, RowId, Stored,
    row::{self, Columns, Row},
};

/// A record that decides where mail goes.
pub(super) trait Fed: Row {
    /// It is there.
    fn there(row: Stored<Self>) -> Event;

    /// It is not.
    fn gone(id: RowId) -> Event;

    /// The names that a row of [`Row::COLUMNS`] stands for, whatever else it says.
    fn names(columns: &Columns<'_>) -> Result<Pattern, Error>;
}

impl Fed for Route {
    fn there(row: Stored<Self>) -> Event {
        Event::Route(row)
    }

    fn gone(id: RowId) -> Event {
        Event::RouteGone(id)
    }

    fn names(columns: &Columns<'_>) -> Result<Pattern, Error> {
        Ok(Pattern {
            domain: columns.parse(2)?,
            scope: columns.parse(6)?,
        })
    }
}

impl Fed for ManagedDomain {
    fn there(row: Stored<Self>) -> Event {
        Event::Managed(row)
    }

    fn gone(id: RowId) -> Event {
        Event::ManagedGone(id)
    }

    fn names(columns: &Columns<'_>) -> Result<Pattern, Error> {
        Ok(Pattern {
            domain: columns.parse(2)?,
            scope: Scope::Domain,
        })
    }
}

/// The event for a row. One bad row must not keep all others from whoever asks, so it is an event
/// too; nothing if it cannot even be said for which names it stands, for then it stands for none.
pub(super) fn event<T: Fed>(row: &SqlRow<'_>) -> Result<Option<Event>, Error> {
    let error = match row::stored::<T>(row) {
        Ok(row) => return Ok(Some(T::there(row))),
        Err(error @ Error::Corrupt { .. }) => error,
        Err(error) => return Err(error),
    };
    tracing::error!(%error, "a row cannot be used");
    let invalid = Columns::new(row, T::TABLE).and_then(|columns| {
        Ok(Event::Invalid(Invalid {
            kind: T::KIND,
            id: columns.id,
            pattern: T::names(&columns)?,
            detail: error.to_string(),
        }))
    });
    Ok(invalid.ok())
}
