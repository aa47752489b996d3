//! `smart-hosts route held` and `route release`: removed routes that still hold queued mail.

use clap::Args;
use routing::{Field, FieldError, Pattern, Scope};
use store::{HeldQuery, PageSize, Release as Which, Store, Stored, Tombstone};

use super::{DataDirArg, Failure, by, output, published};

#[derive(Debug, Args)]
pub(super) struct Held {
    /// Only those with this text in the domain
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Debug, Args)]
pub(super) struct Release {
    /// The domains: example.com; .example.com for a removed route of its subdomains only
    #[arg(required_unless_present = "all")]
    domains: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with = "domains")]
    all: bool,
    /// Print what is released as JSON, one object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Held {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let rows = all(&store, self.search).await?;
        if self.json {
            return rows.iter().try_for_each(output::json);
        }
        let cells: Vec<_> = rows.iter().map(cells).collect();
        output::table(&["DOMAIN", "SCOPE", "REMOVED", "BY", "HELD UNTIL"], &cells)
    }
}

async fn all(store: &Store, search: String) -> Result<Vec<Stored<Tombstone>>, Failure> {
    let mut query = HeldQuery {
        search,
        after: None,
        size: PageSize::MAX,
    };
    let mut rows = Vec::new();
    loop {
        let page = store.held(query.clone()).await?;
        query.after = page.rows.last().map(|row| row.value.pattern.clone());
        rows.extend(page.rows);
        if !page.has_next {
            return Ok(rows);
        }
    }
}

fn cells(row: &Stored<Tombstone>) -> [String; 5] {
    let held = &row.value;
    [
        held.pattern.to_string(),
        held.pattern.scope.to_string(),
        held.removed_at.to_string(),
        held.removed_by.clone(),
        held.until.to_string(),
    ]
}

impl Release {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let which = if self.all {
            Which::All
        } else {
            let mut ids = Vec::new();
            for typed in &self.domains {
                ids.push(find(&store, typed).await?.id);
            }
            Which::Rows(ids)
        };
        let released = store.release(&by(), which).await?.rows;
        published::wait_for_it(&store).await;
        for row in &released {
            if self.json {
                output::json(row)?;
            } else {
                output::line(format_args!("Released {}", row.value.pattern))?;
            }
        }
        if !released.is_empty() {
            output::note(
                "Postfix tries this mail again when its time comes; \"postqueue -f\" hurries it.",
            );
        }
        Ok(())
    }
}

/// The removed route that a typed domain names. Without a leading dot that is the one which holds
/// mail for the domain itself, whether for its subdomains as well or not.
async fn find(store: &Store, typed: &str) -> Result<Stored<Tombstone>, Failure> {
    let pattern = Pattern::parse(typed, Scope::Domain).map_err(|error| {
        vec![FieldError {
            field: Field::Domain,
            message: error.to_string(),
        }]
    })?;
    let held = store.held_of(&pattern.domain).await?.into_iter();
    let mut named = held.filter(|row| match pattern.scope {
        Scope::Subdomains => row.value.pattern.scope == Scope::Subdomains,
        _ => row.value.pattern.scope.covers_domain(),
    });
    named.next().ok_or_else(|| {
        Failure::NotFound(format!(
            "No mail is held for {pattern}. Nothing was released. \"smart-hosts route held\" shows \
             what is."
        ))
    })
}
