//! `smart-hosts history as-it-was`.

use clap::Args;
use store::{DifferenceQuery, Moment, PageSize, Restore, Timestamp};

use super::{DataDirArg, Failure, PASSWORD_STAYS, by, details, output, published};
use crate::own::OwnArgs;

/// Show what is otherwise now than at an earlier moment, or bring that back.
#[derive(Debug, Args)]
pub(in super::super) struct AsItWas {
    /// The moment: 2026-01-31, 2026-01-31T23:59 (UTC)
    #[arg(long, value_name = "TIME", required_unless_present = "after")]
    at: Option<Timestamp>,
    /// After this entry, instead of at a time; 0 is before the first
    #[arg(long, value_name = "ENTRY", conflicts_with = "at")]
    after: Option<i64>,
    /// Bring it back: routes, managed domains, default routing and smart host settings but for passwords
    #[arg(long)]
    restore: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl AsItWas {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let store = store.guarded(self.own.gather(None));
        let moment = match (self.at, self.after) {
            (Some(at), _) => Moment::At(at),
            (None, after) => Moment::After(after.unwrap_or_default()),
        };
        let mut query = DifferenceQuery {
            moment,
            after: None,
            size: PageSize::MAX,
        };
        let page = loop {
            let page = store.difference(query).await?;
            for row in &page.rows {
                if self.json {
                    output::json(row)?;
                } else {
                    output::line(row.title())?;
                    details(&row.details())?;
                }
            }
            // The very same moment, whatever the clocks of later changes say.
            query.moment = Moment::After(page.change);
            query.after = page.rows.last().map(|row| row.key);
            if !page.has_next {
                break page;
            }
        };
        let counts = page.counts;
        output::note(format_args!(
            "since entry {}, {} were added, {} changed and {} deleted",
            page.change, counts.added, counts.changed, counts.removed
        ));
        if !self.restore {
            return Ok(());
        }
        let restored = store
            .restore(&by(), query.moment, Restore::All, page.latest)
            .await?;
        published::wait_for_it(&store).await;
        if restored.password_stays {
            output::note(PASSWORD_STAYS);
        }
        match restored.act {
            Some(act) => output::note(format_args!(
                "restored; this is entry {}, which can be undone",
                super::entry_of(&store, act).await?
            )),
            None => output::note("nothing had to be restored"),
        }
        Ok(())
    }
}
