//! `smart-hosts route`: smart host routes.

use clap::{Args, Subcommand};
use routing::{Input, Pattern, Route, Scope};
use store::{Changes, QueuedMail, Selection, Store, Stored};

use super::{DataDirArg, Failure, PATIENCE, by, held, hosts, output, published};
use crate::own::{self, OwnArgs};

/// List, add or delete smart host routes, and what removed ones still hold.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List routes, sorted by domain
    List(List),
    /// Add a route
    Add(Add),
    /// Enable routes, all of them or none
    Enable(Switch),
    /// Disable routes, all of them or none: they stay, but decide nothing; mail that is still queued for
    /// them is held for 5 days
    Disable(Switch),
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
    /// Add it disabled: it decides nothing until it is enabled
    #[arg(long)]
    disabled: bool,
    /// Print the route as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Switch {
    /// The domains: example.com; .example.com for a route of its subdomains only
    #[arg(required = true)]
    domains: Vec<String>,
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
            Self::Enable(switch) => switch.run(true).await,
            Self::Disable(switch) => switch.run(false).await,
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

/// Columns in which no route says anything are left out.
fn print(rows: &[[String; 7]]) -> Result<(), Failure> {
    let titles = [
        "DOMAIN",
        "SCOPE",
        "HOST",
        "PORT",
        "FURTHER HOSTS",
        "ENABLED",
        "COMMENT",
    ];
    let says = |column: usize, usual: &str| rows.iter().any(|row| row[column] != usual);
    let shown = [true, true, true, true, says(4, ""), says(5, "yes"), true];
    let titles = chosen(&titles, shown);
    let rows: Vec<_> = rows.iter().map(|row| chosen(row, shown)).collect();
    output::table(&titles, &rows)
}

fn chosen<T: Clone>(cells: &[T; 7], shown: [bool; 7]) -> Vec<T> {
    let shown = cells.iter().zip(shown).filter(|(_, shown)| *shown);
    shown.map(|(cell, _)| cell.clone()).collect()
}

fn cells(row: &Stored<Route>) -> [String; 7] {
    let Route {
        pattern,
        next_hops,
        comment,
        enabled,
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
        if *enabled { "yes" } else { "no" }.to_owned(),
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
            enabled: Some(if self.disabled { "no" } else { "yes" }.to_owned()),
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
        let rows = find_all(&store, &self.domains).await?;
        let queued = if self.release {
            QueuedMail::Release
        } else {
            QueuedMail::default()
        };
        store
            .delete_with::<Route>(&by(), selection(&rows), queued)
            .await?;
        published::wait_for_it(&store).await;
        for row in &rows {
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

impl Switch {
    async fn run(self, enabled: bool) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let rows = find_all(&store, &self.domains).await?;
        let changes = Changes {
            enabled: Some(enabled),
            ..Changes::default()
        };
        store
            .change_many::<Route>(&by(), selection(&rows), changes)
            .await?;
        published::wait_for_it(&store).await;
        let done = if enabled { "Enabled" } else { "Disabled" };
        for row in &rows {
            output::line(format_args!("{done} {}", row.value.pattern))?;
        }
        if !enabled {
            output::note(HELD);
        }
        Ok(())
    }
}

async fn find_all(store: &Store, typed: &[String]) -> Result<Vec<Stored<Route>>, Failure> {
    let mut rows = Vec::new();
    for typed in typed {
        rows.push(find(store, typed).await?);
    }
    Ok(rows)
}

fn selection(rows: &[Stored<Route>]) -> Selection {
    Selection::Rows(rows.iter().map(|row| (row.id, row.version)).collect())
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
        "There is no route for {pattern}. Nothing was changed. \"smart-hosts route list\" shows them."
    )))
}
