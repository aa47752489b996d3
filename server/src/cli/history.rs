//! `smart-hosts history`: every change, who made it and when; taking changes back; proof that none was
//! altered.

mod as_it_was;
mod filter;
mod verify;

use std::fmt::Display;

use clap::{Args, Subcommand};
use store::{Change, Detail, HistoryPosition, HistoryQuery, PageSize, Store};

use self::filter::FilterArgs;
use super::{DataDirArg, Failure, PATIENCE, by, output, published};
use crate::clock;
use crate::own::OwnArgs;

/// Look into the history, take changes back, or prove that it is whole.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List changes, newest first
    List(List),
    /// Show what changed with one entry and those made together with it
    Show(Show),
    /// Take a change back, with all that was made together with it
    Undo(Undo),
    /// Show what is otherwise now than at an earlier moment, or bring that back
    AsItWas(as_it_was::AsItWas),
    /// Prove that no entry was altered or removed
    Verify(verify::Verify),
    /// Write entries as JSON, one object a line, oldest first
    Export(Export),
    /// Remove entries for their age
    Prune(Prune),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    filter: FilterArgs,
    /// Only entries before this one
    #[arg(long, value_name = "ENTRY")]
    before: Option<i64>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "NUMBER")]
    limit: u16,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The number of an entry
    entry: i64,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Undo {
    /// The number of an entry
    entry: i64,
    /// Only this entry, and not what was changed together with it
    #[arg(long)]
    only: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Keep the entries of so many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Undo(undo) => undo.run().await,
            Self::AsItWas(as_it_was) => as_it_was.run().await,
            Self::Verify(verify) => verify.run().await,
            Self::Export(export) => export.run().await,
            Self::Prune(prune) => prune.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let filter = self.filter.filter(&store).await?;
        let (mut left, mut before) = (usize::from(self.limit), self.before);
        let mut entries = Vec::new();
        while left > 0 {
            let query = HistoryQuery {
                filter: filter.clone(),
                position: before.map_or(HistoryPosition::Newest, HistoryPosition::Before),
                size: PageSize::new(left),
            };
            let page = store.history(query).await?;
            // Beyond the last page the first one comes again.
            let page_is_next = page
                .entries
                .first()
                .is_some_and(|first| before.is_none_or(|before| first.id < before));
            if !page_is_next {
                break;
            }
            left = left.saturating_sub(page.entries.len());
            before = page.entries.last().map(|entry| entry.id);
            entries.extend(page.entries);
            if !page.has_older {
                break;
            }
        }
        if self.json {
            return entries.iter().try_for_each(output::json);
        }
        let cells: Vec<_> = entries.iter().map(cells).collect();
        output::table(&["ENTRY", "WHEN", "WHO", "FROM", "WHAT"], &cells)
    }
}

fn cells(entry: &Change) -> [String; 5] {
    [
        entry.id.to_string(),
        entry.at.to_string(),
        entry.actor.clone(),
        entry.origin.clone(),
        entry.title(),
    ]
}

impl Show {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let Some(act) = store.act(self.entry).await? else {
            return Err(Failure::NotFound(format!(
                "There is no entry {}. \"smart-hosts history list\" shows them.",
                self.entry
            )));
        };
        if self.json {
            return act.entries.iter().try_for_each(output::json);
        }
        for entry in &act.entries {
            output::line(format_args!("{}  {}", entry.id, entry.title()))?;
            details(&entry.details())?;
            if let Some(by) = act.undone.get(&entry.id) {
                output::line(format_args!("    taken back by {by}"))?;
            }
        }
        if let Some(first) = act.entries.first() {
            output::line(format_args!(
                "{} by {} from {}",
                first.at, first.actor, first.origin
            ))?;
        }
        let more = act.count.saturating_sub(act.entries.len() as u64);
        if more > 0 {
            output::note(format_args!("{more} more were changed together with these"));
        }
        Ok(())
    }
}

/// Prints what has changed, field by field.
fn details(details: &[Detail]) -> Result<(), Failure> {
    for Detail {
        label,
        before,
        after,
    } in details
    {
        let line: &dyn Display = match (before, after) {
            (Some(before), Some(after)) => &format!("{before} -> {after}"),
            (None, Some(after)) => after,
            (Some(before), None) => &format!("{before} -> (none)"),
            (None, None) => continue,
        };
        output::line(format_args!("    {label}: {line}"))?;
    }
    Ok(())
}

/// The number under which an act is listed: where it is one entry with lines, that of the entry.
pub(super) async fn entry_of(store: &Store, act: i64) -> Result<i64, Failure> {
    let found = store.act(act).await?;
    Ok(found
        .and_then(|act| act.batch)
        .map_or(act, |entry| entry.id))
}

impl Undo {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let store = store.guarded(self.own.gather(None));
        let undone = if self.only {
            store.undo_one(&by(), self.entry).await?
        } else {
            store.undo(&by(), self.entry).await?
        };
        published::wait_for_it(&store).await;
        match undone.act {
            Some(act) => {
                let entry = entry_of(&store, act).await?;
                output::line(format_args!(
                    "Undone. This is entry {entry}, which can be undone, too"
                ))?;
            }
            None => output::line("Nothing was changed: everything is as it was before that entry")?,
        }
        if undone.password_stays {
            output::note(PASSWORD_STAYS);
        }
        Ok(())
    }
}

/// What is said where a password does not come back.
const PASSWORD_STAYS: &str = "passwords stay as they are now: the history does not keep any";

impl Export {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let filter = self.filter.filter(&store).await?;
        let mut entries = store.export_history(filter, PATIENCE).await?;
        while let Some(batch) = entries.recv().await {
            batch?.iter().try_for_each(output::json)?;
        }
        Ok(())
    }
}

impl Prune {
    async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let by = by();
        let before = clock::days_before(by.at, self.keep);
        let removed = store.prune_history(&by, before).await?;
        output::line(format_args!(
            "Removed {removed} entries made before {before}"
        ))
    }
}
