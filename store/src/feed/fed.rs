//! How rows become events.

use routing::{ManagedDomain, Pattern, Route, Scope};
use rusqlite::Row as SqlRow;

use super::{Event, Invalid};
use crate::{
    Error, ObjectKind, RowId, Tombstone,
    row::{self, Columns, Row},
    tombstone,
};

/// What has a say in where mail goes.
pub(super) trait Fed {
    const KIND: ObjectKind;
    const TABLE: &'static str;
    const COLUMNS: &'static str;
    /// The condition for having a say.
    const DECIDES: &'static str = "TRUE";
    /// A sorted order in which the table can be read without sorting.
    const ORDER: &'static str;

    /// A row of [`Fed::COLUMNS`] is there.
    fn there(row: &SqlRow<'_>) -> Result<Event, Error>;

    /// It is not.
    fn gone(id: RowId) -> Event;

    /// The names that it stands for, whatever else it says.
    fn names(columns: &Columns<'_>) -> Result<Pattern, Error>;
}

impl Fed for Route {
    const KIND: ObjectKind = <Self as Row>::KIND;
    const TABLE: &'static str = <Self as Row>::TABLE;
    const COLUMNS: &'static str = <Self as Row>::COLUMNS;
    const DECIDES: &'static str = "enabled";
    const ORDER: &'static str = "domain, scope";

    fn there(row: &SqlRow<'_>) -> Result<Event, Error> {
        row::stored(row).map(Event::Route)
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
    const KIND: ObjectKind = <Self as Row>::KIND;
    const TABLE: &'static str = <Self as Row>::TABLE;
    const COLUMNS: &'static str = <Self as Row>::COLUMNS;
    const ORDER: &'static str = "domain";

    fn there(row: &SqlRow<'_>) -> Result<Event, Error> {
        row::stored(row).map(Event::Managed)
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

impl Fed for Tombstone {
    const KIND: ObjectKind = ObjectKind::Tombstone;
    const TABLE: &'static str = tombstone::TABLE;
    const COLUMNS: &'static str = tombstone::COLUMNS;
    const ORDER: &'static str = "domain, scope";

    fn there(row: &SqlRow<'_>) -> Result<Event, Error> {
        tombstone::stored(row).map(Event::Held)
    }

    fn gone(id: RowId) -> Event {
        Event::Released(id)
    }

    fn names(columns: &Columns<'_>) -> Result<Pattern, Error> {
        tombstone::pattern(columns)
    }
}

/// The event for a row. One bad row must not keep all others from whoever asks, so it is an event
/// too; nothing if it cannot even be said for which names it stands, for then it stands for none.
pub(super) fn event<T: Fed>(row: &SqlRow<'_>) -> Result<Option<Event>, Error> {
    let error = match T::there(row) {
        Ok(event) => return Ok(Some(event)),
        Err(error @ Error::Corrupt { .. }) => error,
        Err(error) => return Err(error),
    };
    tracing::error!(%error, "a row cannot be used");
    let columns = Columns::new(row, T::TABLE);
    let (Ok(id), Ok(pattern)) = (columns.id(), T::names(&columns)) else {
        return Ok(None);
    };
    Ok(Some(Event::Invalid(Invalid {
        kind: T::KIND,
        id,
        pattern,
        detail: error.to_string(),
    })))
}
