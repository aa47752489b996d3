//! Reading and setting default domain routing.

use std::time::Duration;

use routing::{Input, NextHop};

use super::Backend;
use super::publication::PATIENCE;
use crate::error::AppError;
use crate::list_state::ListState;
use crate::wire::{DefaultOpening, DefaultRouting, Notice, Refused};

/// Reads default domain routing.
pub(crate) async fn read_default_routing(backend: &Backend) -> Result<DefaultRouting, AppError> {
    Ok(default_view(&backend.store.default_routing().await?))
}

/// Reads all that the page of default domain routing is first drawn from; `state` says whether it was just
/// saved, and by which change.
pub(super) async fn open(
    backend: &Backend,
    state: &ListState,
    refused: Option<Refused>,
) -> Result<DefaultOpening, AppError> {
    let stored = backend.store.default_routing().await?;
    let current = default_view(&stored);
    let notice = if state.done.is_some() {
        let notice = default_notice(&current, state.undo);
        let notice = backend.with_publication(notice, Duration::ZERO).await;
        Some(backend.with_cautions(notice, hops(&stored)).await)
    } else {
        None
    };
    Ok(DefaultOpening {
        current,
        refused,
        notice,
    })
}

/// Sets or clears default domain routing, and says what is to be said of it.
pub(crate) async fn save_default_routing(
    backend: &Backend,
    input: &Input,
    version: i64,
) -> Result<(DefaultRouting, Notice), AppError> {
    let (stored, notice) = set_default_routing(backend, input, version).await?;
    let notice = backend.with_cautions(notice, hops(&stored)).await;
    Ok((default_view(&stored), notice))
}

/// Sets or clears default domain routing. DNS is not asked.
pub(crate) async fn set_default_routing(
    backend: &Backend,
    input: &Input,
    version: i64,
) -> Result<(store::DefaultRouting, Notice), AppError> {
    let next_hop = input.next_hop()?;
    let stored = backend
        .store
        .set_default_routing(&backend.by(), store::Version(version), next_hop)
        .await?;
    let notice = default_notice(&default_view(&stored), stored.act);
    Ok((stored, backend.with_publication(notice, PATIENCE).await))
}

fn hops(stored: &store::DefaultRouting) -> Vec<NextHop> {
    stored.next_hop.iter().cloned().collect()
}

fn default_view(stored: &store::DefaultRouting) -> DefaultRouting {
    let hop = stored.next_hop.as_ref();
    DefaultRouting {
        host: hop.map(|hop| hop.host.to_string()).unwrap_or_default(),
        host_unicode: hop.and_then(|hop| hop.host.to_unicode()),
        port: hop.map(|hop| hop.port.get()),
        version: stored.version.0,
        using: stored.using,
        managed: stored.managed,
    }
}

fn default_notice(view: &DefaultRouting, undo: Option<i64>) -> Notice {
    let done = match view.destination() {
        Some(destination) => format!("Saved: the default is {destination}."),
        None => "Saved: there is no default domain routing.".to_owned(),
    };
    Notice {
        done,
        undo,
        ..Notice::default()
    }
}
