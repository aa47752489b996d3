//! The hosts that mail is sent to, looked at again and again: DNS changes by itself.

use std::future::Future;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use routing::{Host, Own};
use store::{Error, PageSize, SmartHostPosition, SmartHostQuery, Store};

use super::{OwnArgs, PATIENCE, cautions_by, resolve};
use crate::doctor::Doctor;

/// How often all hosts are looked at again.
const EVERY: Duration = Duration::from_mins(15);
/// How long after a change they are looked at again while one of them leads back to the gateway.
const SOON: Duration = Duration::from_secs(5);

/// Looks at every host that mail is sent to, again and again; logs those that lead back to the
/// gateway, and tells the doctor. Ends only when it is dropped.
pub(crate) async fn watch(
    store: Store,
    args: OwnArgs,
    config_dir: Option<PathBuf>,
    doctor: Doctor,
) {
    let mut tick = tokio::time::interval(EVERY);
    let mut changed = store.changed();
    let mut known: Vec<String> = Vec::new();
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            // What is wrong and has just been put right is not said for another quarter of an hour.
            Ok(()) = changed.changed(), if !known.is_empty() => tokio::time::sleep(SOON).await,
        }
        changed.mark_unchanged();
        // Interfaces come and go.
        let (args, config_dir) = (args.clone(), config_dir.clone());
        let gather = tokio::task::spawn_blocking(move || args.gather(config_dir.as_deref()));
        let Ok(own) = gather.await else { return };
        match all_cautions(&store, &own, |name| resolve(name, PATIENCE)).await {
            Ok(cautions) => {
                for caution in cautions.iter().filter(|caution| !known.contains(caution)) {
                    tracing::warn!(caution, "mail may go round");
                }
                doctor.note_loops(cautions.clone());
                known = cautions;
            }
            Err(Error::Closed) => return,
            Err(error) => tracing::warn!(%error, "the hosts could not be looked at"),
        }
    }
}

async fn all_cautions<F>(
    store: &Store,
    own: &Own,
    resolve: impl Fn(String) -> F,
) -> Result<Vec<String>, Error>
where
    F: Future<Output = Vec<IpAddr>>,
{
    let mut cautions: Vec<String> = Vec::new();
    let mut check = async |hosts: Vec<Host>| {
        let mut known = Vec::new();
        let mut others = Vec::new();
        for host in hosts {
            match own.check(&host) {
                Ok(()) => others.push(host),
                // Kept before the guard, or by a program without it.
                Err(error) => known.push(error.to_string()),
            }
        }
        let found = cautions_by(own, others, &resolve).await;
        for caution in known.into_iter().chain(found) {
            // One host may have several ports and uses.
            if !cautions.contains(&caution) {
                cautions.push(caution);
            }
        }
    };
    let default = store.default_routing().await?.next_hop;
    check(default.into_iter().map(|hop| hop.host).collect()).await;
    let mut position = SmartHostPosition::First;
    loop {
        let query = SmartHostQuery {
            size: PageSize::MAX,
            position,
            ..SmartHostQuery::default()
        };
        let page = store.smart_hosts(query).await?;
        let used = page.rows.iter().filter(|row| row.routes > 0);
        check(used.map(|row| row.settings.next_hop.host.clone()).collect()).await;
        match page.rows.last() {
            Some(last) if page.has_next => {
                position = SmartHostPosition::After(last.settings.next_hop.clone());
            }
            _ => break,
        }
    }
    let mut after = None;
    loop {
        let hosts = store.hosts_of_managed_domains(after, PageSize::MAX).await?;
        let Some(last) = hosts.last() else { break };
        after = Some(last.clone());
        check(hosts).await;
    }
    Ok(cautions)
}

#[cfg(test)]
mod tests;
