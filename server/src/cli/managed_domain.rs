//! `smart-hosts managed-domain`: the domains whose mail this gateway accepts.

use clap::{Args, Subcommand};
use routing::{Domain, Field, FieldError, Input, ManagedDomain, Port};
use store::{Selection, Stored};

use super::{DataDirArg, Failure, PATIENCE, by, output, published};
use crate::own::{self, OwnArgs};

/// List, add or delete managed domains.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List managed domains, sorted by name
    List(List),
    /// Add a managed domain
    Add(Add),
    /// Delete managed domains, all of them or none
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only managed domains with this text in domain, host or comment
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The domain
    domain: String,
    /// Where its mail is delivered; left out, default domain routing applies
    #[arg(default_value = "", hide_default_value = true)]
    host: String,
    /// The port
    #[arg(default_value_t = Port::DEFAULT.to_string())]
    port: String,
    /// A remark, shown beside the domain
    #[arg(long, default_value = "", hide_default_value = true)]
    comment: String,
    /// Print the managed domain as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The domains
    #[arg(required = true)]
    domains: Vec<String>,
    /// Print the deleted managed domains as JSON, one object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Add(add) => add.run().await,
            Self::Delete(delete) => delete.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut export = store
            .export_patiently::<ManagedDomain>(&self.search, PATIENCE)
            .await?;
        let mut rows = Vec::new();
        while let Some(batch) = export.rows.recv().await {
            for row in batch? {
                if self.json {
                    output::json(&row)?;
                } else {
                    rows.push(cells(&row));
                }
            }
        }
        if !self.json {
            output::table(&["DOMAIN", "HOST", "PORT", "COMMENT"], &rows)?;
        }
        Ok(())
    }
}

fn cells(row: &Stored<ManagedDomain>) -> [String; 4] {
    let ManagedDomain {
        domain,
        routing,
        comment,
    } = &row.value;
    let (host, port) = match routing {
        Some(hop) => (hop.host.to_string(), hop.port.to_string()),
        None => ("(default)".to_owned(), String::new()),
    };
    [domain.to_string(), host, port, comment.to_string()]
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let input = Input {
            domain: self.domain,
            relay_host: self.host,
            relay_port: self.port,
            comment: self.comment,
            ..Input::default()
        };
        let managed = input.managed_domain()?;
        let own = self.own.gather(None);
        let store = self.data_dir.open().create().await?;
        let store = store.guarded(own.clone());
        let saved = store.add(&by(), managed).await?;
        published::wait_for_it(&store).await;
        for note in &saved.notes {
            output::note(note);
        }
        for caution in own::cautions(&own, saved.row.value.routing.clone()).await {
            output::note(caution);
        }
        if self.json {
            return output::json(&saved.row);
        }
        let managed = &saved.row.value;
        match &managed.routing {
            Some(hop) => output::line(format_args!("Added {} -> {hop}", managed.domain)),
            None => output::line(format_args!(
                "Added {} -> default domain routing",
                managed.domain
            )),
        }
    }
}

impl Delete {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut rows = Vec::new();
        for typed in &self.domains {
            let domain = Domain::parse(typed).map_err(|error| {
                vec![FieldError {
                    field: Field::Domain,
                    message: error.to_string(),
                }]
            })?;
            let row = store.find::<ManagedDomain>(&domain).await?.ok_or_else(|| {
                Failure::NotFound(format!(
                    "{domain} is not a managed domain. Nothing was deleted. \"smart-hosts \
                     managed-domain list\" shows them."
                ))
            })?;
            rows.push(row);
        }
        let versions = rows.iter().map(|row| (row.id, row.version)).collect();
        store
            .delete::<ManagedDomain>(&by(), Selection::Rows(versions))
            .await?;
        published::wait_for_it(&store).await;
        for row in &rows {
            if self.json {
                output::json(row)?;
            } else {
                output::line(format_args!("Deleted {}", row.value.domain))?;
            }
        }
        Ok(())
    }
}
