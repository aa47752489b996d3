//! What a feed tells.

use routing::{ManagedDomain, NextHop, Pattern, Route};

use crate::{ObjectKind, RowId, Stored, Tombstone};

/// One thing that decides where mail goes, or that no longer does.
///
/// What is there comes before what is gone, so a name is never without the one and the other while
/// events are applied in order. It follows that a row may be told of while another, which is gone or
/// has moved, still stands under its name: then the new one takes the place, and the later event for
/// the other one must not clear it. Compare ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A route as it is now, new or edited: it may have stood for other names before.
    Route(Stored<Route>),
    /// There is no route of this id any more. It may have come and gone unseen.
    RouteGone(RowId),
    /// A managed domain as it is now, new or edited: it may have had another name before.
    Managed(Stored<ManagedDomain>),
    /// There is no managed domain of this id any more. It may have come and gone unseen.
    ManagedGone(RowId),
    /// The default domain routing as it is now.
    DefaultRouting(Option<NextHop>),
    /// A removed route that holds queued mail, as it is now: new, or holding fewer names than before.
    /// It counts where no other rule applies, and not beyond its time: that the time has come is
    /// told only once somebody has released it for that.
    Held(Stored<Tombstone>),
    /// The removed route of this id ([`Event::Held`]) holds nothing any more. It may have come and
    /// gone unseen.
    Released(RowId),
    /// A route, managed domain or removed route that stands for these names but cannot be read otherwise. Mail
    /// for them has to wait until it is repaired.
    Invalid(Invalid),
}

/// A row that no program of ours would have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// [`ObjectKind::Route`], [`ObjectKind::ManagedDomain`] or [`ObjectKind::Tombstone`].
    pub kind: ObjectKind,
    /// The row.
    pub id: RowId,
    /// The names that it stands for.
    pub pattern: Pattern,
    /// What is wrong with it, for the log.
    pub detail: String,
}
