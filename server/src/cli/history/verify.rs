//! `smart-hosts history verify`.

use clap::Args;
use store::{Head, Verdict};

use super::{DataDirArg, Failure, output};

/// Prove that no entry was altered or removed.
#[derive(Debug, Args)]
pub(in super::super) struct Verify {
    /// What an earlier run has printed and somebody has noted elsewhere: it shows also whether the whole
    /// history up to there was made anew
    #[arg(long, value_name = "ID:HASH")]
    noted: Option<Head>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

impl Verify {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.data_dir.open().open().await?;
        let verified = match store.verify_history(self.noted).await? {
            Verdict::Whole(verified) => verified,
            Verdict::Broken(broken) => return Err(Failure::Broken(broken)),
        };
        if self.json {
            return output::json(&verified);
        }
        output::line(format_args!(
            "All {} entries are as they were written.",
            verified.entries
        ))?;
        if verified.removed > 0 {
            output::line(format_args!(
                "Those up to {} were removed for their age.",
                verified.removed
            ))?;
        }
        output::line(format_args!("The last one is {}", verified.head))?;
        output::note("note that elsewhere, and give it to --noted next time");
        Ok(())
    }
}
