//! `smart-hosts default-routing`: where managed domains without routing of their own are delivered.

use clap::{Args, Subcommand};
use routing::{Input, NextHop, Port};

use super::{DataDirArg, Failure, by, output, published};
use crate::own::{self, OwnArgs};

/// Show, set or clear default domain routing.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the default and how many managed domains use it
    Show(Show),
    /// Set the default
    Set(Set),
    /// Have no default
    Clear(Clear),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The host: a name, an IPv4 or an IPv6 address; host:port is understood
    host: String,
    /// The port
    #[arg(default_value_t = Port::DEFAULT.to_string())]
    port: String,
    /// Print the default as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Clear {
    /// Print what there is then as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Show(show) => show.run().await,
            Self::Set(set) => {
                let input = Input {
                    relay_host: set.host,
                    relay_port: set.port,
                    ..Input::default()
                };
                save(&set.data_dir, &set.own, input.next_hop()?, set.json).await
            }
            Self::Clear(clear) => {
                save(&clear.data_dir, &OwnArgs::default(), None, clear.json).await
            }
        }
    }
}

impl Show {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let stored = store.default_routing().await?;
        if self.json {
            return output::json(&stored);
        }
        match &stored.next_hop {
            Some(hop) => output::line(format_args!("{} port {}", hop.host, hop.port))?,
            None => output::line("none")?,
        }
        output::note(format_args!(
            "{} of {} managed domains follow the default",
            stored.using, stored.managed
        ));
        Ok(())
    }
}

async fn save(
    data_dir: &DataDirArg,
    own: &OwnArgs,
    next_hop: Option<NextHop>,
    json: bool,
) -> Result<(), Failure> {
    let own = own.gather(None);
    let store = data_dir.open().create().await?.guarded(own.clone());
    let seen = store.default_routing().await?.version;
    let stored = store.set_default_routing(&by(), seen, next_hop).await?;
    published::wait_for_it(&store).await;
    for caution in own::cautions(&own, stored.next_hop.clone()).await {
        output::note(caution);
    }
    if json {
        return output::json(&stored);
    }
    match &stored.next_hop {
        Some(hop) => output::line(format_args!("The default is {hop}")),
        None => output::line("There is no default"),
    }
}
