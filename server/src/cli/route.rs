//! `smart-hosts route`: smart host routes.

use clap::{Args, Subcommand};
use routing::{Input, Pattern, Route, Scope};
use store::{QueuedMail, Selection, Store, Stored};

use super::{DataDirArg, Failure, PATIENCE, by, held, hosts, output, published};
use crate::own::{self, OwnArgs};

/// List, add or delete smart host routes, and what removed ones still hold.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List routes, sorted by domain
    List(List),
    /// Add a route
    Add(Add),
    /// Delete routes, all of them or none; mail that is still queued for them is held for 5 days
    Delete(Delete),
    /// List removed routes that still hold queued mail, sorted by domain
    Held(held::Held),
    /// Let go the mail that removed routes hold
    Release(held::Release),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only routes with this text in domain, host or comment
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
    /// The domain: example.com; .example.com for its subdomains only
    domain: String,
    /// The smart host: a name, an IPv4 or an IPv6 address, as host:port or with the port after it
    /// (25 if there is none); then further hosts, to be tried in this order if it fails
    #[arg(required = true, value_name = "HOST [PORT]")]
    hosts: Vec<String>,
    /// What the route applies to: domain, subdomains or both
    #[arg(long, default_value_t = Scope::Domain.to_string())]
    scope: String,
    /// A remark, shown beside the route
    #[arg(long, default_value = "", hide_default_value = true)]
    comment: String,
    /// Print the route as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The domains: example.com; .example.com for a route of its subdomains only
    #[arg(required = true)]
    domains: Vec<String>,
    /// Hold no mail: what is still queued goes where the other rules send it, by MX if none does
    #[arg(long)]
    release: bool,
    /// Print the deleted routes as JSON, one object a line
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
            Self::Held(held) => held.run().await,
            Self::Release(release) => release.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut export = store
            .export_patiently::<Route>(&self.search, PATIENCE)
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
            print(&rows)?;
        }
        Ok(())
    }
}

/// The column of further hosts is left out where no route has any.
fn print(rows: &[[String; 6]]) -> Result<(), Failure> {
    let [domain, scope, host, port, comment] = ["DOMAIN", "SCOPE", "HOST", "PORT", "COMMENT"];
    if rows.iter().any(|[.., further, _]| !further.is_empty()) {
        return output::table([domain, scope, host, port, "FURTHER HOSTS", comment], rows);
    }
    let short = |[domain, scope, host, port, _, comment]: &[String; 6]| {
        [domain, scope, host, port, comment].map(Clone::clone)
    };
    let rows: Vec<_> = rows.iter().map(short).collect();
    output::table([domain, scope, host, port, comment], &rows)
}

fn cells(row: &Stored<Route>) -> [String; 6] {
    let Route {
        pattern,
        next_hops,
        comment,
    } = &row.value;
    let further: Vec<_> = next_hops
        .further()
        .iter()
        .map(ToString::to_string)
        .collect();
    [
        pattern.to_string(),
        pattern.scope.to_string(),
        next_hops.first().host.to_string(),
        next_hops.first().port.to_string(),
        further.join(" "),
        comment.to_string(),
    ]
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let (relay_host, relay_port, further) = hosts::read(self.hosts);
        let input = Input {
            domain: self.domain,
            scope: self.scope,
            relay_host,
            relay_port,
            comment: self.comment,
            further_hosts: Some(further.join(" ")),
        };
        let route = input.route()?;
        let own = self.own.gather(None);
        let store = self.data_dir.open().create().await?;
        let store = store.guarded(own.clone());
        let saved = store.add(&by(), route).await?;
        published::wait_for_it(&store).await;
        for note in &saved.notes {
            output::note(note);
        }
        for caution in own::cautions(&own, saved.row.value.next_hops.iter().cloned()).await {
            output::note(caution);
        }
        if self.json {
            output::json(&saved.row)
        } else {
            let route = &saved.row.value;
            output::line(format_args!(
                "Added {} -> {}",
                route.pattern, route.next_hops
            ))
        }
    }
}

const HELD: &str = "Mail that is still queued waits for 5 days. \"smart-hosts route held\" shows it, \
                    \"smart-hosts route release\" lets it go.";

impl Delete {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let mut rows = Vec::new();
        for typed in &self.domains {
            let row = find(&store, typed).await?;
            rows.push((row.id, row.version));
        }
        let queued = if self.release {
            QueuedMail::Release
        } else {
            QueuedMail::default()
        };
        let rows = Selection::Rows(rows);
        let deleted = store.delete_with::<Route>(&by(), rows, queued).await?;
        published::wait_for_it(&store).await;
        for row in &deleted.rows {
            if self.json {
                output::json(row)?;
            } else {
                output::line(format_args!("Deleted {}", row.value.pattern))?;
            }
        }
        if !self.release {
            output::note(HELD);
        }
        Ok(())
    }
}

/// The route that a typed domain names. Without a leading dot that is the one which applies to the
/// domain itself, whether to its subdomains as well or not.
async fn find(store: &Store, typed: &str) -> Result<Stored<Route>, Failure> {
    let pattern = Pattern::parse(typed, Scope::Domain).map_err(|error| {
        vec![routing::FieldError {
            field: routing::Field::Domain,
            message: error.to_string(),
        }]
    })?;
    let scopes: &[Scope] = match pattern.scope {
        Scope::Subdomains => &[Scope::Subdomains],
        _ => &[Scope::Domain, Scope::Both],
    };
    for &scope in scopes {
        let pattern = Pattern {
            domain: pattern.domain.clone(),
            scope,
        };
        if let Some(row) = store.find::<Route>(&pattern).await? {
            return Ok(row);
        }
    }
    Err(Failure::NotFound(format!(
        "There is no route for {pattern}. Nothing was deleted. \"smart-hosts route list\" shows them."
    )))
}
