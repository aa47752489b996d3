//! Reading and setting default domain routing.

use std::time::Duration;

use leptos::prelude::use_context;
use routing::Input;

use super::Backend;
use super::publication::PATIENCE;
use crate::error::AppError;
use crate::wire::{DefaultOpening, DefaultRouting, Notice, Refused};

/// Reads all that the page of default domain routing is first drawn from.
pub(crate) async fn open_default_routing(
    backend: &Backend,
    saved: bool,
    undo: Option<i64>,
) -> Result<DefaultOpening, AppError> {
    let current = default_view(&backend.store.default_routing().await?);
    let notice = if saved {
        let notice = default_notice(&current, undo);
        Some(backend.with_publication(notice, Duration::ZERO).await)
    } else {
        None
    };
    Ok(DefaultOpening {
        notice,
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
    let notice = default_notice(&view, stored.act);
    Ok((view, backend.with_publication(notice, PATIENCE).await))
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
        notes: Vec::new(),
        undo,
    }
}
