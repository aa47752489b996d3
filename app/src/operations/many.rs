//! Changing many rows in the same way.

use routing::{Comment, Host, ManagedDomain, Port, Route, split_host_port};
use store::{Affected, Changes, RowId, Version};

use super::Backend;
use super::list::{read_page, rows_by_id};
use crate::error::AppError;
use crate::list_state::{ListState, Open, Place, RowRef};
use crate::listing::Listing;
use crate::plain::change_many::{Chosen, NAMED, Typed};
use crate::plain::form::Wrong;
use crate::wire::{Row, Selection};

impl From<Selection> for store::Selection {
    fn from(selection: Selection) -> Self {
        match selection {
            Selection::Rows(rows) => Self::Rows(
                rows.into_iter()
                    .map(|row| (RowId(row.id), Version(row.version)))
                    .collect(),
            ),
            Selection::Matching {
                search,
                as_of,
                expected,
            } => Self::Matching {
                search,
                as_of: Version(as_of),
                expected,
            },
        }
    }
}

/// What the form says; or what is wrong with it, by the names of its fields.
///
/// # Errors
/// At most one for a field.
pub fn read_changes(typed: &Typed) -> Result<Changes, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut refuse = |field, message: String| {
        wrong.push(Wrong { field, message });
    };
    let (host, pasted) = split_host_port(typed.host.trim());
    let port = match (typed.port.trim(), pasted) {
        ("", Some(pasted)) => pasted,
        (port, None) => port,
        (port, Some(pasted)) if port == pasted => port,
        (port, Some(pasted)) => {
            let message = format!(
                "The host ends in port {pasted}, but this field says {port}. Keep one of them."
            );
            refuse("relay_port", message);
            port
        }
    };
    let mut changes = Changes::default();
    if !host.is_empty() {
        match Host::parse(host) {
            Ok(host) => changes.host = Some(host),
            Err(error) => refuse("relay_host", error.to_string()),
        }
    }
    if !port.is_empty() {
        match Port::parse(port) {
            Ok(port) => changes.port = Some(port),
            Err(error) => refuse("relay_port", error.to_string()),
        }
    }
    match (typed.comment.trim(), typed.no_comment) {
        ("", false) => {}
        ("", true) => changes.comment = Some(Comment::default()),
        (_, true) => refuse(
            "comment",
            "Comments cannot be removed and set. Do one of them.".to_owned(),
        ),
        (comment, false) => match Comment::parse(comment) {
            Ok(comment) => changes.comment = Some(comment),
            Err(error) => refuse("comment", error.to_string()),
        },
    }
    changes.enabled = match typed.enabled.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if wrong.is_empty() && changes == Changes::default() {
        let message = "Nothing is to be changed. Fill in what is to become of them.".to_owned();
        wrong.push(Wrong {
            field: "relay_host",
            message,
        });
    }
    if wrong.is_empty() {
        Ok(changes)
    } else {
        Err(wrong)
    }
}

/// Changes rows, all or none.
///
/// # Errors
/// As the store refuses it.
pub async fn change_rows(
    backend: &Backend,
    listing: Listing,
    selection: Selection,
    changes: Changes,
) -> Result<Affected, AppError> {
    let (by, store, selection) = (backend.by(), &backend.store, selection.into());
    let done = match listing {
        Listing::SmartHosts => store.change_many::<Route>(&by, selection, changes).await,
        Listing::ManagedDomains => {
            store
                .change_many::<ManagedDomain>(&by, selection, changes)
                .await
        }
    };
    let done = done?;
    // The page that follows says so if that takes long.
    backend.not_yet_published().await;
    Ok(done)
}

/// The rows that the address of the page means.
///
/// # Errors
/// If the list cannot be read.
pub async fn chosen(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
    told: Option<(u64, i64)>,
) -> Result<Option<Chosen>, AppError> {
    let chosen = match &state.open {
        Open::Delete(rows) => Chosen {
            selection: Selection::Rows(rows.clone()),
            // Of one that is gone, the store says so.
            count: rows.len() as u64,
            sample: rows_of(backend, listing, rows.iter().take(NAMED)).await?,
        },
        Open::DeleteMatching => {
            let page = read_page(backend, listing, &state.at(Place::First)).await?;
            let (expected, as_of) = told.unwrap_or((page.matching, page.latest));
            Chosen {
                selection: Selection::Matching {
                    search: state.search.clone(),
                    as_of,
                    expected,
                },
                count: expected,
                sample: page.rows,
            }
        }
        _ => return Ok(None),
    };
    Ok((chosen.count > 0).then_some(chosen))
}

/// What is there now of rows that could not be changed, for whoever tries again; nothing if none is.
///
/// # Errors
/// If the list cannot be read.
pub async fn chosen_anew(
    backend: &Backend,
    listing: Listing,
    state: &ListState,
    selection: &Selection,
) -> Result<Option<Chosen>, AppError> {
    let Selection::Rows(rows) = selection else {
        let matching = state.opening(Open::DeleteMatching);
        return chosen(backend, listing, &matching, None).await;
    };
    let sample = rows_of(backend, listing, rows).await?;
    Ok((!sample.is_empty()).then(|| Chosen {
        selection: Selection::Rows(sample.iter().map(|row| row.key).collect()),
        count: sample.len() as u64,
        sample,
    }))
}

async fn rows_of(
    backend: &Backend,
    listing: Listing,
    rows: impl IntoIterator<Item = &RowRef>,
) -> Result<Vec<Row>, AppError> {
    let ids: Vec<_> = rows.into_iter().map(|row| RowId(row.id)).collect();
    match listing {
        Listing::SmartHosts => rows_by_id::<Route>(backend, &ids).await,
        Listing::ManagedDomains => rows_by_id::<ManagedDomain>(backend, &ids).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_empty_stays() {
        let typed = |host: &str, port: &str, comment: &str| Typed {
            host: host.to_owned(),
            port: port.to_owned(),
            comment: comment.to_owned(),
            ..Typed::default()
        };
        let changes = read_changes(&typed(" mail.example.net:2525 ", "", "")).unwrap();
        assert_eq!(changes.host.unwrap().to_string(), "mail.example.net");
        assert_eq!(changes.port.unwrap().get(), 2525);
        assert_eq!((changes.comment, changes.enabled), (None, None));
        for (typed, field) in [
            (typed("", "", ""), "relay_host"),
            (typed("-", "", ""), "relay_host"),
            (typed("", "x", ""), "relay_port"),
            (typed("a.example:25", "26", ""), "relay_port"),
            (typed("", "", &"x".repeat(300)), "comment"),
        ] {
            let wrong = read_changes(&typed).unwrap_err();
            assert_eq!((wrong.len(), wrong[0].field), (1, field), "{typed:?}");
        }
        let both = Typed {
            no_comment: true,
            ..typed("", "", "new")
        };
        assert_eq!(read_changes(&both).unwrap_err()[0].field, "comment");
        let removed = Typed {
            no_comment: true,
            enabled: "no".to_owned(),
            ..Typed::default()
        };
        let changes = read_changes(&removed).unwrap();
        assert_eq!(changes.comment, Some(Comment::default()));
        assert_eq!(changes.enabled, Some(false));
    }
}
