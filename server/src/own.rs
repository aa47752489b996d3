//! The gateway itself: its names and addresses, and which hosts turn out to be it.

mod watch;

use std::future::Future;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use app::operations::Cautions;
use clap::Args;
use futures::StreamExt;
use futures::stream;
use gateway::postfix::{self, Identity, System};
use routing::{Host, HostName, NextHop, Own};

pub(crate) use self::watch::watch;

/// How long a name may take to be resolved; then nothing is known of it.
const PATIENCE: Duration = Duration::from_secs(3);
/// The same where a person waits for a page.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);
/// How many names are resolved at the same time.
const AT_ONCE: usize = 8;

/// What is this gateway, beside the name and the addresses of the machine, and those by which its
/// Postfix knows itself.
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
fn node_name() -> Option<HostName> {
    let uname = rustix::system::uname();
    host_name(&uname.nodename().to_string_lossy()).ok()
}

/// The name by which this machine greets others, as far as it is one that mail servers take: with a
/// dot in it.
pub(crate) fn greeting_name() -> Option<HostName> {
    node_name().filter(|name| name.as_str().contains('.'))
}

/// What the Postfix of this machine says of itself; nothing where there is none.
fn of_postfix(system: &impl System, config_dir: Option<&Path>) -> Identity {
    postfix::identity(system, config_dir.map(Path::to_owned)).unwrap_or_else(|error| {
        if error.kind() != ErrorKind::NotFound {
            tracing::info!(%error, "the names of this machine's Postfix are unknown");
        }
        Identity::default()
    })
}

impl OwnArgs {
    /// The gateway's names and addresses as they are now, its Postfix's included: that with this folder
    /// of main.cf, or the machine's usual one. What the system does not tell is missing, and logged: a
    /// guard that knows less is better than a console that does not start.
    ///
    /// It waits for postconf(1), usually some hundredths of a second.
    #[must_use]
    pub fn gather(&self, config_dir: Option<&Path>) -> Own {
        self.gather_from(&postfix::Host, config_dir)
    }

    fn gather_from(&self, system: &impl System, config_dir: Option<&Path>) -> Own {
        let Identity { names, addresses } = of_postfix(system, config_dir);
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the addresses of this machine are unknown");
            Vec::new()
        });
        Own::new(
            self.names.iter().cloned().chain(node_name()).chain(names),
            interfaces
                .iter()
                .map(if_addrs::Interface::ip)
                .chain(addresses),
            self.allow_loopback_hosts,
        )
    }
}

/// Resolves a name as the system does, `/etc/hosts` included: the addresses, or none in time.
async fn resolve(name: String, patience: Duration) -> Vec<IpAddr> {
    match tokio::time::timeout(patience, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
        _ => Vec::new(),
    }
}

/// What DNS says against some hosts: a sentence for each that leads back to the gateway.
pub async fn cautions(own: &Own, hops: impl IntoIterator<Item = NextHop>) -> Vec<String> {
    let hosts = hops.into_iter().map(|hop| hop.host);
    cautions_by(own, hosts, |name| resolve(name, PATIENCE)).await
}

/// The same for a person who waits for a page.
pub(crate) fn short_cautions(own: Own) -> Cautions {
    Cautions::new(move |hops: Vec<NextHop>| {
        let own = own.clone();
        async move {
            let hosts = hops.into_iter().map(|hop| hop.host);
            cautions_by(&own, hosts, |name| resolve(name, SHORT_PATIENCE)).await
        }
    })
}

async fn cautions_by<F>(
    own: &Own,
    hosts: impl IntoIterator<Item = Host>,
    resolve: impl Fn(String) -> F,
) -> Vec<String>
where
    F: Future<Output = Vec<IpAddr>>,
{
    let names = hosts.into_iter().filter_map(|host| match host {
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

#[cfg(test)]
mod tests;
