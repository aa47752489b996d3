//! What the store refuses, in words for the screen.

use routing::{Field, ManagedDomain, Route};
use store::Existing;

use super::list::Listed;
use crate::error::{AppError, Link, Problem};
use crate::list_state::{ListState, Place};
use crate::listing::Listing;
use crate::wire::Row;

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        let message = error.to_string();
        let in_the_way = |existing: &Existing, other_list| {
            Self::Conflict(vec![Problem {
                field: Field::Domain,
                message: message.clone(),
                link: Some(link_to(existing, other_list)),
            }])
        };
        match error {
            store::Error::Exists(existing) => in_the_way(&existing, false),
            store::Error::ManagedDomain(managed) => {
                in_the_way(&Existing::ManagedDomain(managed), true)
            }
            store::Error::Routed(route) => in_the_way(&Existing::Route(route), true),
            store::Error::Changed { now, .. } => {
                let now = Box::new(existing_row(&now));
                Self::Changed {
                    message,
                    merged: Box::new(now.input()),
                    now,
                }
            }
            store::Error::NoUndo(store::NoUndo::Unknown(_))
            | store::Error::NoSuchMoment { .. }
            | store::Error::Gone { .. }
            | store::Error::NoSuchPerson(_) => Self::NotFound(message),
            store::Error::DefaultRoutingChanged { .. }
            | store::Error::SmartHostChanged { .. }
            | store::Error::NoUndo(_)
            | store::Error::NoRestore(_)
            | store::Error::RestoreOutdated(_)
            | store::Error::ImportOutdated
            | store::Error::SelectionChanged { .. }
            | store::Error::Unfit { .. }
            | store::Error::PersonExists(_)
            | store::Error::LastAdministrator(_)
            | store::Error::SetUpAlready => Self::Outdated(message),
            store::Error::Loop(_) => Self::Invalid(vec![Problem {
                field: Field::Host,
                message,
                link: None,
            }]),
            store::Error::List(_)
            | store::Error::ListBroken { .. }
            | store::Error::SmartHostUsed { .. }
            | store::Error::SmartHost(_) => Self::Conflict(vec![Problem {
                field: Field::Host,
                message,
                link: None,
            }]),
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

fn link_to(existing: &Existing, other_list: bool) -> Link {
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
        other_list,
    }
}
