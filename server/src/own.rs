//! The gateway itself: its names and addresses, and which hosts turn out to be it.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use clap::Args;
use futures::StreamExt;
use futures::stream;
use routing::{Host, HostName, NextHop, Own};
use store::{Error, PageSize, SmartHostPosition, SmartHostQuery, Store};

/// How long a name may take to be resolved; then nothing is known of it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many names are resolved at the same time.
const AT_ONCE: usize = 8;
/// How often all hosts are looked at again, for DNS changes by itself.
const EVERY: Duration = Duration::from_mins(15);

/// What is this gateway, beside the name and the addresses of the machine.
#[derive(Clone, Debug, Default, Args)]
pub struct OwnArgs {
    /// Further names of this gateway: mail is never routed to them
    #[arg(
        long = "own-name",
        env = "SMART_HOSTS_OWN_NAMES",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = host_name
    )]
    names: Vec<HostName>,
    /// Accept loopback addresses, such as 127.0.0.1, as hosts: for a content filter or a test server
    #[arg(long, env = "SMART_HOSTS_ALLOW_LOOPBACK_HOSTS", value_parser = switch(), num_args = 0..=1,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          hide_possible_values = true)]
    allow_loopback_hosts: bool,
}

/// `1` and `yes` as well as `true`.
fn switch() -> clap::builder::BoolishValueParser {
    clap::builder::BoolishValueParser::new()
}

fn host_name(text: &str) -> Result<HostName, String> {
    match Host::parse(text) {
        Ok(Host::Name(name)) => Ok(name),
        Ok(_) => Err("type a name; the addresses of this machine are known".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The name of this machine (uname(2)), if it can be a host's.
pub(crate) fn node_name() -> Option<HostName> {
    let uname = rustix::system::uname();
    host_name(&uname.nodename().to_string_lossy()).ok()
}

impl OwnArgs {
    /// The gateway's names and addresses as they are now. What the system does not tell is missing,
    /// and logged: a guard that knows less is better than a console that does not start.
    #[must_use]
    pub fn gather(&self) -> Own {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the addresses of this machine are unknown");
            Vec::new()
        });
        Own::new(
            self.names.iter().cloned().chain(node_name()),
            interfaces.iter().map(if_addrs::Interface::ip),
            self.allow_loopback_hosts,
        )
    }
}

/// Resolves a name as the system does, `/etc/hosts` included: the addresses, or none in time.
async fn resolve(name: String) -> Vec<IpAddr> {
    match tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
        _ => Vec::new(),
    }
}

/// What DNS says against some hosts: a sentence for each that leads back to the gateway.
pub async fn cautions(own: &Own, hops: impl IntoIterator<Item = NextHop>) -> Vec<String> {
    cautions_by(own, hops, resolve).await
}

async fn cautions_by<F>(
    own: &Own,
    hops: impl IntoIterator<Item = NextHop>,
    resolve: impl Fn(String) -> F,
) -> Vec<String>
where
    F: Future<Output = Vec<IpAddr>>,
{
    let names = hops.into_iter().filter_map(|hop| match hop.host {
        Host::Name(name) => Some(name.to_string()),
        Host::V4(_) | Host::V6(_) => None,
    });
    let resolve = &resolve;
    let looked_up = names.map(|name| async move {
        let address = own.found_among(resolve(name.clone()).await)?;
        Some(format!(
            "{name} is at {address} now, an address of this gateway: its mail would come back."
        ))
    });
    let cautions = stream::iter(looked_up).buffered(AT_ONCE);
    cautions.filter_map(std::future::ready).collect().await
}

/// Looks at every host that mail is sent to, again and again, and logs those that lead back to the
/// gateway. Ends only when it is dropped.
pub(crate) async fn watch(store: Store, args: OwnArgs) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        // Interfaces come and go.
        let own = args.gather();
        match all_cautions(&store, &own, resolve).await {
            Ok(cautions) => {
                for caution in cautions {
                    tracing::warn!(caution, "mail may go round");
                }
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
    let mut cautions = Vec::new();
    let mut check = async |hops: Vec<NextHop>| {
        // Kept before the guard, or by a program without it.
        let known = hops.iter().filter_map(|hop| own.check(&hop.host).err());
        cautions.extend(known.map(|error| error.to_string()));
        cautions.extend(cautions_by(own, hops, &resolve).await);
    };
    let default = store.default_routing().await?.next_hop;
    check(default.into_iter().collect()).await;
    let mut position = SmartHostPosition::First;
    loop {
        let query = SmartHostQuery {
            size: PageSize::MAX,
            position,
            ..SmartHostQuery::default()
        };
        let page = store.smart_hosts(query).await?;
        let used = page.rows.iter().filter(|row| row.routes > 0);
        check(used.map(|row| row.settings.next_hop.clone()).collect()).await;
        match page.rows.last() {
            Some(last) if page.has_next => {
                position = SmartHostPosition::After(last.settings.next_hop.clone());
            }
            _ => break,
        }
    }
    Ok(cautions)
}

#[cfg(test)]
mod tests;
